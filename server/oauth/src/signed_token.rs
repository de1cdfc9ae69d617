//! An ID token as it was signed, and the part of it that the library verifies.
//!
//! The library reads every standard claim into a type of its own, and one claim of another type makes it
//! refuse the whole token, even if nobody uses that claim. So it is given a copy that contains only the claims
//! that it verifies, while the signature is checked over the bytes that were signed ([`SignedBy`]).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeyType, CoreJsonWebKeyUse, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyId, SignatureVerificationError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::OAuthError;
use super::answer::{Object, member, object, shown, text};
use super::issuer::spelled_out;

/// What the library verifies.
const VERIFIED: [&str; 8] = ["iss", "sub", "aud", "exp", "iat", "nonce", "azp", "at_hash"];

/// A claim that is read strictly: name, whether it is needed, what it must be.
type Claim = (&'static str, bool, &'static str, fn(&Value) -> bool);

const CLAIMS: [Claim; 9] = [
    ("iss", true, "a text", Value::is_string),
    ("sub", true, "a text", Value::is_string),
    ("aud", true, "a text or a list of texts", is_text_or_texts),
    ("exp", true, "a number", Value::is_number),
    ("iat", true, "a number", Value::is_number),
    ("nbf", false, "a number", Value::is_number),
    ("nonce", false, "a text", Value::is_string),
    ("azp", false, "a text", Value::is_string),
    ("at_hash", false, "a text", Value::is_string),
];

fn is_text_or_texts(value: &Value) -> bool {
    value.is_string() || value.as_array().is_some_and(|all| all.iter().all(Value::is_string))
}

pub(super) struct SignedToken {
    /// Header and claims, encoded: what the signature is about.
    message: String,
    header: Object,
    /// Not verified.
    claims: Object,
    /// The token with the claims that the library verifies, and no others.
    reduced: String,
}

impl SignedToken {
    pub(super) fn parse(raw: &str) -> Result<Self, OAuthError> {
        let mut token = Self::decode(raw).ok_or(OAuthError::Failed("ID token: not understood"))?;
        token.check_types()?;
        token.reduced = token.reduce(raw).ok_or(OAuthError::Failed("ID token: not understood"))?;
        Ok(token)
    }

    fn decode(raw: &str) -> Option<Self> {
        let (message, _) = raw.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let part = |part: &str| object(&URL_SAFE_NO_PAD.decode(part).ok()?);
        let (header, claims) = (part(header)?, part(claims)?);
        Some(Self { message: message.to_owned(), header, claims, reduced: String::new() })
    }

    fn reduce(&self, raw: &str) -> Option<String> {
        let (_, signature) = raw.rsplit_once('.')?;
        let (header, _) = self.message.split_once('.')?;
        let mut kept = Object::new();
        for name in VERIFIED {
            if let Some(value) = member(&self.claims, name) {
                kept.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(iss) = text(&self.claims, "iss") {
            kept.insert("iss".to_owned(), spelled_out(iss).into());
        }
        let kept = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&kept).ok()?);
        Some(format!("{header}.{kept}.{signature}"))
    }

    /// What is used must be what it should be. The values are not said: some name a person.
    fn check_types(&self) -> Result<(), OAuthError> {
        for (name, needed, expected, fits) in CLAIMS {
            let value = member(&self.claims, name);
            if !value.map_or(!needed, fits) {
                let found = format!("{} in {name}", kind(value));
                return Err(OAuthError::mismatch("ID token: not understood", expected, found));
            }
        }
        Ok(())
    }

    /// The claims. Nobody may believe them before the signature was verified.
    pub(super) fn unverified(&self) -> &Object {
        &self.claims
    }

    /// For the log.
    pub(super) fn header(&self, name: &str) -> String {
        shown(self.header.get(name))
    }

    pub(super) fn key_id(&self) -> Option<JsonWebKeyId> {
        self.header.get("kid").and_then(Value::as_str).map(|id| JsonWebKeyId::new(id.to_owned()))
    }

