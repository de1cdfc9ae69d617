//! Passwords: argon2id, on threads of its own, a few at a time, and as slow for unknown accounts as for known
//! ones.

mod queue;
mod threads;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, MIN_SALT_LEN, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use domain::account::composed_password;
use metrics::histogram;

use self::queue::Queue;
use self::threads::{Memory, Threads};

pub use self::queue::{Load, Place, Purpose};

/// The longest password an account can have (`NewPassword`), in characters.
const LONGEST: usize = 128;

/// m = 19 MiB, t = 2, p = 1: OWASP Password Storage Cheat Sheet, argon2id, second configuration.
const OWASP: (u32, u32, u32) = (19 * 1024, 2, 1);

/// A stored hash that demands more than this was not made by us and is not computed: a row with `m = 4 GiB`
/// must not take the server down. It leaves room for the parameters that RFC 9106 §4 recommends where memory
/// is scarce (64 MiB, t = 3, p = 4).
const MOST: (u32, u32, u32) = (64 * 1024, 10, 8);

const SALT: usize = 16;
const OUTPUT: usize = Params::DEFAULT_OUTPUT_LEN;

/// A password could be neither hashed nor checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many are waiting. Nothing was done.
    #[error("password hashing: too many are waiting")]
    Busy,
    /// There is no memory, or the server is shutting down.
    #[error("password hashing: {0}")]
    Failed(String),
}

impl PasswordError {
    fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Result of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// It is the account's password.
    pub ok: bool,
    /// The password is right, but its hash uses outdated parameters, or was made before passwords were
    /// composed: hash it again and store it with `Users::rehash_password`. Never set without `ok`.
    pub needs_rehash: bool,
}

impl Verified {
    const NO: Self = Self { ok: false, needs_rehash: false };
}

/// Hashes and checks passwords. Cheap to clone; clones share the permits.
#[derive(Debug, Clone)]
pub struct Passwords {
    params: Params,
    queue: Queue,
    threads: Threads,
    /// Verified if there is no hash to check: no password matches it.
    dummy: Arc<str>,
}

impl Passwords {
    /// With production parameters. `permits` is how many passwords may be hashed at once, each in 19 MiB,
    /// which are returned when there has been nothing to do for ten seconds.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let (m, t, p) = OWASP;
        // Constants within argon2's limits; the fallback has the same parameters.
        Self::with_params(permits, Params::new(m, t, p, Some(OUTPUT)).unwrap_or(Params::DEFAULT))
    }

    /// With other parameters, for fast tests that have nothing to protect.
    #[must_use]
    pub fn with_params(permits: usize, params: Params) -> Self {
        let permits = permits.max(1);
        let dummy = Arc::from(dummy(&params));
        Self { params, queue: Queue::new(permits), threads: Threads::start(permits), dummy }
    }

    /// Whether there is a place in the line for the client at this address now. Asked before anything is written for a
    /// request, so that a server that is too busy spends nothing on it.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] if there is none.
    pub fn need_place(&self, purpose: Purpose, address: IpAddr) -> Result<(), PasswordError> {
        if self.queue.has_room(purpose, address) { Ok(()) } else { Err(PasswordError::Busy) }
    }

    /// A place in the line for hashing, for the client at this address (an IPv6 network of 64 bits counts as one).
    ///
    /// # Errors
    /// [`PasswordError::Busy`] if too many are waiting, in all or at this address.
    pub fn place(&self, purpose: Purpose, address: IpAddr) -> Result<Place, PasswordError> {
        self.queue.enter(purpose, address).ok_or(PasswordError::Busy)
    }

    /// How many passwords are being hashed, and wait for that.
    #[must_use]
    pub fn load(&self) -> Load {
        self.queue.load()
    }

    /// Hashes a password into a PHC string. Whether it is acceptable is decided by `NewPassword`; this also
    /// serves to rehash a password that was just verified.
    ///
    /// # Errors
    /// If there is no memory, or the server is shutting down.
    pub async fn hash(&self, place: Place, password: &str) -> Result<String, PasswordError> {
        let (params, password) = (self.params.clone(), composed_password(password).into_owned());
        self.compute(place, move |memory| {
            let salt: [u8; SALT] = rand::random();
            let mut output = [0; OUTPUT];
            let output = &mut output[..params.output_len().unwrap_or(OUTPUT).min(OUTPUT)];
            let (keep, argon2) = (params.block_count(), argon2id(Version::V0x13, params.clone()));
            memory.hash(&argon2, keep, password.as_bytes(), &salt, output)?;
            let hash = PasswordHash {
                algorithm: ARGON2ID_IDENT,
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(&params).map_err(PasswordError::failed)?,
                salt: Some(Salt::new(&salt).map_err(PasswordError::failed)?),
                hash: Some(Output::new(output).map_err(PasswordError::failed)?),
            };
            Ok(hash.to_string())
        })
        .await?
    }

    /// Checks a password against a stored hash. `None` (no such account, or one without a password) takes
    /// just as long, so that the response time does not reveal which addresses have accounts.
    ///
    /// The password is compared in NFC. One that was typed in another form is also compared as typed, because
    /// earlier versions hashed it so; whether that is done depends on what was typed alone.
    ///
    /// A hash that is malformed or too expensive is logged and matches no password; that takes just as long
    /// too. A typed password longer than any account's is rejected at once, which is cheap and reveals only
    /// the length of the password, which the client knows.
    ///
    /// # Errors
    /// If there is no memory, or the server is shutting down.
    pub async fn verify(
        &self,
        place: Place,
        hash: Option<String>,
        typed: String,
    ) -> Result<Verified, PasswordError> {
        let composed = composed_password(&typed).into_owned();
        if is_too_long(&composed) {
            return Ok(Verified::NO);
        }
        let as_typed = Some(typed).filter(|typed| *typed != composed && !is_too_long(typed));
        let (ours, dummy) = (self.params.clone(), Arc::clone(&self.dummy));
        self.compute(place, move |memory| {
            let stored = hash.as_deref().and_then(|hash| {
                parse(hash)
                    .inspect_err(|reason| tracing::error!(reason, "a stored password hash cannot be used"))
                    .ok()
            });
            let is_real = stored.is_some();
            let hash = match stored {
                Some(stored) => stored,
                None => parse(&dummy).map_err(PasswordError::failed)?,
            };
            let keep = ours.block_count();
            let mut ok = hash.matches(memory, keep, &composed)?;
            let mut needs_rehash = !hash.made_with(&ours);
            if let Some(as_typed) = as_typed.filter(|_| !ok) {
                ok = hash.matches(memory, keep, &as_typed)?;
                needs_rehash = true;
            }
            Ok(if ok && is_real { Verified { ok, needs_rehash } } else { Verified::NO })
        })
        .await?
    }

    /// Waits for its turn, then runs on one of the threads. The work owns the permit: if the client
    /// disconnects meanwhile, the permit is not released until the work is done.
    async fn compute<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = self.queue.turn(place).await;
        let span = tracing::Span::current();
        let (answer, result) = tokio::sync::oneshot::channel();
        self.threads.run(Box::new(move |memory| {
            let start = Instant::now();
            let value = span.in_scope(|| work(memory));
            histogram!("password_hash_duration_seconds").record(start.elapsed());
            drop(permit);
            // Nobody may be waiting any more.
            let _ = answer.send(value);
        }))?;
        result.await.map_err(PasswordError::failed)
    }
}

