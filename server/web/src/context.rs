//! What every handler knows about its request.

use accounts::Device;
use accounts::cache::Profile;
use accounts::ports::User;
use accounts::training::known_zone; // slim: trainer
use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use domain::account::UserId;
use domain::form::FormFields;
use http::HeaderMap; // slim: trainer
use http::header::COOKIE; // slim: trainer
use http::header::{RETRY_AFTER, USER_AGENT};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use model::{Notice, Page, SignedOut};
use sessions::quiet::is_quiet;
use sessions::typed::SessionStatus;
use sessions::values_of; // slim: trainer
use sessions::{Login, TypedSession};

use crate::error::AppError;
use crate::form::FormRoute;
use crate::middleware::headers::Nonce;
use crate::middleware::trace::ClientAddress;
use crate::render::{self, PageContext};
use crate::respond::{self, ClientKind};
use crate::state::App;
use crate::visitor::{Identity, Visitor};

// slim: trainer
/// Cookies named `tz` that are looked at.
const MOST_TIME_ZONES: usize = 8;
// slim: end

/// One request, with its visitor.
#[derive(Debug, Clone)]
pub struct Context {
    pub app: App,
    /// The session, or the place where one can be started.
    pub session: TypedSession,
    pub visitor: Visitor,
    pub client: ClientKind,
    pub address: ClientAddress,
    /// Truncated to 512 characters.
    pub user_agent: Option<String>,
    /// The request came from a link on one of our pages (`Sec-Fetch-Site`; browsers that do not send it are
    /// trusted).
    pub from_own_page: bool,
    pub path: String,
    // slim: trainer
    /// In which they live, according to the cookie that the plain script sets.
    pub time_zone: Option<String>,
    // slim: end
    /// Empty if the query is not UTF-8.
    pub query: FormFields,
    /// Nobody made this request on purpose: a prefetch, or `HEAD`. Nothing may be written for it.
    pub quiet: bool,
    /// The raw query string.
    pub raw_query: String,
    /// For a form post: the page that contains the form.
    form_page: Option<&'static str>,
    device: Device,
    nonce: Nonce,
}

impl<S> FromRequestParts<S> for Context
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let missing = || AppError::internal("a handler is outside the layers it needs");
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Self {
            app: App::from_ref(state),
            session: parts.extensions.get::<TypedSession>().cloned().ok_or_else(missing)?,
            visitor: parts.extensions.get::<Visitor>().cloned().ok_or_else(missing)?,
            client: ClientKind::of(&parts.headers),
            address: parts.extensions.get::<ClientAddress>().copied().ok_or_else(missing)?,
            user_agent: parts
                .headers
                .get(USER_AGENT)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).chars().take(512).collect()),
            from_own_page: parts
                .headers
                .get("sec-fetch-site")
                .is_none_or(|site| matches!(site.as_bytes(), b"same-origin" | b"none")),
            path: parts.uri.path().to_owned(),
            time_zone: time_zone(&parts.headers), // slim: trainer
            query: FormFields::from_urlencoded(raw_query.as_bytes()).unwrap_or_default(),
            quiet: is_quiet(&parts.method, &parts.headers),
            raw_query,
            form_page: parts.extensions.get::<FormRoute>().map(|route| route.page),
            device: parts.extensions.get::<Device>().cloned().ok_or_else(missing)?,
            nonce: parts.extensions.get::<Nonce>().cloned().unwrap_or_default(),
        })
    }
}

impl Context {
    /// The client in the form a use case needs.
    #[must_use]
    pub fn caller(&self) -> accounts::Client {
        accounts::Client {
            session: self.session.clone(),
            ip_address: self.address.0,
            user_agent: self.user_agent.clone(),
            device: self.device.clone(),
        }
    }

    /// The account that this request is signed in to.
    #[must_use]
    pub fn user_id(&self) -> Option<&UserId> {
        self.visitor.user().map(|user| &user.id)
    }

    /// Renders a page for this visitor.
    pub async fn page(&self, status: StatusCode, page: Page) -> Response {
        let context =
            PageContext::new(&self.app, Some(&self.visitor), Some(&self.session), self.nonce.clone());
        render::page(context, status, page).await
    }

    /// To be asked before a form saves something for a visitor who may have no session, or one that ends within
    /// minutes, and thereby begins one that lasts.
    ///
    /// # Errors
    /// [`AppError::TooManyAttempts`] if too many sessions were begun from this address.
    pub async fn may_begin_session(&self) -> Result<(), AppError> {
        if self.session.meta().is_some() && !self.session.is_brief().await {
            return Ok(());
        }
        let counted = self.app.anonymous.session(self.address.0, self.app.clock.now());
        counted.map_err(AppError::too_many_attempts)
    }

    /// The notice that the query asks this page to show.
    #[must_use]
    pub fn notice(&self) -> Option<Notice> {
        Notice::parse(&self.path, &self.query)
    }

    /// The response to a successful POST.
    #[must_use]
    pub fn done(&self, location: &str) -> Response {
        respond::done(self.client, location)
    }

