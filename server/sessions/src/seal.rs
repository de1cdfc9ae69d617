//! Sealing: what leaves the process is encrypted, authenticated, and bound to its place. Session data is
//! bound to its row, any other value (the content of a cookie) to its purpose.
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
//! The additional data is the row's key (if there is a row) and the purpose: a blob copied into another row
//! cannot be opened there, nor can anything sealed for another purpose, which has other keys as well. The key
//! is selected by its id and never guessed, and unsealed data is never accepted.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::Rng;

use super::keys::{KeyId, Keys, SecretError};
use session_rows::RowKey;

/// The first byte of everything sealed.
const VERSION: u8 = 1;

/// What the keys of session data are derived for, and part of its additional data.
const SESSION_DATA: &str = "session-data";

const ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const HEADER_BYTES: usize = 1 + ID_BYTES + NONCE_BYTES;

/// How many bytes longer a sealed blob is than its plaintext.
pub const OVERHEAD: usize = HEADER_BYTES + TAG_BYTES;

/// Seals with the newest secret, opens with any.
#[derive(Clone)]
pub struct Sealer {
    purpose: &'static str,
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

/// Why something cannot be opened. For the visitor all three mean that it is not there. For the log they
/// differ: an unknown key is a secret that was removed, and a forgery in a store means that somebody has
/// access to it. (A cookie can be changed by its browser.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not sealed by a [`Sealer`]: too short, or another version.
    #[error("not sealed by this program")]
    Malformed,
    /// Sealed with a secret that is not configured (any more).
    #[error("sealed with an unknown key")]
    UnknownKey,
    /// Modified, or moved from another row or purpose.
    #[error("sealed, but not authentic")]
    Forged,
}

impl Sealer {
    /// For session data. Takes one or more secrets, newest first, each of at least 32 bytes.
    ///
    /// # Errors
    /// There is no secret, or one is too short or listed twice.
    pub fn new<S: AsRef<[u8]>>(secrets: &[S]) -> Result<Self, SecretError> {
        Ok(Self::from(&Keys::new(secrets)?))
    }

    pub(crate) fn for_purpose(purpose: &'static str, keys: &Keys) -> Self {
        let keys = keys.seal_keys(purpose).into_iter();
        Self { purpose, keys: keys.map(|(id, key)| (id, XChaCha20Poly1305::new(&key.into()))).collect() }
    }

    /// Seals for one row, with the newest secret and a fresh nonce.
    #[must_use]
    pub fn seal(&self, key: &RowKey, plaintext: &[u8]) -> Vec<u8> {
        self.encrypt(&self.additional_data(key), plaintext)
    }

    /// Opens what was sealed for this row.
    ///
    /// # Errors
    /// It was not sealed here, not with one of the secrets, not for this row, or has been modified since.
    pub fn open(&self, key: &RowKey, sealed: &[u8]) -> Result<Opened, OpenError> {
        self.decrypt(&self.additional_data(key), sealed)
    }

    /// [`Self::seal`] for a value without a row.
    pub(crate) fn seal_value(&self, plaintext: &[u8]) -> Vec<u8> {
        self.encrypt(self.purpose.as_bytes(), plaintext)
    }

    /// [`Self::open`] for a value without a row.
    pub(crate) fn open_value(&self, sealed: &[u8]) -> Result<Opened, OpenError> {
        self.decrypt(self.purpose.as_bytes(), sealed)
    }

    #[expect(clippy::expect_used, reason = "encryption refuses nothing shorter than 256 GB")]
    fn encrypt(&self, additional: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let (id, cipher) = self.keys.first().expect("`Keys` are never empty");
        let nonce = fresh_nonce();
        let payload = Payload { msg: plaintext, aad: additional };
        let ciphertext = cipher.encrypt(&nonce, payload).expect("it fits into memory");
        let mut sealed = Vec::with_capacity(OVERHEAD + plaintext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&id.0);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    fn decrypt(&self, additional: &[u8], sealed: &[u8]) -> Result<Opened, OpenError> {
        let (version, rest) = sealed.split_first().ok_or(OpenError::Malformed)?;
        let (id, rest) = rest.split_first_chunk::<ID_BYTES>().ok_or(OpenError::Malformed)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Malformed)?;
        if *version != VERSION || ciphertext.len() < TAG_BYTES {
            return Err(OpenError::Malformed);
        }
        let position = self.keys.iter().position(|(known, _)| known.0 == *id).ok_or(OpenError::UnknownKey)?;
        let (_, cipher) = &self.keys[position];
        let payload = Payload { msg: ciphertext, aad: additional };
        let plaintext = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::Forged)?;
        Ok(Opened { plaintext, stale_key: position > 0 })
    }

    /// Row key (of fixed length) and purpose: what a sealed row belongs to.
    fn additional_data(&self, key: &RowKey) -> Vec<u8> {
        [&key.0[..], self.purpose.as_bytes()].concat()
    }
}

impl From<&Keys> for Sealer {
    fn from(keys: &Keys) -> Self {
        Self::for_purpose(SESSION_DATA, keys)
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

#[cfg(test)]
mod tests;
