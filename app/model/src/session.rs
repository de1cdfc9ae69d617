//! What `/session` shows.

use domain::preferences::Preferences;
use domain::session::SessionSummary;
use time::OffsetDateTime;

use super::Notice;

/// `/session`
#[derive(Debug, Clone)]
pub struct SessionPage {
    /// `None` if nothing is stored.
    pub current: Option<CurrentSession>,
    /// The account's live sessions, this one first, at most 50; empty when not signed in. Each `provider`
    /// says in words how the person logged in.
    pub sessions: Vec<SessionSummary>,
    /// How many sessions are not listed.
    pub more: u64,
    /// The cookie as sent.
    pub cookie: CookieFacts,
    /// The store in use: `memory`, `sqlite` …
    pub store: String,
    /// The idle timeout, in words.
    pub idle_timeout: String,
    /// The absolute lifetime, in words.
    pub absolute_lifetime: String,
    /// How long the record is kept without activity, in words.
    pub ttl: String,
    pub notice: Option<Notice>,
    /// The current time, for texts such as "in 29 minutes".
    pub now: OffsetDateTime,
}

/// What this session contains.
#[derive(Debug, Clone)]
pub struct CurrentSession {
    pub handle: String,
    /// `None` unless logged in, like the other optional fields below except `preferences`.
    pub login_time: Option<OffsetDateTime>,
    /// How the person logged in, in words.
    pub way_in: Option<String>,
    /// When the record was created.
    pub created_at: OffsetDateTime,
    /// The last recorded activity.
    pub last_activity: OffsetDateTime,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    /// When the login ends if there is no activity.
    pub idle_expires_at: Option<OffsetDateTime>,
    /// When the login ends regardless of activity.
    pub absolute_expires_at: Option<OffsetDateTime>,
    /// When the record itself is deleted if there is no activity.
    pub expires_at: OffsetDateTime,
    /// How long after the end of a login an open page notices it, in words.
    pub noticed_within: Option<String>,
    pub preferences: Option<Preferences>,
}

/// The session cookie's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieFacts {
    /// Including its prefix.
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
