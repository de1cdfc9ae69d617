//! Keys for every purpose, derived from `SESSION_SECRETS`. The only place that knows HKDF.
//!
//! Each purpose gets its own keys, so that what one part of the server signs or seals means nothing to
//! another. The names that separate the purposes are versioned constants: changing one makes everything
//! written under it unreadable, so only do that on purpose.
//!
//! Several secrets allow rotation: the newest writes, all of them read.

use std::fmt;

use domain::name;
use hkdf::Hkdf;
use sha2::Sha256;

/// A shorter secret is rejected; the derived keys have 32 bytes too.
pub const MIN_SECRET_BYTES: usize = 32;

/// HKDF info strings. They can never be equal, because the first word after the version differs.
const KEY_ID: &str = "v1 key-id";
const SEAL: &str = "v1 seal ";
const MAC: &str = "v1 mac ";

/// Identifies a secret without revealing anything about it; part of the header of sealed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct KeyId(pub(crate) [u8; 8]);

/// Why secrets are rejected. The message never contains a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("at least one secret is needed")]
    None,
    /// A secret is shorter than [`MIN_SECRET_BYTES`]; positions count from 1, newest first.
    #[error("secret {position} has {bytes} bytes; at least {MIN_SECRET_BYTES} are needed")]
    TooShort { position: usize, bytes: usize },
    /// A secret is listed twice: a rotation that has not happened.
    #[error("secret {position} is the same as an earlier one")]
    Duplicate { position: usize },
}

/// All secrets, newest first, ready to derive from. Keeps only what HKDF extracted from them.
#[derive(Clone)]
pub struct Keys {
    roots: Vec<Root>,
}

#[derive(Clone)]
struct Root {
    id: KeyId,
    hkdf: Hkdf<Sha256>,
}

impl Keys {
    /// Takes one or more secrets, newest first.
    ///
    /// # Errors
    /// There is no secret, or one is too short or listed twice.
    pub fn new<S: AsRef<[u8]>>(secrets: &[S]) -> Result<Self, SecretError> {
        Self::with_salt(name::SALT, secrets)
    }

    /// With another salt than that of the product, for tests with known answers.
    ///
    /// # Errors
    /// As [`Keys::new`].
    pub fn with_salt<S: AsRef<[u8]>>(salt: &str, secrets: &[S]) -> Result<Self, SecretError> {
        let mut roots: Vec<Root> = Vec::with_capacity(secrets.len());
        for (position, secret) in (1..).zip(secrets) {
            let secret = secret.as_ref();
            if secret.len() < MIN_SECRET_BYTES {
                return Err(SecretError::TooShort { position, bytes: secret.len() });
            }
            let hkdf = Hkdf::new(Some(salt.as_bytes()), secret);
            let id = KeyId(expand(&hkdf, KEY_ID, ""));
            // Also rejects two secrets that share an id by chance (one pair in 2^64), because an id must be
            // unambiguous.
            if roots.iter().any(|root| root.id == id) {
                return Err(SecretError::Duplicate { position });
            }
            roots.push(Root { id, hkdf });
        }
        if roots.is_empty() {
            return Err(SecretError::None);
        }
        Ok(Self { roots })
    }

    /// Keys that sign for a purpose (`cookie`, `csrf`), newest first: sign with the first, accept any.
    #[must_use]
    pub fn mac_keys(&self, purpose: &str) -> Vec<[u8; 32]> {
        self.roots.iter().map(|root| expand(&root.hkdf, MAC, purpose)).collect()
    }

    /// Keys that encrypt for a purpose, newest first, each with the id that identifies it in a header.
    #[must_use]
    pub(crate) fn seal_keys(&self, purpose: &str) -> Vec<(KeyId, [u8; 32])> {
        self.roots.iter().map(|root| (root.id, expand(&root.hkdf, SEAL, purpose))).collect()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} redacted)", self.roots.len())
    }
}

/// HKDF-Expand for one label and purpose.
#[expect(clippy::expect_used, reason = "HKDF-SHA256 refuses more than 8160 bytes, and these are at most 32")]
fn expand<const N: usize>(hkdf: &Hkdf<Sha256>, label: &str, purpose: &str) -> [u8; N] {
    const { assert!(N <= 32) };
    let mut key = [0; N];
    hkdf.expand_multi_info(&[label.as_bytes(), purpose.as_bytes()], &mut key).expect("a short key");
    key
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::samples::GOLDEN_SALT;

    const NEW: [u8; 32] = [1; 32];
    const OLD: [u8; 40] = [2; 40];

    fn keys(secrets: &[&[u8]]) -> Keys {
        Keys::new(secrets).unwrap()
    }

    #[test]
    fn secrets_that_are_missing_short_or_doubled_are_refused() {
        assert_eq!(Keys::new::<Vec<u8>>(&[]).unwrap_err(), SecretError::None);
        let short = Keys::new(&[&NEW[..], &[3; 31]]).unwrap_err();
        assert_eq!(short, SecretError::TooShort { position: 2, bytes: 31 });
        let doubled = Keys::new(&[&NEW[..], &OLD, &NEW]).unwrap_err();
        assert_eq!(doubled, SecretError::Duplicate { position: 3 });
    }

    #[test]
    fn every_purpose_and_every_secret_has_its_own_key() {
        let keys = keys(&[&NEW, &OLD]);
        let mut all: Vec<[u8; 32]> = vec![];
        for purpose in ["", "cookie", "csrf", "session-data", "cookie "] {
            all.extend(keys.mac_keys(purpose));
            all.extend(keys.seal_keys(purpose).into_iter().map(|(_, key)| key));
        }
        assert_eq!(all.len(), 20);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 20);
    }

    #[test]
    fn the_newest_comes_first_and_rotation_moves_it_back() {
        let rotated = keys(&[&NEW, &OLD]);
        assert_eq!(rotated.mac_keys("cookie")[0], keys(&[&NEW]).mac_keys("cookie")[0]);
        assert_eq!(rotated.mac_keys("cookie")[1], keys(&[&OLD]).mac_keys("cookie")[0]);
        assert_eq!(rotated.seal_keys("x")[1], keys(&[&OLD]).seal_keys("x")[0]);
    }

    /// Data written yesterday must be readable tomorrow: for a given salt these bytes change only with a new version.
    /// Computed with another implementation of RFC 5869.
    #[test]
    fn derivation_does_not_drift() {
        let keys = Keys::with_salt(GOLDEN_SALT, &[NEW]).unwrap();
        assert_eq!(hex::encode(keys.roots[0].id.0), "bfa91ee835263a9e");
        assert_eq!(
            hex::encode(keys.mac_keys("cookie")[0]),
            "c1dbd15b89036a6c468ef5a8c2cccc02863233c8aca88d64a3b5eeeb30efc2df"
        );
        assert_eq!(
            hex::encode(keys.seal_keys("session-data")[0].1),
            "5ffd462d23dc77019f8b6be4ac5a69e1b007458c400ec9535d3df2bc854859de"
        );
    }

    #[test]
    fn debug_tells_nothing() {
        assert_eq!(format!("{:?}", keys(&[&NEW, &OLD])), "Keys(2 redacted)");
    }
}
