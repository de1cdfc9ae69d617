//! What an error of a store means to the person who operates it.
//!
//! An outage ends by itself; an operator's mistake does not, and waiting for it to end is the wrong thing to do. A
//! single row that cannot be read is neither: the store answers. All three begin as an error of some client library,
//! and are told apart here, for every store.

#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
mod sqlite;

use std::error::Error;
use std::fmt;

use crate::remote::RemoteError; // slim: mongodb/postgres/redis

/// Why an operation failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Unavailable, slow or overloaded: it may work again by itself.
    Unreachable,
    /// No room on the disk or in memory: it reads, and does not write.
    Full,
    /// It will not work until somebody changes something.
    Misconfigured(Mistake),
    /// The store works. It holds a value that this program cannot read, or has rejected a single one.
    Data,
    /// The store works. Others changed the same thing again and again, so that this change never had its turn.
    Contended,
}

/// What somebody has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// User, password or privileges.
    Rights,
    /// A table, collection or key of our name that is something else, or a damaged file.
    Foreign,
    /// Written by a newer version of this program.
    Newer,
    /// The file was replaced or removed while it was in use.
    Replaced,
    /// The file or the server cannot be written.
    ReadOnly,
    /// There is no such database.
    NoDatabase,
    /// The URL asks for something that is not understood.
    Options,
}

impl Mistake {
    /// What to do, as the second half of a sentence.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Rights => "check user, password and privileges",
            Self::Foreign => {
                "what has our names in it is not this program's, or damaged: give the program a database \
                 (or a prefix, if it has such) of its own, or restore a backup"
            }
            Self::Newer => "start the newer program, or restore a backup",
            Self::Replaced => {
                "stop the server, move the database away together with its -wal and -shm, put the copy in its \
                 place, and start the server"
            }
            Self::ReadOnly => {
                "check owner and mode of the file and its directory, and how the disk is mounted"
            }
            Self::NoDatabase => "create the database, or correct its name in the URL",
            Self::Options => "correct the options of the URL",
        }
    }
}

impl fmt::Display for Fault {
    /// What is the matter, as the second half of a sentence that begins with the store's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "does not answer",
            Self::Full => "is full",
            Self::Misconfigured(_) => "cannot be used until somebody changes something",
            Self::Data => "answers, but holds or rejects a value that it should not",
            Self::Contended => "answers, but others change the same thing all the time",
        })
    }
}

/// A failure as it may be logged: its kind, and a text without values. The client library's own error is not kept,
/// so that none of its texts can be printed by accident.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct StoreFailure {
    fault: Fault,
    text: String,
}

impl StoreFailure {
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        Self { fault: Fault::of(error), text: text_without_values(error) }
    }

    /// A mistake that no client library reports. `text` contains neither credentials nor values.
    #[must_use]
    pub fn mistake(mistake: Mistake, text: String) -> Self {
        Self { fault: Fault::Misconfigured(mistake), text }
    }

    /// A stored value that this program would never have written. Says where, never what.
    #[must_use]
    pub fn unreadable(place: &str) -> Self {
        Self { fault: Fault::Data, text: format!("{place} holds a value that cannot be read") }
    }

    /// A value that could not be stored, or that should not be there yet. Says which, never what it is.
    #[must_use]
    pub fn rejected(text: &'static str) -> Self {
        Self { fault: Fault::Data, text: text.to_owned() }
    }

    /// A change that others have overtaken as often as it was tried.
    #[must_use]
    pub fn contended(text: &'static str) -> Self {
        Self { fault: Fault::Contended, text: text.to_owned() }
    }

    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }
}

/// Errors of the client libraries: what `?` may turn into the error of a store. A closed list, because whatever is on
/// it must be known to the modules below this one, by kind and by what of its text may be logged.
pub trait ClientError: Error + Send + Sync + 'static {}

impl Fault {
    /// Of an error, or of what caused it.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(fault) = known(error) {
                return fault;
            }
            cause = error.source();
        }
        Self::Unreachable
    }
}

/// What an error is, if it is one of a client library or of this package.
fn known(error: &(dyn Error + 'static)) -> Option<Fault> {
    const KNOWN: &[fn(&(dyn Error + 'static)) -> Option<Fault>] = &[
        ours,
        sqlite::fault,
        #[cfg(feature = "postgres")]
        postgres::fault,
        #[cfg(feature = "redis")]
        redis::fault,
        #[cfg(feature = "mongodb")]
        mongodb::fault,
    ];
    KNOWN.iter().find_map(|known| known(error))
}

fn ours(error: &(dyn Error + 'static)) -> Option<Fault> {
    // slim: mongodb/postgres/redis
    if error.is::<RemoteError>() {
        return Some(Fault::Misconfigured(Mistake::Options));
    }
    // slim: end
    error.downcast_ref::<StoreFailure>().map(StoreFailure::fault)
}

/// The text of an error for the log: without the values of the statement, which servers quote in some of their
/// messages (a duplicate key, a rejected value, a command that is not allowed).
fn text_without_values(error: &(dyn Error + 'static)) -> String {
    let text = sqlite::text(error);
    #[cfg(feature = "postgres")]
    let text = text.or_else(|| postgres::text(error));
    #[cfg(feature = "mongodb")]
    let text = text.or_else(|| mongodb::text(error));
    text.unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests;
