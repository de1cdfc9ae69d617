//! What holds for any bytes in a `Cookie` header. Tried by the corpus in `fuzz/`, and by fuzzers.

use http::HeaderValue;

use super::{SessionCookie, Ticket};
use crate::keys::Keys;
use crate::settings::{CookieSettings, SameSite};

/// With a secret that is new in each process: no corpus can hold something signed with it.
fn session_cookie() -> Option<SessionCookie> {
    let config =
        CookieSettings { name: "id".to_owned(), secure: false, same_site: SameSite::Lax, domain: None };
    let secret = hex::encode(rand::random::<[u8; 32]>());
    Keys::new(&[secret]).ok().map(|keys| SessionCookie::new(config, &keys))
}

/// Nobody who does not know the secret makes a cookie of ours; and whatever a version of ours has signed is read or refused,
/// and read again as the same.
///
/// # Panics
/// If that does not hold.
pub fn any_cookie(bytes: &[u8]) {
    let Some(cookie) = session_cookie() else { panic!("the secret is long enough") };
    if let Ok(header) = HeaderValue::from_bytes(bytes) {
        assert_eq!(cookie.read(std::iter::once(&header)).tickets, []);
    }
    // The same bytes as what is signed, which leads past the signature.
    let Ok(body) = std::str::from_utf8(bytes) else { return };
    if let Some(ticket) = cookie.verify(&cookie.signed(body.to_owned())) {
        let Ticket { id, issued_at, signed_in, old_key } = ticket;
        assert!(!old_key);
        assert_eq!(cookie.verify(&cookie.sign(id, signed_in, issued_at)), Some(ticket));
    }
}
