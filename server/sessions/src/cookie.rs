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

/// The cookies with our name in a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Those that we signed, in the order sent, each session once.
    pub(crate) tickets: Vec<Ticket>,
    /// There were also some that we did not sign.
    pub(crate) forged: bool,
}

/// Browsers send several cookies with one name if a parent domain or another path has one too. Each that we
/// signed costs a read of the store, so a collection of them is not looked through to the end.
const MOST_TICKETS: usize = 16;

/// Signs, verifies and writes the cookie; the only place that knows its name and attributes.
pub(crate) struct SessionCookie {
    config: CookieSettings,
    keys: Vec<[u8; 32]>,
}

impl std::fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionCookie").field("config", &self.config).finish_non_exhaustive()
    }
}

impl SessionCookie {
    #[must_use]
    pub(crate) fn new(config: CookieSettings, keys: &Keys) -> Self {
        Self { config, keys: keys.mac_keys("session cookie") }
    }

    /// Reads the `Cookie` headers, as bytes: whatever other cookies contain does not disturb ours.
    pub(crate) fn read<'a>(&self, headers: impl Iterator<Item = &'a HeaderValue>) -> Sent {
        let mut sent = Sent::default();
        for value in headers.flat_map(|header| values_of(header.as_bytes(), self.config.name.as_bytes())) {
            match std::str::from_utf8(value).ok().and_then(|value| self.verify(value)) {
                None => sent.forged = true,
                Some(ticket) if sent.tickets.iter().any(|known| known.id == ticket.id) => {}
                Some(ticket) if sent.tickets.len() < MOST_TICKETS => sent.tickets.push(ticket),
                Some(_) => {}
            }
        }
        sent
    }

    /// The `Set-Cookie` header for a session that lives for `max_age` without activity.
    #[must_use]
    pub(crate) fn set(&self, id: Id, signed_in: bool, max_age: Duration, now: OffsetDateTime) -> HeaderValue {
        self.header(self.sign(id, signed_in, now), max_age)
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
        self.signed(format!("v1.{id}.{}.{mark}", to_millis(now)))
    }

    fn signed(&self, body: String) -> String {
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

/// The values of the cookies with this name in one header.
pub fn values_of<'a>(header: &'a [u8], name: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    pairs_of(header).filter(move |(found, _)| *found == name).map(|(_, value)| value)
}

/// Names and values of the cookies in one header. Blanks around names and values, and quotes around values,
/// are no part of them (RFC 6265 §5.2 and §4.1.1).
pub(crate) fn pairs_of(header: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    header.split(|byte| *byte == b';').filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..equals].trim_ascii(), unquoted(pair[equals + 1..].trim_ascii())))
    })
}

fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(value)
}

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod checks;
#[cfg(test)]
mod tests;
