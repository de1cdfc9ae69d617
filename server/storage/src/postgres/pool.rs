//! The connections themselves: who gets which, and whether it is tried first.
//!
//! sqlx's own pool asks the server at every return of a connection whether it still answers: a round trip for each
//! use, in which nobody else has the connection. Here a connection that was just used is used again at once, and
//! costs what its statements cost.
//!
//! - **The connection used last is used next.** Its statements are prepared, a write goes where the read before it
//!   has just succeeded, and those that are not needed grow old and are closed.
//! - **One that has been unused for a while is tried first** ([`Patience`]): a firewall may have dropped it, or its
//!   server may be gone.
//! - **One failure speaks for all.** When a connection breaks or stays silent, those that were unused at that moment
//!   are tried before they are used. The first that does not answer is the last one waited for: the others are closed
//!   with it. Otherwise ten dead connections would take ten time limits, one after the other, long after the server
//!   is back.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, PgPool};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::failure::{self, Health};

/// How long a connection that is closed in good order may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// How long a connection may have been unused and is still used without being tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// Half a minute, for what may be done twice: if the connection turns out to be broken, it is repeated on
    /// another.
    Long,
    /// A second, for a write, which is not repeated when its outcome is unknown. Within a request a read comes first,
    /// and a write goes untried where that has just succeeded.
    Short,
}

impl Patience {
    fn limit(self) -> Duration {
        match self {
            Self::Long => Duration::from_secs(30),
            Self::Short => Duration::from_secs(1),
        }
    }
}

/// Connections to one database, as many at most as the [`PgPool`] allows that opens them. Its limits of time (for
/// waiting, age and idleness) count here too; its hooks do not, except `after_connect`. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Only opens connections, which are then taken out of it.
    opener: PgPool,
    /// One for each connection that may be in use. Those who wait get them in the order in which they came.
    places: Arc<Semaphore>,
    /// The one that was used last is at the back.
    unused: Mutex<VecDeque<Unused>>,
}

#[derive(Debug)]
struct Unused {
    connection: PgConnection,
    opened: Instant,
    since: Instant,
    /// Another one has failed since.
    in_doubt: bool,
}

impl From<PgPool> for Pool {
    fn from(opener: PgPool) -> Self {
        let size = usize::try_from(opener.options().get_max_connections()).unwrap_or(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(size.min(Semaphore::MAX_PERMITS)));
        Self(Arc::new(Shared { opener, places, unused: Mutex::default() }))
    }
}

