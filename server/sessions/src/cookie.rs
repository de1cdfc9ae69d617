//! The session cookie: `v1.<id>.<issued>.<mark>.<signature>`.
//!
//! The signature (HMAC-SHA256) allows forged ids to be rejected without asking a store. The signed value also
//! contains when it was issued and whether the session was signed in, so that a timeout, an end from
//! elsewhere, an anonymous session and a forgery can still be told apart once the row is gone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite};
use http::HeaderValue;
use time::{Duration, OffsetDateTime};
use tower_sessions::session::Id;

use crate::keys::Keys;
use crate::mac;
use crate::settings::CookieSettings;
use domain::millis::{from_millis, to_millis};

/// The content of a validly signed cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) id: Id,
    /// When this value was sent.
    pub(crate) issued_at: OffsetDateTime,
    /// The session was signed in at that time.
    pub(crate) signed_in: bool,
    /// Signed with a secret that is no longer the newest: send it again.
    pub(crate) old_key: bool,
}

/// Signs, verifies and writes the cookie; the only place that knows its name and attributes.
pub(crate) struct SessionCookie {
    config: CookieSettings,
    max_age: Duration,
    keys: Vec<[u8; 32]>,
}

impl std::fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionCookie").field("config", &self.config).finish_non_exhaustive()
    }
}

impl SessionCookie {
    /// `max_age` is the lifetime without activity (`SESSION_TTL`).
    #[must_use]
    pub(crate) fn new(config: CookieSettings, max_age: Duration, keys: &Keys) -> Self {
        Self { config, max_age, keys: keys.mac_keys("session cookie") }
    }

    /// Reads the `Cookie` headers. `None`: we have no cookie there; `Some(Err)`: only cookies that we did not
    /// sign. If there are several (a parent domain can add one), the first validly signed one counts.
    pub(crate) fn read<'a>(
        &self,
        headers: impl Iterator<Item = &'a HeaderValue>,
    ) -> Option<Result<Ticket, Forged>> {
        let mut forged = None;
        for header in headers {
            let Ok(text) = header.to_str() else { continue };
            for cookie in Cookie::split_parse(text).flatten().filter(|c| c.name() == self.config.name) {
                match self.verify(cookie.value()) {
                    Some(ticket) => return Some(Ok(ticket)),
                    None => forged = Some(Err(Forged)),
                }
            }
        }
        forged
    }

    /// The `Set-Cookie` header for a session.
    #[must_use]
    pub(crate) fn set(&self, id: Id, signed_in: bool, now: OffsetDateTime) -> HeaderValue {
        self.header(self.sign(id, signed_in, now), self.max_age)
    }

    /// The `Set-Cookie` header that removes the cookie. It has the same attributes as that of [`Self::set`]:
    /// without `Secure` browsers refuse to remove a `__Host-` cookie.
    #[must_use]
    pub(crate) fn remove(&self) -> HeaderValue {
        self.header(String::new(), Duration::ZERO)
    }

    fn header(&self, value: String, max_age: Duration) -> HeaderValue {
        let mut cookie = Cookie::build((self.config.name.clone(), value))
            .path("/")
            .http_only(true)
            .secure(self.config.secure)
            .same_site(match self.config.same_site {
                crate::settings::SameSite::Lax => SameSite::Lax,
                crate::settings::SameSite::Strict => SameSite::Strict,
            })
            .max_age(max_age);
        if let Some(domain) = &self.config.domain {
            cookie = cookie.domain(domain.clone());
        }
        // Name and domain were checked at start-up and the value is base64url, so all of it is visible ASCII.
        HeaderValue::try_from(cookie.build().to_string()).unwrap_or(HeaderValue::from_static(""))
    }

    fn sign(&self, id: Id, signed_in: bool, now: OffsetDateTime) -> String {
        let id = URL_SAFE_NO_PAD.encode(id.0.to_be_bytes());
        let mark = if signed_in { 's' } else { 'a' };
        let body = format!("v1.{id}.{}.{mark}", to_millis(now));
        // There is always a newest key: the configuration rejects an empty list of secrets.
        let tag = self.keys.first().map(|key| mac::tag(key, body.as_bytes()));
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(tag.unwrap_or_default()))
    }

    fn verify(&self, value: &str) -> Option<Ticket> {
        if value.len() > 160 {
            return None;
        }
        let (body, signature) = value.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = self.keys.iter().position(|key| mac::verify(key, body.as_bytes(), &signature))?;
        let mut parts = body.split('.');
        if parts.next() != Some("v1") {
            return None;
        }
        let id: [u8; 16] = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?.try_into().ok()?;
        let issued_at = from_millis(parts.next()?.parse().ok()?);
        let signed_in = match parts.next()? {
            "s" => true,
            "a" => false,
            _ => return None,
        };
        Some(Ticket { id: Id(i128::from_be_bytes(id)), issued_at, signed_in, old_key: key > 0 })
    }
}

/// A cookie with our name that we did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forged;
