//! Passwords: argon2id, off the async threads, a few at a time, and as slow for unknown accounts as for known
//! ones.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

/// The longest password an account can have (`NewPassword`), in characters.
const LONGEST: usize = 128;

/// m = 19 MiB, t = 2, p = 1: OWASP Password Storage Cheat Sheet, argon2id, second configuration.
const OWASP: (u32, u32, u32) = (19 * 1024, 2, 1);

/// A stored hash that demands more than this was not made by us and is not computed: a row with `m = 4 GiB`
/// must not take the server down. It leaves room for any parameters we may choose in the coming years.
const MOST: (u32, u32, u32) = (128 * 1024, 10, 8);

const SALT: usize = 16;
const OUTPUT: usize = Params::DEFAULT_OUTPUT_LEN;

/// A password could be neither hashed nor checked.
#[derive(Debug, thiserror::Error)]
#[error("password hashing: {0}")]
pub struct PasswordError(String);

/// Result of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// It is the account's password.
    pub ok: bool,
    /// The password is right, but its hash uses outdated parameters: hash it again and store it with
    /// `Users::rehash_password`. Never set without `ok`.
    pub needs_rehash: bool,
}

impl Verified {
    const NO: Self = Self { ok: false, needs_rehash: false };
}

/// Hashes and checks passwords. Cheap to clone; clones share the permits.
#[derive(Debug, Clone)]
pub struct Passwords {
    params: Params,
    permits: Arc<Semaphore>,
    /// Verified if there is no hash to check: no password matches it.
    dummy: Arc<str>,
}

impl Passwords {
    /// With production parameters. `permits` is how many passwords may be hashed at once; use the number of
    /// processors, because more would only use more memory (19 MiB each).
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let (m, t, p) = OWASP;
        // Constants within argon2's limits; the fallback has the same parameters.
        Self::with_params(permits, Params::new(m, t, p, Some(OUTPUT)).unwrap_or(Params::DEFAULT))
    }

    /// With other parameters, for fast tests that have nothing to protect.
    #[must_use]
    pub fn with_params(permits: usize, params: Params) -> Self {
        let dummy = Arc::from(dummy(&params));
        Self { params, permits: Arc::new(Semaphore::new(permits.max(1))), dummy }
    }

    /// Hashes a password into a PHC string. Whether it is acceptable is decided by `NewPassword`; this also
    /// serves to rehash a password that was just verified.
    ///
    /// # Errors
    /// If there is no memory, or the server is shutting down.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (params, password) = (self.params.clone(), password.to_owned());
        self.compute(move || {
            let salt: [u8; SALT] = rand::random();
            argon2id(params)
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|error| PasswordError(error.to_string()))
        })
        .await?
    }

    /// Checks a password against a stored hash. `None` (no such account, or one without a password) takes
    /// just as long, so that the response time does not reveal which addresses have accounts.
    ///
    /// A hash that is malformed or too expensive is logged and matches no password; that takes just as long
    /// too. A typed password longer than any account's is rejected at once, which is cheap and reveals only
    /// the length of the password, which the client knows.
    ///
    /// # Errors
    /// If there is no memory, or the server is shutting down.
    pub async fn verify(&self, hash: Option<String>, typed: String) -> Result<Verified, PasswordError> {
        if typed.chars().nth(LONGEST).is_some() {
            return Ok(Verified::NO);
        }
        let (ours, dummy) = (self.params.clone(), Arc::clone(&self.dummy));
        self.compute(move || {
            let stored = hash.as_deref().and_then(|hash| {
                parse(hash)
                    .inspect_err(|reason| tracing::error!(reason, "a stored password hash cannot be used"))
                    .ok()
            });
            match stored {
                Some(stored) => Ok(check(&stored, &typed)?.then_some(stored)),
                None => match PasswordHash::new(&dummy) {
                    Ok(dummy) => check(&dummy, &typed).map(|_| None),
                    Err(error) => Err(PasswordError(error.to_string())),
                },
            }
            .map(|right| match right {
                Some(stored) => Verified { ok: true, needs_rehash: !made_with(&stored, &ours) },
                None => Verified::NO,
            })
        })
        .await?
    }

    /// Waits for a permit, then runs on a blocking thread. The work owns the permit: if the client
    /// disconnects meanwhile, the permit is not released until the work is done.
    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|error| PasswordError(error.to_string()))?;
        let span = tracing::Span::current();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            span.in_scope(work)
        })
        .await
        .map_err(|error| PasswordError(error.to_string()))
    }
}

fn argon2id(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A hash of nothing: random salt, random output, the cost of these parameters.
fn dummy(params: &Params) -> String {
    let (salt, output): ([u8; SALT], [u8; OUTPUT]) = (rand::random(), rand::random());
    format!(
        "$argon2id$v=19$m={},t={},p={}${}${}",
        params.m_cost(),
        params.t_cost(),
        params.p_cost(),
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(output)
    )
}

/// A stored hash that is safe to compute, or why it is not.
fn parse(hash: &str) -> Result<PasswordHash, &'static str> {
    let hash = PasswordHash::new(hash).map_err(|_| "not a PHC string")?;
    if hash.algorithm != ARGON2ID_IDENT {
        return Err("not argon2id");
    }
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err("without salt or output");
    }
    let params = Params::try_from(&hash).map_err(|_| "impossible parameters")?;
    if params.m_cost() > MOST.0 || params.t_cost() > MOST.1 || params.p_cost() > MOST.2 {
        return Err("parameters beyond what is computed");
    }
    Ok(hash)
}

fn check(hash: &PasswordHash, typed: &str) -> Result<bool, PasswordError> {
    match Argon2::default().verify_password(typed.as_bytes(), hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(PasswordError(error.to_string())),
    }
}

fn made_with(hash: &PasswordHash, params: &Params) -> bool {
    let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    hash.version == Some(Version::V0x13.into())
        && hash.hash.as_ref().is_some_and(|output| output.len() == params.output_len().unwrap_or(OUTPUT))
        && Params::try_from(hash).is_ok_and(|made| cost(&made) == cost(params))
}

#[cfg(test)]
mod tests;
