//! The routes behind the session layer. The tests of guards, tokens and bad input take their lists of forms from here:
//! a form that is added by [`RouteTable::form`] is tested at once.

use axum::Router;
use axum::extract::Extension;
use axum::handler::Handler;
use axum::routing::{get, post};

use crate::error::AppError;
use crate::form::{FormRoute, Guard};
use crate::state::App;

/// A router together with information about its forms.
#[derive(Default)]
pub struct RouteTable {
    router: Router<App>,
    forms: Vec<FormRoute>,
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
        self
    }

    /// Adds a form that is shown on `page`.
    #[must_use]
    pub fn form<H, T>(mut self, path: &'static str, page: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let form = FormRoute { path, page, guard };
        self.router = self.router.route(path, post(handler).layer(Extension(form)));
        self.forms.push(form);
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

    pub fn into_router(self) -> Router<App> {
        self.router
    }
}
