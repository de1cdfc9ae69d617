//! What the owner of a session is told about it.

use serde::Serialize;
use time::OffsetDateTime;

/// One active session of an account, as listed on `/session` and in `GET /sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionSummary {
    /// Public: it only allows the owner to end this session.
    pub handle: String,
    /// Whether it is the session that made the request.
    pub current: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub login_time: OffsetDateTime,
    /// As last written to the store, which does not happen with every request.
    #[serde(with = "time::serde::rfc3339")]
    pub last_activity: OffsetDateTime,
    /// At login.
    pub ip_address: Option<String>,
    /// At login.
    pub user_agent: Option<String>,
    /// `password` or the provider's path name.
    pub provider: String,
}
