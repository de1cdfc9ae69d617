//! Values that cannot be guessed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 32 random bytes as 43 characters that need no escaping anywhere: for a state, a nonce, a PKCE verifier
/// (RFC 7636 §4.1 requires 43 to 128 of them), a code, a token.
#[must_use]
pub(crate) fn random_text() -> String {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_text_is_long_enough_for_pkce_and_never_the_same() {
        let texts: std::collections::BTreeSet<String> = (0..1_000).map(|_| random_text()).collect();
        assert_eq!(texts.len(), 1_000);
        assert!(texts.iter().all(|text| text.len() == 43));
    }
}
