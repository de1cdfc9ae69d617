//! What an installation decides about its sessions.

use time::Duration;

/// The rules of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSettings {
    /// Lifetime without activity, and the cookie's `Max-Age`. Never shorter than `idle_timeout`.
    pub ttl: Duration,
    /// Without activity for this long, a signed-in session is signed out.
    pub idle_timeout: Duration,
    /// This long after the login, a signed-in session ends, whatever its activity.
    pub absolute_lifetime: Duration,
    /// Activity is written to the store at most this often.
    pub touch_interval: Duration,
    /// A login this recent allows sensitive changes without a fresh one.
    pub fresh_for: Duration,
    /// The time between two deletions of expired sessions.
    pub sweep_interval: Duration,
    pub cookie: CookieSettings,
}

/// Name and attributes of the session cookie. `Path` is always `/`, and `HttpOnly` is always set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieSettings {
    /// With its `__Host-` prefix, where it has one.
    pub name: String,
    pub secure: bool,
    pub same_site: SameSite,
    pub domain: Option<String>,
}

/// When browsers send the cookie along with requests from other sites. `None` is not on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// With links, not with foreign forms.
    Lax,
    /// Not even with links.
    Strict,
}

impl SameSite {
    /// As in the cookie's attribute.
    #[must_use]
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::Strict => "Strict",
        }
    }
}
