//! What `/session` shows.

use domain::preferences::Preferences;
use domain::session::SessionSummary;
use time::OffsetDateTime;

use super::Alert;

/// `/session`
#[derive(Debug, Clone)]
pub struct SessionPage {
    /// This session; `None` where nothing is stored.
    pub current: Option<CurrentSession>,
    /// The account's live sessions, this one first, at most 50; empty when not signed in.
    pub sessions: Vec<SessionSummary>,
    /// How many more there are than listed.
    pub more: u64,
    /// The cookie as it is sent.
    pub cookie: CookieFacts,
    /// The store in use: `memory`, `sqlite` …
    pub store: String,
    /// The idle timeout, in words.
    pub idle_timeout: String,
    /// The absolute lifetime, in words.
    pub absolute_lifetime: String,
    /// The lifetime without activity, in words.
    pub ttl: String,
    /// Something could not be done.
    pub alert: Option<Alert>,
    /// `?ended=N`: that many other sessions were ended.
    pub status: Option<SessionStatus>,
    /// Now, for "in 29 minutes".
    pub now: OffsetDateTime,
}

/// What was just done on `/session`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    /// One other session was ended.
    Ended,
    /// All others were ended.
    OthersEnded,
}

/// What this session holds.
#[derive(Debug, Clone)]
pub struct CurrentSession {
    /// Public handle.
    pub handle: String,
    /// Signed in: since when.
    pub login_time: Option<OffsetDateTime>,
    /// How: `password` or the provider's name.
    pub provider: Option<String>,
    /// When the record was made.
    pub created_at: OffsetDateTime,
    /// Last activity written.
    pub last_activity: OffsetDateTime,
    /// Address at login.
    pub ip_address: Option<String>,
    /// User agent at login.
    pub user_agent: Option<String>,
    /// Signed in: end without activity.
    pub idle_expires_at: Option<OffsetDateTime>,
    /// Signed in: end whatever the activity.
    pub absolute_expires_at: Option<OffsetDateTime>,
    /// When the record itself is removed without activity.
    pub expires_at: OffsetDateTime,
    /// Stored preferences, if any.
    pub preferences: Option<Preferences>,
}

/// The session cookie's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieFacts {
    /// Name, with its prefix.
    pub name: String,
    /// `Secure`
    pub secure: bool,
    /// `SameSite`: `Lax` or `Strict`
    pub same_site: String,
    /// `Max-Age`, in words.
    pub max_age: String,
    /// `Domain`, if any.
    pub domain: Option<String>,
}