fn is_too_long(password: &str) -> bool {
    password.chars().nth(LONGEST).is_some()
}

fn argon2id(version: Version, params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, version, params)
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

/// A stored hash that is safe to compute.
#[derive(Debug)]
struct Stored {
    params: Params,
    version: Version,
    salt: Salt,
    output: Output,
}

/// Reads a stored hash, or says why it is not used. Allocates nothing: what it demands is only read.
fn parse(hash: &str) -> Result<Stored, &'static str> {
    let hash = PasswordHash::new(hash).map_err(|_| "not a PHC string")?;
    if hash.algorithm != ARGON2ID_IDENT {
        return Err("not argon2id");
    }
    let version = hash.version.map(Version::try_from).transpose().map_err(|_| "of an unknown version")?;
    let params = Params::try_from(&hash).map_err(|_| "impossible parameters")?;
    if params.m_cost() > MOST.0 || params.t_cost() > MOST.1 || params.p_cost() > MOST.2 {
        return Err("parameters beyond what is computed");
    }
    let (Some(salt), Some(output)) = (hash.salt, hash.hash) else {
        return Err("without salt or output");
    };
    if salt.len() < MIN_SALT_LEN {
        return Err("with too short a salt");
    }
    Ok(Stored { params, version: version.unwrap_or_default(), salt, output })
}

impl Stored {
    fn matches(&self, memory: &mut Memory, keep: usize, typed: &str) -> Result<bool, PasswordError> {
        let mut computed = [0; Output::MAX_LENGTH];
        let computed = &mut computed[..self.output.len()];
        let argon2 = argon2id(self.version, self.params.clone());
        memory.hash(&argon2, keep, typed.as_bytes(), &self.salt, computed)?;
        // The comparison of outputs takes constant time.
        Ok(Output::new(computed).map_err(PasswordError::failed)? == self.output)
    }

    fn made_with(&self, params: &Params) -> bool {
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        self.version == Version::V0x13
            && self.output.len() == params.output_len().unwrap_or(OUTPUT)
            && cost(&self.params) == cost(params)
    }
}

#[cfg(test)]
mod tests;
