//! Rows in PostgreSQL: any number of instances on one database.
//!
//! Everything here holds under READ COMMITTED, PostgreSQL's default. There a statement sees what was committed when it
//! *began*; a row that somebody changed since is waited for and judged again as it is now, but a row that somebody
//! *added* since stays invisible. For statements about one key this is all one needs: of two at once, the second judges
//! what the first has left. It is a trap for statements about *all rows of …*, and only [`replace`] springs it, because
//! it moves a session from one row to another:
//!
//! ```text
//! end_all: delete … where owner = 'u'   sees the old row, waits for it
//! replace: old row becomes a tombstone, new row is added, commit
//! end_all:                              the old row has no owner any more, the new one is invisible: 0 rows
//! ```
//!
//! The session would outlive "log out everywhere" under its new key. Therefore operations that end sessions by their
//! owner (`end`, `end_all`) and those that move one within an owner (`replace`) take turns: an advisory lock per owner, shared
//! among replaces, exclusive for ends, held to the end of the transaction.
//!
//! - An end takes the lock by a statement of its own, so that the deleting statement begins, and looks, only after
//!   every replace that came before has committed. A replace that comes later finds its old row gone.
//! - A replace needs no second look: its statement acts on the one old row, whose newest state it always sees. So it
//!   stays one statement, and takes the lock on its way, before it touches anything.
//! - It is the *new* row's owner that is locked. An old row with another owner, or with none (a login), was none of
//!   this owner's sessions when it was moved: an end that misses its successor came before that login.
//! - `end_everyone` is about every owner and none: it holds off all writers for as long as it takes. The ends above
//!   hold their ordinary claim on the table before they wait for their turn, or the three could wait in a circle.
//!
//! `create` needs no lock: a session that begins while its owner's are being ended comes before or after.
//! `sweep` passes over rows that another statement is changing; the next round finds them.
//!
//! What is repeated after a failure, and what becomes of an operation that is given up halfway, is said in
//! [`storage::postgres`]. Times are milliseconds since 1970 in UTC and all come from the caller: neither the server's
//! clock nor its time zone takes part.
//!
//! [`replace`]: session_rows::SessionRows::replace

mod read;
mod rows;
mod schema;
mod statements;
#[cfg(test)]
mod tests;

use sqlx::PgPool;

use storage::postgres::Connections;

/// Sessions in the table `user_sessions` of a PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresRows {
    connections: Connections,
}

impl PostgresRows {
    /// Touches nothing: the first operation makes the table if it is missing, and says so if it cannot.
    ///
    /// The pool decides how long to wait for a connection and (`statement_timeout`) for an answer.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { connections: Connections::new(pool, |connection| Box::pin(schema::create(connection))) }
    }
}
