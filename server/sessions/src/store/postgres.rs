//! Rows in PostgreSQL: any number of instances on one database.
//!
//! Everything here holds under READ COMMITTED, PostgreSQL's default. A statement sees what was committed when
//! it *began*; if a row was changed since, the statement waits for it and re-evaluates its current state, but
//! a row that was *added* since stays invisible. For statements about one key this suffices: of two
//! concurrent ones, the second evaluates what the first left. It is a trap for statements about *all rows of
//! …*, and only [`replace`] triggers it, because it moves a session from one row to another:
//!
//! ```text
//! end_all: delete … where owner = 'u'   sees the old row, waits for it
//! replace: old row becomes a tombstone, new row is added, commit
//! end_all:                              the old row has no owner any more, the new one is invisible: 0 rows
//! ```
//!
//! The session would outlive "log out everywhere" under its new key. Therefore operations that end sessions
//! by owner (`end`, `end_all`) and those that move one within an owner (`replace`) take turns: an advisory
//! lock per owner, shared among replaces, exclusive for ends, held until the end of the transaction.
//!
//! - An end takes the lock in a separate statement, so that the deleting statement begins, and takes its
//!   snapshot, only after every earlier replace has committed. A later replace finds its old row gone.
//! - A replace needs no second read: its statement acts on the one old row, whose newest state it always
//!   sees. So it remains a single statement, which takes the lock before it touches anything.
//! - The lock is that of the *new* row's owner. An old row with another owner, or with none (a login), was
//!   not one of this owner's sessions when it was moved: an end that misses its successor came before that
//!   login.
//! - `end_everyone` concerns all owners and none: it blocks all writers while it runs. The ends above acquire
//!   their ordinary table lock before they wait for their turn; otherwise the three could deadlock.
//!
//! `create` needs no lock: a session that begins while its owner's are being ended comes before or after.
//! `sweep` skips rows that another statement is changing; the next round finds them.
//!
//! What is retried after a failure, and what happens to an operation that is aborted halfway, is described in
//! [`storage::postgres`]. Times are milliseconds since 1970 in UTC and all come from the caller: the server's
//! clock and time zone are not involved.
//!
//! [`replace`]: session_rows::SessionRows::replace

mod read;
mod rows;
mod schema;
mod statements;
#[cfg(test)]
mod tests;

use sqlx::postgres::PgConnection;

use storage::postgres::{Connections, Pool};

/// Sessions in the table `user_sessions` of a PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresRows {
    connections: Connections,
}

impl PostgresRows {
    /// Does not access the server: the first operation creates the table if it is missing, and reports an
    /// error if it cannot.
    ///
    /// The pool determines how long to wait for a connection and (`statement_timeout`) for a response.
    #[must_use]
    pub fn new(pool: impl Into<Pool>) -> Self {
        Self { connections: Connections::new(pool.into(), |connection| Box::pin(schema::create(connection))) }
    }

    /// Whether the table and its indexes exist, so that nothing has to be created. Only asks.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn is_complete(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        schema::is_complete(connection).await
    }
}