    /// The response to a rejected POST: the page with its form for a person, just the error for a program.
    ///
    /// # Errors
    /// The error, for a program.
    pub async fn refused(&self, page: Page, error: AppError) -> Result<Response, AppError> {
        match self.client {
            ClientKind::Form => {
                let mut response = self.page(error.status(), page).await;
                if let Some(seconds) = error.retry_after() {
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                Ok(response)
            }
            ClientKind::Json => Err(error),
        }
    }

    /// Like [`Self::refused`], but redirects to a page that shows the reason.
    ///
    /// # Errors
    /// The error, for a program.
    pub fn refused_by_notice(&self, notice: Notice, error: AppError) -> Result<Response, AppError> {
        match self.client {
            ClientKind::Form => Ok(respond::see_other(&notice.url())),
            ClientKind::Json => Err(error),
        }
    }

    /// Profile and login of this request.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] with the reason, if known; [`AppError::StoreUnavailable`] if it cannot
    /// be determined whether the visitor is signed in.
    pub fn signed_in(&self) -> Result<(&Profile, &Login), AppError> {
        match &self.visitor.identity {
            Identity::SignedIn(user, login) => Ok((user, login)),
            Identity::Unknown => Err(AppError::StoreUnavailable),
            Identity::Anonymous => Err(self.unauthenticated()),
        }
    }

    /// The account this session is signed in to, according to the session alone. For ending sessions, which
    /// must work while the database is unavailable.
    ///
    /// # Errors
    /// As [`Self::signed_in`].
    pub fn owner(&self) -> Result<&UserId, AppError> {
        match (&self.visitor.identity, &self.visitor.data.login) {
            (Identity::Unknown, Some(login)) => Ok(&login.user_id),
            (Identity::Unknown, None) | (Identity::Anonymous | Identity::SignedIn(..), _) => {
                self.signed_in().map(|(user, _)| &user.id)
            }
        }
    }

    /// Login and account of this request, bypassing the cache. For anything that bases a decision on them.
    ///
    /// # Errors
    /// As [`Self::signed_in`].
    pub async fn account(&self) -> Result<(User, &Login), AppError> {
        let (profile, login) = self.signed_in()?;
        let found = self.app.accounts.user(&profile.id).await?;
        let gone = AppError::Unauthenticated { return_to: self.form_page, reason: None };
        Ok((found.ok_or(gone)?, login))
    }

    /// [`Self::signed_in`] for a protected page: redirects to `/login` and back.
    ///
    /// # Errors
    /// [`AppError::LoginFirst`] or [`AppError::StoreUnavailable`].
    pub fn on_protected_page(&self) -> Result<(&Profile, &Login), AppError> {
        self.signed_in().map_err(login_first)
    }

    /// [`Self::account`] for a protected page.
    ///
    /// # Errors
    /// [`AppError::LoginFirst`] or [`AppError::StoreUnavailable`].
    pub async fn account_on_protected_page(&self) -> Result<User, AppError> {
        Ok(self.account().await.map_err(login_first)?.0)
    }

    /// The error for a visitor who is not signed in.
    #[must_use]
    pub fn unauthenticated(&self) -> AppError {
        AppError::Unauthenticated { return_to: self.form_page, reason: self.signed_out() }
    }

    /// Why a visitor who was signed in no longer is.
    #[must_use]
    pub fn signed_out(&self) -> Option<SignedOut> {
        match self.session.status() {
            SessionStatus::TimedOut => Some(SignedOut::Expired),
            SessionStatus::Missing { signed_in: true, recent: true } => Some(SignedOut::Ended),
            SessionStatus::Missing { signed_in: true, recent: false } => Some(SignedOut::Expired),
            SessionStatus::Missing { signed_in: false, .. }
            | SessionStatus::None
            | SessionStatus::Forged
            | SessionStatus::Live
            | SessionStatus::Replaced
            | SessionStatus::Corrupt
            | SessionStatus::Unavailable => None,
        }
    }

    /// Fails while the session store is unavailable, for anything that needs the session.
    ///
    /// # Errors
    /// [`AppError::StoreUnavailable`].
    pub fn need_store(&self) -> Result<(), AppError> {
        match self.visitor.identity {
            Identity::Unknown => Err(AppError::StoreUnavailable),
            Identity::Anonymous | Identity::SignedIn(..) => Ok(()),
        }
    }
}

// slim: trainer
/// The time zone of the cookie `tz`. The name is short, and other applications on this host or its parent domains may use
/// it too: the first value that names a zone counts.
fn time_zone(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter();
    let values = lines.flat_map(|line| values_of(line.as_bytes(), b"tz")).take(MOST_TIME_ZONES);
    let mut names = values.filter_map(|value| std::str::from_utf8(value).ok());
    names.find(|name| known_zone(name).is_some()).map(str::to_owned)
}
// slim: end

fn login_first(error: AppError) -> AppError {
    match error {
        AppError::Unauthenticated { reason, .. } => AppError::LoginFirst { reason },
        other => other,
    }
}
