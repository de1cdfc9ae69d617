//! What a session holds: one serde struct per purpose, under keys nobody else knows.

use domain::account::UserId;
use domain::preferences::Preferences;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tower_sessions::Session;

use crate::oauth::attempt::Attempts;

const LOGIN: &str = "login";
const PREFERENCES: &str = "preferences";
const OAUTH_ATTEMPTS: &str = "oauth_attempts";
const END_REASON: &str = "end_reason";
const LINK_INTENT: &str = "link_intent";

/// Who is signed in, since when and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The account; everything else about the person is loaded by this id.
    pub user_id: UserId,
    /// When the session was signed in. The absolute lifetime counts from here.
    #[serde(with = "time::serde::rfc3339")]
    pub login_time: OffsetDateTime,
    /// When the person last proved who they are: login, or fresh login later.
    #[serde(with = "time::serde::rfc3339")]
    pub fresh_at: OffsetDateTime,
    /// The client's address at login.
    pub ip_address: Option<String>,
    /// The client's `User-Agent` at login, at most 512 characters.
    pub user_agent: Option<String>,
    /// `password` or the provider's path name.
    pub provider: String,
}

/// Why a session that had been signed in no longer is. Kept until `/login` has shown it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Idle timeout or absolute lifetime.
    Expired,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionData {
    /// Signed in.
    pub login: Option<Login>,
    /// Saved preferences.
    pub preferences: Option<Preferences>,
    /// OAuth logins under way.
    pub oauth: Attempts,
    /// The provider the person asked to link, by a form with a token.
    pub link_intent: Option<String>,
    /// Why the person was signed out.
    pub end_reason: Option<EndReason>,
}

impl SessionData {
    /// Nothing worth a row in the store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) async fn read(session: &Session) -> Result<Self, tower_sessions::session::Error> {
        Ok(Self {
            login: session.get(LOGIN).await?,
            preferences: session.get(PREFERENCES).await?,
            oauth: session.get(OAUTH_ATTEMPTS).await?.unwrap_or_default(),
            link_intent: session.get(LINK_INTENT).await?,
            end_reason: session.get(END_REASON).await?,
        })
    }

    pub(super) async fn write(&self, session: &Session) -> Result<(), tower_sessions::session::Error> {
        put(session, LOGIN, self.login.as_ref()).await?;
        put(session, PREFERENCES, self.preferences.as_ref()).await?;
        put(session, OAUTH_ATTEMPTS, (!self.oauth.is_empty()).then_some(&self.oauth)).await?;
        put(session, LINK_INTENT, self.link_intent.as_ref()).await?;
        put(session, END_REASON, self.end_reason.as_ref()).await
    }
}

async fn put(
    session: &Session,
    key: &str,
    value: Option<&impl Serialize>,
) -> Result<(), tower_sessions::session::Error> {
    match value {
        Some(value) => session.insert(key, value).await,
        None => session.remove_value(key).await.map(drop),
    }
}
