//! What every handler knows about its request.

use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use http::header::{RETRY_AFTER, USER_AGENT};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use app::model::Page;
use domain::account::UserId;
use domain::form::FormFields;

use crate::middleware::headers::Nonce;
use crate::middleware::trace::ClientAddress;
use crate::refusal::{Mark, Refusal};
use crate::render::{self, Surroundings};
use crate::respond::{self, Client};
use crate::state::App;
use crate::visitor::{Visitor, Who};
use accounts::cache::Profile;
use accounts::ports::User;
use sessions::data::Login;
use sessions::typed::{SessionStatus, TypedSession};

/// One request, with its visitor.
#[derive(Debug, Clone)]
pub struct Context {
    /// The instance.
    pub app: App,
    /// The session, or the place where one can begin.
    pub session: TypedSession,
    /// Who is asking.
    pub visitor: Visitor,
    /// What kind of answer they understand.
    pub client: Client,
    /// The client's address.
    pub address: ClientAddress,
    /// The client's `User-Agent`, shortened to 512 characters.
    pub user_agent: Option<String>,
    /// A link on one of our own pages led here (`Sec-Fetch-Site`; browsers without it are believed).
    pub from_own_page: bool,
    /// The request's path.
    pub path: String,
    /// The query, parsed; empty if it is not UTF-8.
    pub query: FormFields,
    /// The query as it came.
    pub raw_query: String,
    nonce: Nonce,
}

impl<S> FromRequestParts<S> for Context
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let missing = || Refusal::internal("a handler stands outside the layers it needs");
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Self {
            app: App::from_ref(state),
            session: parts.extensions.get::<TypedSession>().cloned().ok_or_else(missing)?,
            visitor: parts.extensions.get::<Visitor>().cloned().ok_or_else(missing)?,
            client: Client::of(&parts.headers),
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
            query: FormFields::from_urlencoded(raw_query.as_bytes()).unwrap_or_default(),
            raw_query,
            nonce: parts.extensions.get::<Nonce>().cloned().unwrap_or_default(),
        })
    }
}

impl Context {
    /// Renders a page for this visitor.
    pub async fn page(&self, status: StatusCode, page: Page) -> Response {
        render::page(self.surroundings(), status, page).await
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings::new(&self.app, Some(&self.visitor), Some(&self.session), self.nonce.clone())
    }

    /// The answer to a POST that did what it was asked to.
    #[must_use]
    pub fn done(&self, location: &str) -> Response {
        respond::done(self.client, location)
    }

    /// A form that comes back with its errors (422), or the errors alone for a program.
    pub async fn invalid(&self, page: Page, refusal: Refusal) -> Result<Response, Refusal> {
        match self.client {
            Client::Form => {
                let mut response = self.page(refusal.status(), page).await;
                if let Some(seconds) = refusal.retry_after() {
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                Ok(response)
            }
            Client::Json => Err(refusal),
        }
    }

    /// A flag in the query, as `?saved=true`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.query.value(name) == "true"
    }

    /// Profile and login of this request, or the refusal for a visitor who is not signed in.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] with the reason, if one is known; [`Refusal::StoreAway`] while nobody can
    /// say whether they are signed in.
    pub fn signed_in(&self, return_to: Option<&'static str>) -> Result<(&Profile, &Login), Refusal> {
        match &self.visitor.who {
            Who::SignedIn(user, login) => Ok((user, login)),
            Who::Unknown => Err(Refusal::StoreAway),
            Who::Anonymous => Err(Refusal::Unauthenticated { return_to, mark: self.mark() }),
        }
    }

    /// The account this session is signed in to, by the session alone: for what ends sessions, which must work while
    /// the database is away.
    ///
    /// # Errors
    /// As [`Self::signed_in`].
    pub fn owner(&self, return_to: Option<&'static str>) -> Result<&UserId, Refusal> {
        match (&self.visitor.who, &self.visitor.data.login) {
            (Who::Unknown, Some(login)) => Ok(&login.user_id),
            _ => self.signed_in(return_to).map(|(user, _)| &user.id),
        }
    }

    /// [`Self::signed_in`] for a protected page: the refusal is a redirect to `/login` and back here.
    ///
    /// # Errors
    /// [`Refusal::LoginFirst`] or [`Refusal::StoreAway`].
    pub fn on_protected_page(&self) -> Result<(&Profile, &Login), Refusal> {
        self.signed_in(None).map_err(|refusal| match refusal {
            Refusal::Unauthenticated { mark, .. } => Refusal::LoginFirst { mark },
            other => other,
        })
    }

    /// The account of a signed-in visitor, past the cache: for whatever decides by it.
    ///
    /// # Errors
    /// [`Refusal::LoginFirst`] if it was deleted meanwhile, [`Refusal::StoreAway`].
    pub async fn account_of(&self, profile: &Profile) -> Result<User, Refusal> {
        self.app.db.user(&profile.id).await?.ok_or(Refusal::LoginFirst { mark: None })
    }

    /// The account of this request, past the cache.
    ///
    /// # Errors
    /// As [`Self::signed_in`].
    pub async fn account(&self, return_to: Option<&'static str>) -> Result<User, Refusal> {
        let (profile, _) = self.signed_in(return_to)?;
        let found = self.app.db.user(&profile.id).await?;
        found.ok_or(Refusal::Unauthenticated { return_to, mark: None })
    }

    /// Why a visitor who was signed in no longer is.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        match self.session.status() {
            SessionStatus::TimedOut => Some(Mark::Expired),
            SessionStatus::Missing { signed_in: true, recent: true } => Some(Mark::Ended),
            SessionStatus::Missing { signed_in: true, recent: false } => Some(Mark::Expired),
            _ => None,
        }
    }

    /// Whatever needs the session cannot be answered while its store is away.
    ///
    /// # Errors
    /// [`Refusal::StoreAway`].
    pub fn need_store(&self) -> Result<(), Refusal> {
        if matches!(self.visitor.who, Who::Unknown) { Err(Refusal::StoreAway) } else { Ok(()) }
    }
}
