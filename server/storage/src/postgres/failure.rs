//! Which failures allow a retry.
//!
//! After a lost connection it is unknown whether a write was done: repeating it could report "gone" for a
//! session that this very operation has just replaced. So a write is retried only if the server itself says
//! that it rolled back; any other failure is an error, and the person is asked to try again.

use std::borrow::Cow;

/// When an operation may be run a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Running it twice has the result of running it once.
    Always,
    /// Only if the first attempt is known to have changed nothing.
    IfUndone,
}

impl Repeat {
    /// Whether this failure allows a retry.
    pub(super) fn allows(self, error: &sqlx::Error) -> bool {
        is_undone(error) || (self == Self::Always && is_lost(error))
    }
}

/// The server said that it rolled back, and that the next attempt may succeed.
///
/// 57P01 is reported when an administrator (or a shutdown or fail-over) terminates a session. The server only
/// reports it while it can still roll back: from the moment it writes the commit until the response is sent
/// it ignores termination, and a connection that ends later ends silently.
fn is_undone(error: &sqlx::Error) -> bool {
    const ADMIN_SHUTDOWN: &str = "57P01";
    is_conflict(error) || code(error).is_some_and(|code| code == ADMIN_SHUTDOWN)
}

/// The server rolled back because another transaction got in the way, which itself goes on.
pub(super) fn is_conflict(error: &sqlx::Error) -> bool {
    const SERIALIZATION_FAILURE: &str = "40001";
    const DEADLOCK_DETECTED: &str = "40P01";
    code(error).is_some_and(|code| [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].contains(&&*code))
}

/// The connection broke; the next one may work. This does not include waiting in vain for a free connection,
/// or for a response longer than the statement timeout: a second wait would double the load that caused the
/// first.
fn is_lost(error: &sqlx::Error) -> bool {
    // Class 08 is "connection exception"; 57P02 a crash, 57P03 a server that starts or stops, 57P05 idleness.
    matches!(error, sqlx::Error::Io(_))
        || code(error)
            .is_some_and(|code| code.starts_with("08") || ["57P02", "57P03", "57P05"].contains(&&*code))
}

/// Nothing was done, because the schema does not exist.
pub(super) fn misses_a_table(error: &sqlx::Error) -> bool {
    const UNDEFINED_TABLE: &str = "42P01";
    code(error).is_some_and(|code| code == UNDEFINED_TABLE)
}

/// What can be said of a connection after an operation, and of those that were unused meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It can be used again.
    Good,
    /// It cannot; what broke it may have broken the others.
    Broken,
    /// It leads to a server that has become read-only, and so do the others: after a fail-over the old primary
    /// keeps responding that way until they are closed.
    Demoted,
}

/// Errors of a statement leave the connection usable. A broken connection is not usable, nor is one in a failed
/// transaction (25P02), which should not happen and must not be returned to the pool.
pub(super) fn health_after(error: &sqlx::Error) -> Health {
    const READ_ONLY: &str = "25006";
    const FAILED_TRANSACTION: &str = "25P02";
    match code(error) {
        Some(code) if code == READ_ONLY => Health::Demoted,
        Some(code) if code == FAILED_TRANSACTION || code.starts_with("08") || code.starts_with("57P") => {
            Health::Broken
        }
        Some(_) => Health::Good,
        None => Health::Broken,
    }
}

fn code(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(|error| error.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After a lost connection, the outcome of a write is unknown.
    #[test]
    fn after_a_lost_connection_reads_are_repeated_and_writes_are_not() {
        let lost = sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        assert!(Repeat::Always.allows(&lost));
        assert!(!Repeat::IfUndone.allows(&lost));
        assert_eq!(health_after(&lost), Health::Broken);
    }

    #[test]
    fn waiting_in_vain_is_not_repeated() {
        assert!(!Repeat::Always.allows(&sqlx::Error::PoolTimedOut));
    }
}
