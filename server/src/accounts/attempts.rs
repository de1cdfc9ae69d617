//! Failed logins, slowed: per account and address, and per address over all accounts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use time::Duration;
use tokio::sync::Notify;

use crate::client_address::limit_key;
use crate::middleware::trace::ClientAddress;
use crate::refusal::Refusal;
use crate::state::App;
use accounts::ports::{Attempt, AttemptKey};
use sessions::mac;

/// How long a login waits for others from its address that are still being decided.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Who tries. What was typed as an address is hashed with a key: it may be a password in the wrong field, or an
/// address of somebody who has no account here.
#[must_use]
pub fn attempt_key(app: &App, typed_email: &str, address: ClientAddress) -> AttemptKey {
    let key = app.keys.mac_keys("login attempts").first().copied().unwrap_or_default();
    let tag = mac::tag(&key, typed_email.trim().to_lowercase().as_bytes());
    let account = tag.iter().map(|byte| format!("{byte:02x}")).collect();
    AttemptKey { account, address: limit_key(address.0) }
}

/// Attempts of this instance that are still being decided, by client address. In the database an attempt counts
/// as failed from its reservation on, so that parallel guesses cannot pass the limit together; this keeps
/// parallel *right* passwords from being refused for it.
#[derive(Debug, Clone, Default)]
pub struct OpenAttempts(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_address: Mutex<HashMap<String, usize>>,
    decided: Notify,
}

impl OpenAttempts {
    fn begin(&self, address: &str) -> Open {
        let mut open = self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        *open.entry(address.to_owned()).or_default() += 1;
        Open { attempts: self.clone(), address: address.to_owned() }
    }

    fn any(&self, address: &str) -> bool {
        self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner).contains_key(address)
    }
}

/// One of them; decided when dropped.
#[derive(Debug)]
struct Open {
    attempts: OpenAttempts,
    address: String,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.attempts.0.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
        drop(open);
        self.attempts.0.decided.notify_waiters();
    }
}

/// An attempt that may be made. It counts as failed, also if its client goes away, until it is [`Self::forgive`]n.
#[derive(Debug)]
pub struct Reserved {
    app: App,
    key: AttemptKey,
    number: i64,
    _open: Open,
}

impl Reserved {
    /// The password was right: neither this attempt nor earlier failures of this account from this address count.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forgive(self) -> Result<(), Refusal> {
        Ok(self.app.db.forgive_attempt(self.number, &self.key, true).await?)
    }
}

/// Counts an attempt as failed until it is forgiven, or says how long to wait.
///
/// # Errors
/// If the database fails.
pub async fn reserve(app: &App, key: AttemptKey) -> Result<Result<Reserved, Duration>, Refusal> {
    let (account, address) = (app.config.login_limit, app.config.login_limit_address);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let decided = app.open_attempts.0.decided.notified();
        tokio::pin!(decided);
        // Listening begins before the question, so that no decision between the two is missed.
        decided.as_mut().enable();
        let wait = match app.db.reserve_attempt(&key, account, address, app.clock.now()).await? {
            Attempt::Reserved(number) => {
                let open = app.open_attempts.begin(&key.address);
                return Ok(Ok(Reserved { app: app.clone(), key, number, _open: open }));
            }
            Attempt::Limited(wait) => wait,
        };
        let undecided = app.open_attempts.any(&key.address);
        if !undecided || tokio::time::timeout_at(deadline, decided).await.is_err() {
            return Ok(Err(wait));
        }
    }
}

/// Seconds for `Retry-After`, rounded up: a moment too early is refused again.
#[must_use]
pub fn retry_after(wait: Duration) -> u32 {
    let millis = u64::try_from(wait.whole_milliseconds()).unwrap_or(0);
    u32::try_from(millis.div_ceil(1000).max(1)).unwrap_or(u32::MAX)
}
