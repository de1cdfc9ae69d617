//! Connections that only read.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::Connection;

/// Shared with the writer if the database is in memory, where there is only one.
pub(super) type SharedConnection = Arc<Mutex<Connection>>;

/// After a panic the connection is as good as before: statements reset themselves as they are dropped.
pub(super) fn lock(connection: &SharedConnection) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// At least one connection. Each thread has its own as long as there are enough, so that its cache of pages and
/// statements stays warm, and threads do not wait for each other.
pub(super) struct Readers(Vec<SharedConnection>);

impl Readers {
    /// `None` if there are no connections.
    pub(super) fn new(connections: Vec<Connection>) -> Option<Self> {
        let shared = |connection| Arc::new(Mutex::new(connection));
        let connections: Vec<_> = connections.into_iter().map(shared).collect();
        (!connections.is_empty()).then_some(Self(connections))
    }

    pub(super) fn one(connection: &SharedConnection) -> Self {
        Self(vec![Arc::clone(connection)])
    }

    /// Runs on this thread's connection, or on any that is free.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Connection) -> T) -> T {
        let own = thread_number() % self.0.len();
        let (before, from_own) = self.0.split_at(own);
        let free = from_own.iter().chain(before).find_map(|connection| match connection.try_lock() {
            Ok(connection) => Some(connection),
            Err(TryLockError::Poisoned(connection)) => Some(connection.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        read(&free.unwrap_or_else(|| lock(&self.0[own])))
    }

    #[cfg(test)]
    pub(super) fn each(&self, mut look: impl FnMut(&Connection)) {
        for connection in &self.0 {
            look(&lock(connection));
        }
    }
}

/// Counts the threads that read, so that they are spread over the connections.
fn thread_number() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<Option<usize>> = const { Cell::new(None) };
    }
    NUMBER.with(|number| {
        number.get().unwrap_or_else(|| {
            let new = THREADS.fetch_add(1, Ordering::Relaxed);
            number.set(Some(new));
            new
        })
    })
}
