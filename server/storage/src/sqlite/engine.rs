//! One database: connections for reading, and the thread that writes.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Params};
use tokio::sync::Semaphore;

use super::error::is_busy;
use super::readers::{Readers, SharedConnection};
use super::writer::Writer;
use super::{SqliteError, statements};

/// Scans that run at once; further ones wait for their turn.
pub(super) const SCANNERS: usize = 2;

/// Rows that one statement may change where their number grows with the database: few enough that others get their
/// turn in between.
pub const BATCH: u32 = 1000;

/// Between two batches, and at least as long as the last one took: others that wait for the write lock ask for it
/// at growing intervals, up to 100 ms.
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);

/// The first pause of a read that found the database locked. It doubles up to [`LAST_PAUSE`]; five seconds in all.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LAST_PAUSE: Duration = Duration::from_millis(2560);

/// Ways to run something on a database, by how long it may take:
///
/// - [`read`](Self::read): on this thread, at once. For what is found by a key, in microseconds: handing it to another
///   thread would take longer than doing it.
/// - [`scan`](Self::scan): on a blocking thread. For what grows with the database.
/// - [`read_or_scan`](Self::read_or_scan): the one or the other. For what has no bound, but hardly ever needs one.
/// - [`write`](Self::write): on the writer's thread, answered after the commit.
///
/// Clones share everything. Dropping the last one closes the files, and waits until that is done.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    readers: Readers,
    scanners: Readers,
    scans: Arc<Semaphore>,
    // Last, because fields are dropped in this order: the connection that is closed last moves the log into the
    // database, and only this one may write.
    writer: Writer,
}

impl Engine {
    /// `readers` must not wait for locks; `scanners` may. Without readers (in memory) all share the one connection.
    pub(super) fn start(
        path: &Path,
        writer: Connection,
        readers: Vec<Connection>,
        scanners: Vec<Connection>,
    ) -> io::Result<Self> {
        let writer: SharedConnection = Arc::new(Mutex::new(writer));
        let readers = Readers::new(readers).unwrap_or_else(|| Readers::one(&writer));
        let scanners = Readers::new(scanners).unwrap_or_else(|| Readers::one(&writer));
        let inner = Inner {
            path: path.to_owned(),
            readers,
            scanners,
            scans: Arc::new(Semaphore::new(SCANNERS)),
            writer: Writer::start(writer)?,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The file's absolute path, or `:memory:`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Reads on this thread, without waiting for writers: the log shows each reader the last commit. Other processes
    /// lock readers out for moments only (recovery, the last close); then `read` runs again after a pause.
    ///
    /// # Errors
    /// Those of SQLite; also if `read` tries to write.
    pub async fn read<T>(
        &self,
        read: impl Fn(&Connection) -> rusqlite::Result<T> + Send,
    ) -> Result<T, SqliteError> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.inner.readers.with(&read) {
                Err(error) if is_busy(&error) && pause <= LAST_PAUSE => {}
                done => return done.map_err(SqliteError::from),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Reads on a blocking thread. Runs to its end, even if the caller is gone.
    ///
    /// # Errors
    /// As [`Self::read`]; [`SqliteError::Panicked`].
    pub async fn scan<T, F>(&self, scan: F) -> Result<T, SqliteError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let turn = Arc::clone(&self.inner.scans).acquire_owned().await.map_err(|_| SqliteError::Closed)?;
        let inner = Arc::clone(&self.inner);
        let scan = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            inner.scanners.with(scan)
        });
        match scan.await {
            Ok(done) => done.map_err(SqliteError::from),
            Err(error) if error.is_panic() => Err(SqliteError::Panicked),
            Err(_) => Err(SqliteError::Closed),
        }
    }

    /// [`Self::scan`] if `is_long` finds that `look` may take long, otherwise [`Self::read`]. Both look at one connection,
    /// but not at one state of the database: others may commit in between.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub async fn read_or_scan<T, F>(
        &self,
        is_long: impl Fn(&Connection) -> rusqlite::Result<bool> + Send + Sync,
        look: F,
    ) -> Result<T, SqliteError>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> rusqlite::Result<T> + Send + Sync + 'static,
    {
        let at_once =
            self.read(|connection| if is_long(connection)? { Ok(None) } else { look(connection).map(Some) });
        match at_once.await? {
            Some(found) => Ok(found),
            None => self.scan(look).await,
        }
    }

    /// Runs `work` in a transaction that holds the write lock from its beginning. What it changes is kept if it
    /// returns `Ok`, and durable once this returns `Ok`; otherwise it is undone. The transaction may be shared with
    /// other callers, whose failures undo their own changes only.
    ///
    /// A caller that is dropped before its turn changes nothing; afterwards its work is done completely.
    ///
    /// # Errors
    /// Those of `work`; and if the transaction cannot be begun or committed.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Error + From<SqliteError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        self.inner.writer.write(work).await
    }

    /// [`Self::write`] for one statement; how many rows it changed.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn execute(
        &self,
        sql: &'static str,
        params: impl Params + Send + 'static,
    ) -> Result<u64, SqliteError> {
        self.write(move |connection| Ok(statements::execute(connection, sql, params)?)).await
    }

    /// [`Self::execute`] for a statement that changes at most [`BATCH`] of the rows it is meant for: again and again, with
    /// pauses in which others write, until one has changed fewer. At that moment there was none left.
    ///
    /// # Errors
    /// As [`Self::write`]; what earlier batches have changed stays changed, as it does if the caller goes.
    pub async fn execute_in_batches(
        &self,
        sql: &'static str,
        params: impl Params + Clone + Send + 'static,
    ) -> Result<u64, SqliteError> {
        let mut total = 0;
        loop {
            let begun = Instant::now();
            let changed = self.execute(sql, params.clone()).await?;
            total += changed;
            if changed < u64::from(BATCH) {
                return Ok(total);
            }
            tokio::time::sleep(begun.elapsed().max(BETWEEN_BATCHES)).await;
        }
    }

    /// [`Self::write`] for any number of statements without parameters, separated by semicolons.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn batch(&self, sql: impl Into<String>) -> Result<(), SqliteError> {
        let sql = sql.into();
        self.write(move |connection| Ok(connection.execute_batch(&sql)?)).await
    }

    /// For tests of their settings; the writer's connection is reached by [`Self::write`].
    #[cfg(test)]
    pub(super) fn each_reader(&self, mut look: impl FnMut(&Connection)) {
        self.inner.readers.each(&mut look);
        self.inner.scanners.each(&mut look);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("path", &self.inner.path).finish_non_exhaustive()
    }
}