    /// In the form the library reads.
    pub(super) fn reduced(&self) -> &str {
        &self.reduced
    }

    /// A key that verifies the signature of this token.
    pub(super) fn signed_by(&self, key: &CoreJsonWebKey) -> SignedBy {
        SignedBy { key: key.clone(), id: self.key_id(), message: self.message.clone() }
    }
}

fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a text",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    }
}

/// A provider's key, chosen for one token. Whatever message it is asked about, it checks the signature over
/// the one that the token came with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SignedBy {
    key: CoreJsonWebKey,
    /// That of the token: the choice has been made.
    id: Option<JsonWebKeyId>,
    message: String,
}

impl JsonWebKey for SignedBy {
    type KeyUse = CoreJsonWebKeyUse;
    type SigningAlgorithm = CoreJwsSigningAlgorithm;

    fn key_id(&self) -> Option<&JsonWebKeyId> {
        self.id.as_ref()
    }

    fn key_type(&self) -> &CoreJsonWebKeyType {
        self.key.key_type()
    }

    fn key_use(&self) -> Option<&CoreJsonWebKeyUse> {
        self.key.key_use()
    }

    fn signing_alg(&self) -> JsonWebKeyAlgorithm<&CoreJwsSigningAlgorithm> {
        self.key.signing_alg()
    }

    /// Only for shared secrets, which are not accepted: it verifies nothing.
    fn new_symmetric(key: Vec<u8>) -> Self {
        Self { key: CoreJsonWebKey::new_symmetric(key), id: None, message: String::new() }
    }

    fn verify_signature(
        &self,
        algorithm: &CoreJwsSigningAlgorithm,
        _reduced: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureVerificationError> {
        self.key.verify_signature(algorithm, self.message.as_bytes(), signature)
    }

    fn hash_bytes(&self, bytes: &[u8], algorithm: &CoreJwsSigningAlgorithm) -> Result<Vec<u8>, String> {
        self.key.hash_bytes(bytes, algorithm)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::json;

    use super::*;

    /// Claims that are used, and two that are not.
    const NAMES: [&str; 9] = ["iss", "sub", "aud", "exp", "nbf", "nonce", "azp", "email", "x"];

    fn part(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    proptest! {
        #[test]
        fn what_is_no_token_is_refused_without_a_panic(text in ".{0,100}", parts in vec("[A-Za-z0-9_-]{0,20}", 3)) {
            prop_assert!(SignedToken::parse(&text).is_err());
            prop_assert!(SignedToken::parse(&parts.join(".")).is_err());
        }

        /// Whatever the claims hold, the library gets those that it verifies in the types that it reads, and no others.
        #[test]
        fn the_copy_for_the_library_has_the_known_claims_alone(
            changes in vec((select(NAMES.to_vec()), 0..6_usize), 0..4),
            text in ".{0,10}",
            number: i64,
        ) {
            let mut claims = json!({
                "iss": "https://as.example", "sub": "1", "aud": "a", "exp": 2, "iat": 1, "x": {},
            });
            let (texts, numbers) = (json!([text]), json!([number]));
            let values = [json!(null), json!(text), json!(number), texts, numbers, json!({ "a": text })];
            for (name, value) in changes {
                claims[name] = values[value].clone();
            }
            let raw = format!("{}.{}.c2ln", part(&json!({ "alg": "RS256", "kid": text })), part(&claims));
            let Ok(token) = SignedToken::parse(&raw) else { return Ok(()) };
            prop_assert_eq!(token.unverified(), claims.as_object().unwrap());
            let kept = URL_SAFE_NO_PAD.decode(token.reduced().split('.').nth(1).unwrap()).unwrap();
            let kept = object(&kept).unwrap();
            prop_assert!(kept.keys().all(|name| VERIFIED.contains(&name.as_str())));
            for (name, needed, _, fits) in CLAIMS.into_iter().filter(|(name, ..)| VERIFIED.contains(name)) {
                prop_assert!(kept.get(name).map_or(!needed, fits), "{}", name);
            }
        }
    }
}
