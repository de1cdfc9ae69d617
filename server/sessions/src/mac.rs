//! HMAC-SHA256 (RFC 2104), for everything signed: cookies, form tokens, hashed login attempts.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The tag of a message.
#[must_use]
pub fn tag(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    keyed(key, message).finalize().into_bytes().into()
}

/// Whether a tag belongs to a message, in constant time.
#[must_use]
pub fn verify(key: &[u8; 32], message: &[u8], tag: &[u8]) -> bool {
    keyed(key, message).verify_slice(tag).is_ok()
}

fn keyed(key: &[u8; 32], message: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of 32 bytes");
    mac.update(message);
    mac
}
