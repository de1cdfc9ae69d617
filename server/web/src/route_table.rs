//! The routes behind the session layer. The tests of guards, tokens and bad input take their lists of forms from here:
//! a form that is added by [`RouteTable::form`] is tested at once.

use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use axum::handler::Handler;
use axum::routing::{get, post};

use crate::error::AppError;
use crate::form::{FormRoute, Guard};
use crate::respond::see_other;
use crate::state::App;

/// A router together with information about its forms.
#[derive(Default)]
pub struct RouteTable {
    router: Router<App>,
    forms: Vec<FormRoute>,
    pages: Vec<&'static str>,
}

impl RouteTable {
    /// Adds a page or JSON endpoint.
    #[must_use]
    pub fn get<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.router = self.router.route(path, get(handler));
        self.pages.push(path);
        self
    }

    /// Adds a GET that writes, which a HEAD must not trigger.
    #[must_use]
    pub fn get_without_head<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let no_head = || async { AppError::MethodNotAllowed };
        self.router = self.router.route(path, get(handler).head(no_head));
        self.pages.push(path);
        self
    }

    /// Adds a form that is shown on `page`. A GET leads there: after a post that was refused, the address bar shows the
    /// form's address, and people press Enter in it or reload from their history.
    #[must_use]
    pub fn form<H, T>(mut self, path: &'static str, page: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let form = FormRoute { path, page, guard };
        let to_page = move || async move { see_other(page) };
        self.router = self.router.route(path, get(to_page).merge(post(handler).layer(Extension(form))));
        self.forms.push(form);
        self
    }

    // slim: demo-provider
    /// Adds a page whose form posts to the page's own path.
    #[must_use]
    pub fn page_with_form<G, T, H, U>(mut self, path: &'static str, guard: Guard, show: G, submit: H) -> Self
    where
        G: Handler<T, App>,
        T: 'static,
        H: Handler<U, App>,
        U: 'static,
    {
        let form = FormRoute { path, page: path, guard };
        self.router = self.router.route(path, get(show).merge(post(submit).layer(Extension(form))));
        self.pages.push(path);
        self.forms.push(form);
        self
    }
    // slim: end

    /// Adds the place of the functions that islands call.
    #[must_use]
    pub fn call<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.router = self.router.route(path, post(handler));
        self
    }

    /// Adds the routes of one feature.
    #[must_use]
    pub fn with(self, feature: impl FnOnce(Self) -> Self) -> Self {
        feature(self)
    }

    #[must_use]
    pub fn forms(&self) -> &[FormRoute] {
        &self.forms
    }

    /// The paths that answer a GET, as patterns of the router.
    #[must_use]
    pub fn pages(&self) -> Arc<[&'static str]> {
        self.pages.as_slice().into()
    }

    pub fn into_router(self) -> Router<App> {
        self.router
    }
}
