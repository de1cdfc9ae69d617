//! Sealing of session data: stored data is encrypted, authenticated, and bound to its row.
//!
//! XChaCha20-Poly1305, whose 24-byte nonce may be random for every write. Layout:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, [`VERSION`] |
//! | 8 | id of the secret; not secret itself |
//! | 24 | nonce |
//! | rest | ciphertext and tag of 16 bytes |
//!
//! The additional data is the row's key and the purpose: a blob copied into another row cannot be opened
//! there, nor can anything sealed for another purpose. The key is selected by its id and never guessed, and
//! unsealed data is never accepted.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::Rng;

use super::keys::{KeyId, Keys, SecretError};
use session_rows::RowKey;

/// The first byte of everything sealed.
const VERSION: u8 = 1;

/// What the keys are derived for, and part of the additional data.
const PURPOSE: &str = "session-data";

const ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const HEADER_BYTES: usize = 1 + ID_BYTES + NONCE_BYTES;

/// How many bytes longer a sealed blob is than its plaintext.
pub const OVERHEAD: usize = HEADER_BYTES + TAG_BYTES;

/// Seals with the newest secret, opens with any.
#[derive(Clone)]
pub struct Sealer {
    /// Newest first, never empty.
    keys: Vec<(KeyId, XChaCha20Poly1305)>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    pub(crate) plaintext: Vec<u8>,
    /// Sealed with an older secret: the next write will use the newest.
    pub(crate) stale_key: bool,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plaintext, stale_key } = self;
        write!(f, "Opened({} bytes redacted, stale_key: {stale_key})", plaintext.len())
    }
}

/// Why something cannot be opened. For the visitor all three mean that there is no session. For the log they
/// differ: an unknown key is a secret that was removed, a forgery means that somebody has access to the
/// store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not written by [`Sealer::seal`]: too short, or another version.
    #[error("not a sealed session")]
    Malformed,
    /// Sealed with a secret that is not configured (any more).
    #[error("sealed with an unknown key")]
    UnknownKey,
    /// Modified, or moved from another row.
    #[error("sealed session is not authentic")]
    Forged,
}

impl Sealer {
    /// Takes one or more secrets, newest first, each of at least 32 bytes.
    ///
    /// # Errors
    /// There is no secret, or one is too short or listed twice.
    pub fn new<S: AsRef<[u8]>>(secrets: &[S]) -> Result<Self, SecretError> {
        Ok(Self::from(&Keys::new(secrets)?))
    }

    /// Seals for one row, with the newest secret and a fresh nonce.
    #[must_use]
    #[expect(clippy::expect_used, reason = "encryption refuses nothing shorter than 256 GB")]
    pub fn seal(&self, key: &RowKey, plaintext: &[u8]) -> Vec<u8> {
        let (id, cipher) = self.keys.first().expect("`Keys` are never empty");
        let nonce = fresh_nonce();
        let additional = additional_data(key);
        let payload = Payload { msg: plaintext, aad: &additional };
        let ciphertext = cipher.encrypt(&nonce, payload).expect("a session fits into memory");
        let mut sealed = Vec::with_capacity(OVERHEAD + plaintext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&id.0);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    /// Opens what was sealed for this row.
    ///
    /// # Errors
    /// It was not sealed here, not with one of the secrets, not for this row, or has been modified since.
    pub fn open(&self, key: &RowKey, sealed: &[u8]) -> Result<Opened, OpenError> {
        let (version, rest) = sealed.split_first().ok_or(OpenError::Malformed)?;
        let (id, rest) = rest.split_first_chunk::<ID_BYTES>().ok_or(OpenError::Malformed)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Malformed)?;
        if *version != VERSION || ciphertext.len() < TAG_BYTES {
            return Err(OpenError::Malformed);
        }
        let position = self.keys.iter().position(|(known, _)| known.0 == *id).ok_or(OpenError::UnknownKey)?;
        let (_, cipher) = &self.keys[position];
        let additional = additional_data(key);
        let payload = Payload { msg: ciphertext, aad: &additional };
        let plaintext = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::Forged)?;
        Ok(Opened { plaintext, stale_key: position > 0 })
    }
}

impl From<&Keys> for Sealer {
    fn from(keys: &Keys) -> Self {
        let ciphers = keys.seal_keys(PURPOSE).into_iter();
        Self { keys: ciphers.map(|(id, key)| (id, XChaCha20Poly1305::new(&key.into()))).collect() }
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} keys redacted)", self.keys.len())
    }
}

/// 192 random bits: after 2^64 writes the probability of a repetition would still be 2^-65.
fn fresh_nonce() -> XNonce {
    let mut nonce = XNonce::default();
    rand::rng().fill_bytes(&mut nonce);
    nonce
}

/// Row key (of fixed length) and purpose: what a sealed blob belongs to.
fn additional_data(key: &RowKey) -> Vec<u8> {
    [&key.0[..], PURPOSE.as_bytes()].concat()
}

#[cfg(test)]
mod tests;
