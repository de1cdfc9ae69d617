//! Attempts that this instance has not decided yet, by client address. In the database an attempt counts as
//! failed from its reservation on, so that parallel guesses cannot exceed the limit together; this keeps
//! parallel *correct* passwords from being rejected because of that.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

#[derive(Debug, Clone, Default)]
pub(super) struct OpenAttempts(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_address: Mutex<HashMap<String, usize>>,
    decided: Notify,
}

impl OpenAttempts {
    pub(super) fn begin(&self, address: &str) -> Open {
        let mut open = self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        *open.entry(address.to_owned()).or_default() += 1;
        Open { attempts: self.clone(), address: address.to_owned() }
    }

    /// Completes when the next of them is decided.
    pub(super) fn decided(&self) -> Notified<'_> {
        self.0.decided.notified()
    }

    pub(super) fn any(&self, address: &str) -> bool {
        self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner).contains_key(address)
    }
}

/// An open attempt; decided when dropped.
#[derive(Debug)]
pub(super) struct Open {
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
        // Before the lock is released: who sees that none is open has been told why.
        self.attempts.0.decided.notify_waiters();
    }
}