impl Pool {
    /// A connection for one operation.
    pub(super) async fn acquire(&self, patience: Patience) -> Result<PooledConnection, sqlx::Error> {
        let limit = self.waiting();
        let acquired = timeout(limit, async {
            let place = Arc::clone(&self.0.places).acquire_owned().await;
            let place = place.map_err(|_| sqlx::Error::PoolClosed)?;
            let (connection, opened) = match self.used_before(patience).await {
                Some(found) => found,
                None => (self.0.opener.acquire().await?.detach(), Instant::now()),
            };
            let (begun, pool) = (Instant::now(), self.clone());
            Ok(PooledConnection {
                connection: Some(connection),
                opened,
                begun,
                health: None,
                place: Some(place),
                pool,
            })
        });
        acquired.await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// The longest wait for a connection, and in this application for a whole operation.
    fn waiting(&self) -> Duration {
        self.0.opener.options().get_acquire_timeout()
    }

    /// A connection that was used before and answers, and when it was opened.
    async fn used_before(&self, patience: Patience) -> Option<(PgConnection, Instant)> {
        let oldest = self.0.opener.options().get_max_lifetime();
        loop {
            let Unused { mut connection, opened, since, in_doubt } = self.unused().pop_back()?;
            if oldest.is_some_and(|oldest| opened.elapsed() > oldest) {
                retire(connection);
                continue;
            }
            if !in_doubt && since.elapsed() < patience.limit() {
                return Some((connection, opened));
            }
            // Half of the time is left for the operation: a server that needs longer for one round trip would not
            // manage both in time anyway.
            if let Ok(Ok(())) = timeout(self.waiting() / 2, connection.ping()).await {
                return Some((connection, opened));
            }
            self.abandon_unused();
        }
    }

    /// Takes a connection back.
    fn put(&self, connection: PgConnection, opened: Instant) {
        let longest = self.0.opener.options().get_idle_timeout();
        let mut unused = self.unused();
        unused.push_back(Unused { connection, opened, since: Instant::now(), in_doubt: false });
        // One at each return is enough to close all that are too many, and bounds the work.
        let is_long = |one: &mut Unused| longest.is_some_and(|longest| one.since.elapsed() > longest);
        let left_over = if unused.front_mut().is_some_and(is_long) { unused.pop_front() } else { None };
        drop(unused);
        if let Some(Unused { connection, .. }) = left_over {
            retire(connection);
        }
    }

    /// A connection has failed: the others may have.
    fn doubt_unused(&self) {
        self.unused().iter_mut().for_each(|one| one.in_doubt = true);
    }

    /// Closes all connections that are not in use.
    fn abandon_unused(&self) {
        // Dropped after the lock is released.
        let _abandoned = std::mem::take(&mut *self.unused());
    }

    /// Nothing that could panic happens under the lock.
    fn unused(&self) -> MutexGuard<'_, VecDeque<Unused>> {
        self.0.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes a connection that is in order, without anybody waiting for it.
fn retire(connection: PgConnection) {
    // Without a runtime there is nobody left to be polite to: the socket is closed all the same.
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            let _ = timeout(GOODBYE, connection.close()).await;
        });
    }
}

/// A connection for one operation. It only returns to the pool through [`PooledConnection::end`]; otherwise it is
/// closed, and its place is free at once.
pub struct PooledConnection {
    /// Until it is dropped.
    connection: Option<PgConnection>,
    opened: Instant,
    begun: Instant,
    /// After the operation has ended.
    health: Option<Health>,
    /// Until it is dropped.
    place: Option<OwnedSemaphorePermit>,
    pool: Pool,
}

impl PooledConnection {
    /// The operation has ended with this result, which is passed through.
    pub fn end<T>(mut self, result: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        self.health = Some(result.as_ref().err().map_or(Health::Good, failure::health_after));
        result
    }

    /// Sends the `ROLLBACK` of a transaction that was dropped before its commit. sqlx keeps it for the next use, and
    /// until then the transaction would hold its locks.
    fn roll_back(&mut self, mut connection: PgConnection) {
        // Without a runtime it is closed, which rolls back too.
        let Ok(runtime) = Handle::try_current() else { return };
        let (pool, place, opened) = (self.pool.clone(), self.place.take(), self.opened);
        runtime.spawn(async move {
            match timeout(pool.waiting(), connection.ping()).await {
                Ok(Ok(())) => pool.put(connection, opened),
                Ok(Err(_)) | Err(_) => pool.doubt_unused(),
            }
            drop(place);
        });
    }
}

impl Deref for PooledConnection {
    type Target = PgConnection;

    #[expect(clippy::expect_used, reason = "only `drop` takes it")]
    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("a connection until it is dropped")
    }
}

impl DerefMut for PooledConnection {
    #[expect(clippy::expect_used, reason = "only `drop` takes it")]
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("a connection until it is dropped")
    }
}

impl Drop for PooledConnection {
    /// Gives it back or closes it, and then its place to the next one who waits.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        match self.health {
            Some(Health::Good) if connection.should_flush() => self.roll_back(connection),
            Some(Health::Good) => self.pool.put(connection, self.opened),
            Some(Health::Broken) => self.pool.doubt_unused(),
            Some(Health::Demoted) => self.pool.abandon_unused(),
            None if self.begun.elapsed() >= self.pool.waiting() / 2 => self.pool.doubt_unused(),
            // A browser that disconnects after a moment says nothing about the connection.
            None => {}
        }
    }
}
