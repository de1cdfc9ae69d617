//! The thread that writes.
//!
//! SQLite has one writer at a time, and a commit waits for the disk. So all writes go through one thread, which takes
//! whatever is waiting into one transaction and answers after its commit: under load, many callers share one `fsync`.
//! A caller that has gone before its turn is skipped; once begun, its work is done whether it still waits or not.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::{io, thread};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::SqliteError;
use super::error::is_busy;
use super::readers::{SharedConnection, lock};
use crate::fault::Fault;

/// Operations in one transaction: enough to share the wait for the disk, few enough that the first is answered soon.
const MOST_AT_ONCE: usize = 128;

/// Operations that wait in the queue. Further callers wait for room, and leave no trace if they give up there.
const QUEUE: usize = 256;

/// How often the write lock is asked for, each time for the connection's busy timeout.
const BUSY_TRIES: u32 = 2;

/// Ends the thread when it is dropped, and waits for it.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: SharedConnection) -> io::Result<Self> {
        let (queue, mut jobs) = mpsc::channel::<Box<dyn Job>>(QUEUE);
        let thread = thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || {
            while let Some(first) = jobs.blocking_recv() {
                write_waiting(&lock(&connection), first, &mut jobs);
            }
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `work` in a transaction that holds the write lock from its beginning. What it changes is kept if it
    /// returns `Ok`, and durable once this returns `Ok`; otherwise it is undone.
    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Error + From<SqliteError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Box::new(Task { work: Some(work), result: None, reply });
        let Some(queue) = &self.queue else { return Err(SqliteError::Closed.into()) };
        if queue.send(task).await.is_err() {
            return Err(SqliteError::Closed.into());
        }
        answer.await.unwrap_or_else(|_| Err(SqliteError::Closed.into()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // The thread ends with its queue.
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // It catches panics, so there is none to pass on.
            let _ = thread.join();
        }
    }
}

/// One caller's work and the way back to it, whatever their types.
trait Job: Send {
    fn is_wanted(&self) -> bool;
    /// `false` if what it changed has to be undone.
    fn run(&mut self, connection: &Connection) -> bool;
    /// What its failure means, to those who share the transaction.
    fn fault(&self) -> Fault;
    fn answer(self: Box<Self>, committed: Result<(), SqliteError>);
    /// For the one whose failure ended the transaction. `otherwise`: what it is told if it has no error of its own.
    fn answer_failure(self: Box<Self>, otherwise: SqliteError);
}

struct Task<T, E, F> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Task<T, E, F>
where
    T: Send,
    E: Error + From<SqliteError> + Send + 'static,
    F: FnOnce(&Connection) -> Result<T, E> + Send,
{
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        // Whatever the work has left half done in the database is undone.
        let result = catch_unwind(AssertUnwindSafe(|| work(connection)))
            .unwrap_or_else(|_| Err(SqliteError::Panicked.into()));
        self.result.insert(result).is_ok()
    }

    fn fault(&self) -> Fault {
        match &self.result {
            Some(Err(error)) => Fault::of(error),
            Some(Ok(_)) | None => Fault::Unreachable,
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), SqliteError>) {
        let result = match (self.result, committed) {
            // Even if it has failed by itself: it may have failed because of what others had changed.
            (_, Err(error)) => Err(error.into()),
            (Some(result), Ok(())) => result,
            (None, Ok(())) => Err(SqliteError::rolled_back(Fault::Unreachable).into()),
        };
        // An error means that the caller has gone.
        let _ = self.reply.send(result);
    }

    fn answer_failure(self: Box<Self>, otherwise: SqliteError) {
        let error = self.result.and_then(Result::err).unwrap_or_else(|| otherwise.into());
        let _ = self.reply.send(Err(error));
    }
}

/// One transaction, for `first` and what is waiting behind it.
fn write_waiting(connection: &Connection, first: Box<dyn Job>, jobs: &mut mpsc::Receiver<Box<dyn Job>>) {
    if !first.is_wanted() {
        return;
    }
    if let Err(error) = begin(connection, &*first) {
        return first.answer(Err(error.into()));
    }
    let (mut done, mut failed) = (Vec::new(), None);
    let mut next = Some(first);
    while let Some(mut job) = next.take() {
        if job.is_wanted() {
            if let Err(cause) = run_alone(connection, &mut *job) {
                failed = Some((job, SqliteError::rolled_back(cause)));
                break;
            }
            done.push(job);
        }
        if done.len() < MOST_AT_ONCE {
            next = jobs.try_recv().ok();
        }
    }
    let committed = end(connection, failed.as_ref().map(|(_, error)| error.clone()));
    for job in done {
        job.answer(committed.clone());
    }
    if let Some((job, error)) = failed {
        job.answer_failure(error);
    }
}

/// Repeated as long as another process holds the lock and the caller waits.
fn begin(connection: &Connection, first: &dyn Job) -> rusqlite::Result<()> {
    roll_back(connection);
    for _ in 1..BUSY_TRIES {
        match run(connection, "BEGIN IMMEDIATE") {
            Err(error) if is_busy(&error) && first.is_wanted() => tracing::debug!("the database is locked"),
            done => return done,
        }
    }
    run(connection, "BEGIN IMMEDIATE")
}

/// Runs a job so that its failure undoes nothing but its own changes. Fails if the transaction is over, with the cause:
/// after a full disk or an I/O error SQLite rolls back all of it by itself.
fn run_alone(connection: &Connection, job: &mut dyn Job) -> Result<(), Fault> {
    let run = |sql| run(connection, sql).map_err(|error| Fault::of(&error));
    run("SAVEPOINT job")?;
    let keep = job.run(connection);
    if connection.is_autocommit() {
        return Err(job.fault());
    }
    if !keep {
        run("ROLLBACK TO job")?;
    }
    run("RELEASE job")
}

/// Commits, unless the transaction has been broken off. Whatever happens, none is left open.
fn end(connection: &Connection, broken_off: Option<SqliteError>) -> Result<(), SqliteError> {
    let committed = match broken_off {
        None => run(connection, "COMMIT").map_err(SqliteError::from),
        Some(error) => Err(error),
    };
    roll_back(connection);
    committed
}

fn roll_back(connection: &Connection) {
    if connection.is_autocommit() {
        return;
    }
    if let Err(error) = run(connection, "ROLLBACK") {
        tracing::error!(error = %SqliteError::from(error), "a transaction could not be rolled back");
    }
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(())?;
    Ok(())
}
