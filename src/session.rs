//! What people may know about a session.

use serde::Serialize;
use time::OffsetDateTime;

/// One active session of an account, as listed on `/session` and in `GET /sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionSummary {
    /// Public; good for nothing but ending this session by its owner.
    pub handle: String,
    /// The session this was asked with.
    pub current: bool,
    /// When the person logged in.
    #[serde(with = "time::serde::rfc3339")]
    pub login_time: OffsetDateTime,
    /// Last activity written.
    #[serde(with = "time::serde::rfc3339")]
    pub last_activity: OffsetDateTime,
    /// Address at login.
    pub ip_address: Option<String>,
    /// User agent at login.
    pub user_agent: Option<String>,
    /// `password` or the provider's path name.
    pub provider: String,
}
