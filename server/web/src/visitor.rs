//! Who is making the request: determined once per request, before anything is rendered.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::preferences::{Preferences, SitePreferences};
use http::HeaderValue;
use http::header::USER_AGENT;

use crate::error::AppError;
use crate::middleware::trace::ClientAddress;
use crate::state::App;
use accounts::cache::Profile;
use sessions::data::{Login, SessionData};
use sessions::typed::{SessionStatus, TypedSession};

#[derive(Debug, Clone)]
pub enum Identity {
    /// Not signed in.
    Anonymous,
    /// Signed in to an account by the login of this session.
    SignedIn(Arc<Profile>, Login),
    /// A cookie was sent, but the store (or the database) does not respond. Not the same as "logged out".
    Unknown,
}

/// The visitor of this request, as pages need it.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub identity: Identity,
    /// What the session contains.
    pub data: SessionData,
}

impl Visitor {
    /// The account, if signed in.
    #[must_use]
    pub fn user(&self) -> Option<&Arc<Profile>> {
        match &self.identity {
            Identity::SignedIn(user, _) => Some(user),
            Identity::Anonymous | Identity::Unknown => None,
        }
    }

    /// Saved preferences, or the defaults.
    #[must_use]
    pub fn preferences(&self) -> Preferences {
        self.data.preferences.clone().unwrap_or_default()
    }

    /// For the whole document.
    #[must_use]
    pub fn site(&self) -> SitePreferences {
        self.data.preferences.as_ref().map(|preferences| preferences.site.clone()).unwrap_or_default()
    }
}

/// Adds the [`Visitor`] to the request, and to the response for the layer that renders errors.
pub(crate) async fn visitor_layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(session) = request.extensions().get::<TypedSession>().cloned() else {
        return AppError::internal("a route outside the session layer asked for the visitor").into_response();
    };
    let visitor = find(&app, &session).await;
    if let Identity::SignedIn(_, login) = &visitor.identity
        && let Some(ClientAddress(address)) = request.extensions().get().copied()
    {
        let user_agent = request.headers().get(USER_AGENT).map_or(&[][..], HeaderValue::as_bytes);
        app.accounts.session_used(&session, login, address, user_agent).await;
    }
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    if response.extensions().get::<AppError>().is_some() {
        response.extensions_mut().insert(visitor);
        response.extensions_mut().insert(session);
    }
    response
}

async fn find(app: &App, session: &TypedSession) -> Visitor {
    let mut data = session.data().await;
    let identity = match &data.login {
        None if session.status() == SessionStatus::Unavailable => Identity::Unknown,
        None => Identity::Anonymous,
        Some(login) => match app.accounts.profile(&login.user_id).await {
            Ok(Some(user)) => Identity::SignedIn(user, login.clone()),
            Ok(None) => {
                // The account was deleted together with its sessions, but this one was missed. The cookie is
                // removed now, the row when it expires: a GET writes nothing.
                session.ended().await;
                return Visitor { identity: Identity::Anonymous, data: SessionData::default() };
            }
            Err(error) => {
                tracing::debug!(%error, "the account could not be loaded");
                Identity::Unknown
            }
        },
    };
    if let Identity::SignedIn(user, _) = &identity
        && data.has_unreadable_preferences()
    {
        // Another version wrote them. The form must not offer the defaults in their place: saving it would
        // replace the account's preferences.
        match app.accounts.user(&user.id).await {
            Ok(found) => data.preferences = found.and_then(|user| user.preferences),
            Err(error) => tracing::debug!(%error, "the account's preferences could not be loaded"),
        }
    }
    Visitor { identity, data }
}
