//! The token in every form of a visitor with a session.
//!
//! It is an HMAC of the session id, so it needs no storage, differs between sessions and changes whenever the
//! id does (login, password change, timeout). Each page masks it with fresh random bytes, because a
//! compressed page that contains both a constant secret and text chosen by an attacker would leak the secret
//! (BREACH).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt as _;
use subtle::ConstantTimeEq as _;
use tower_sessions::session::Id;

use crate::keys::Keys;
use crate::mac;

/// Issues and checks tokens.
pub(crate) struct CsrfTokens {
    keys: Vec<[u8; 32]>,
}

impl CsrfTokens {
    /// The keys are derived for this purpose alone.
    #[must_use]
    pub(crate) fn new(keys: &Keys) -> Self {
        Self { keys: keys.mac_keys("csrf token") }
    }

    /// A token for a form: `base64url(mask ‖ (mask xor tag))`.
    #[must_use]
    pub(crate) fn issue(&self, id: Id) -> String {
        let mut mask = [0_u8; 32];
        rand::rng().fill(&mut mask);
        let mut token = [0_u8; 64];
        let tag = self.keys.first().map(|key| tag(key, id)).unwrap_or_default();
        for (i, (mask, tag)) in mask.iter().zip(tag).enumerate() {
            token[i] = *mask;
            token[32 + i] = mask ^ tag;
        }
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether a form was created for this session, with any secret still in use.
    #[must_use]
    pub(crate) fn check(&self, id: Id, token: &str) -> bool {
        let Ok(token) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let Ok(token) = <[u8; 64]>::try_from(token) else { return false };
        let mut sent = [0_u8; 32];
        for (i, byte) in sent.iter_mut().enumerate() {
            *byte = token[i] ^ token[32 + i];
        }
        self.keys.iter().any(|key| tag(key, id).ct_eq(&sent).into())
    }
}

fn tag(key: &[u8; 32], id: Id) -> [u8; 32] {
    mac::tag(key, &id.0.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(key: u8) -> CsrfTokens {
        CsrfTokens { keys: vec![[key; 32]] }
    }

    #[test]
    fn a_token_is_good_for_its_own_session_only() {
        let token = tokens(1).issue(Id(7));
        assert!(tokens(1).check(Id(7), &token));
        assert!(!tokens(1).check(Id(8), &token));
        assert!(!tokens(2).check(Id(7), &token));
    }

    #[test]
    fn the_same_token_never_looks_the_same_twice() {
        assert_ne!(tokens(1).issue(Id(7)), tokens(1).issue(Id(7)));
    }

    #[test]
    fn garbage_is_refused() {
        let token = tokens(1).issue(Id(7));
        for bad in ["", "x", &token[1..], &format!("{token}A"), &"A".repeat(86), "ü"] {
            assert!(!tokens(1).check(Id(7), bad), "{bad}");
        }
    }

    #[test]
    fn an_older_secret_still_counts() {
        let rotated = CsrfTokens { keys: vec![[2; 32], [1; 32]] };
        assert!(rotated.check(Id(7), &tokens(1).issue(Id(7))));
    }

    proptest! {
        #[test]
        fn no_text_is_a_token(text in ".{0,120}", base64 in "[A-Za-z0-9_-]{86}") {
            prop_assert!(!tokens(1).check(Id(7), &text) && !tokens(1).check(Id(7), &base64));
        }
    }
}
