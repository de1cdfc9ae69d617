//! Session settings of an installation.

use time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSettings {
    /// Lifetime without activity, and the cookie's `Max-Age`. Never shorter than `idle_timeout`.
    pub ttl: Duration,
    /// A signed-in session is signed out after this long without activity.
    pub idle_timeout: Duration,
    /// A signed-in session ends this long after the login, regardless of activity.
    pub absolute_lifetime: Duration,
    /// Activity is written to the store at most this often.
    pub touch_interval: Duration,
    /// A login this recent allows sensitive changes without a fresh login.
    pub fresh_for: Duration,
    /// The time between two deletions of expired sessions.
    pub sweep_interval: Duration,
    pub cookie: CookieSettings,
}

/// Name and attributes of the session cookie. `Path` is always `/`, and `HttpOnly` is always set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieSettings {
    /// Including the prefix `__Host-` or `__Secure-`, if it has one.
    pub name: String,
    pub secure: bool,
    pub same_site: SameSite,
    pub domain: Option<String>,
}

/// When browsers send the cookie with requests from other sites. `None` is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// With links, but not with forms of other sites.
    Lax,
    /// Not even with links.
    Strict,
}

impl SameSite {
    /// The attribute's value.
    #[must_use]
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::Strict => "Strict",
        }
    }
}
