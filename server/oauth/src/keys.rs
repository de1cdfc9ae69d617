//! The keys with which an OpenID provider signs (RFC 7517).

use openidconnect::core::CoreJsonWebKey;
use openidconnect::{JsonWebKey as _, JsonWebKeyId};
use serde_json::Value;

use super::answer::{Object, text};

/// A token without a key id is tried with at most this many keys.
const MOST_TRIED: usize = 16;

#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) key: CoreJsonWebKey,
    /// Not standard: Microsoft says which tenant's tokens a key may sign.
    pub(super) issuer: Option<String>,
}

/// The keys of a provider that we understand. Others (for encryption, of unknown types or algorithms) are
/// left out, so that they do not get in the way of those that are used.
#[derive(Debug, Clone)]
pub(super) struct Keys(Vec<Key>);

/// The keys that a token may be signed with.
pub(super) struct Candidates<'k> {
    pub(super) keys: Vec<&'k Key>,
    /// The token names one of them. Otherwise a signature that does not match may only mean that the keys
    /// are too old.
    pub(super) named: bool,
}

impl Keys {
    /// `None` if there is no list of keys at all.
    pub(super) fn parse(document: &Object) -> Option<Self> {
        let all = document.get("keys")?.as_array()?;
        Some(Self(all.iter().filter_map(key).collect()))
    }

    /// Those with the key id of the token. Keys without an id, and tokens without one, leave no choice but to
    /// try all of them; the signature decides in any case.
    pub(super) fn for_token(
        &self,
        id: Option<&JsonWebKeyId>,
        acceptable: impl Fn(&Key) -> bool,
    ) -> Candidates<'_> {
        let all: Vec<&Key> = self.0.iter().filter(|key| acceptable(key)).collect();
        let with_id = |key: &&Key| id.is_some() && key.key.key_id() == id;
        let without_id = |key: &&Key| id.is_none() || key.key.key_id().is_none();
        let named = all.iter().any(with_id);
        let keys = all.into_iter().filter(|key| if named { with_id(key) } else { without_id(key) });
        Candidates { keys: keys.take(MOST_TRIED).collect(), named }
    }

    /// For the log.
    pub(super) fn ids(&self) -> String {
        let id = |key: &Key| key.key.key_id().map_or("(no id)", |id| id.as_str()).to_owned();
        self.0.iter().map(id).collect::<Vec<_>>().join(", ")
    }
}

fn key(value: &Value) -> Option<Key> {
    let key = serde_json::from_value(value.clone()).ok()?;
    let issuer = value.as_object().and_then(|members| text(members, "issuer")).map(str::to_owned);
    Some(Key { key, issuer })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn keys(value: Value) -> Option<Keys> {
        Keys::parse(value.as_object()?)
    }

    fn ids(value: Value) -> String {
        keys(value).unwrap().ids()
    }

    #[test]
    fn keys_that_are_not_understood_are_left_out() {
        let document = json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "one", "use": "sig", "x5c": 7},
            {"kty": "AKP", "alg": "ML-DSA-65", "pub": "AAAA", "kid": "new type"},
            {"kty": "RSA", "n": "AAAA", "e": "AQAB", "alg": "RSA-OAEP", "use": "enc", "kid": "encryption"},
            {"kty": "RSA", "n": "AAAA", "e": "AQAB"},
            {"kty": 1}, "text", null,
        ], "more": {}});
        assert_eq!(ids(document), "one, (no id)");
        assert!(keys(json!({})).is_none());
        assert!(keys(json!({"keys": {}})).is_none());
        assert_eq!(ids(json!({"keys": []})), "");
    }

    #[test]
    fn a_key_without_an_id_is_tried_only_if_none_has_the_right_one() {
        let some = keys(json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "one"},
            {"kty": "OKP", "crv": "Ed25519", "x": "AAAB"},
        ]}))
        .unwrap();
        let found = |id: Option<&str>| {
            let id = id.map(|id| JsonWebKeyId::new(id.to_owned()));
            let candidates = some.for_token(id.as_ref(), |_| true);
            (candidates.keys.len(), candidates.named)
        };
        assert_eq!(found(Some("one")), (1, true));
        assert_eq!(found(Some("two")), (1, false));
        assert_eq!(found(None), (2, false));
        assert!(some.for_token(None, |_| false).keys.is_empty());
    }

    proptest! {
        #[test]
        fn no_key_makes_reading_panic(
            kty in select(vec!["RSA", "EC", "OKP", "oct", "x"]),
            name in select(vec!["kid", "n", "e", "x", "y", "crv", "alg", "use", "k"]),
            text in "[A-Za-z0-9_-]{0,12}|.{0,6}",
        ) {
            let mut key = json!({
                "kty": kty, "crv": "P-256", "kid": "1", "n": "AQAB", "e": "AQAB", "x": "AQ", "y": "AQ", "k": "AQ",
            });
            for value in [json!(text), json!(null), json!(7), json!([text])] {
                key[name] = value;
                let read = keys(json!({ "keys": [key] })).unwrap();
                prop_assert!(read.ids().len() < 100);
                prop_assert!(read.for_token(None, |_| true).keys.len() <= 1);
            }
        }
    }
}
