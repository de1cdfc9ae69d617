//! Whether a store has the table into which a command is going to look: one whose name is mistyped, or was
//! forgotten, must neither get our tables nor pass for an empty store.
//!
//! Accounts and sessions may be kept apart, so a table of the one kind says nothing about the other. Tables
//! of an older version are brought up to date by the first operation, as at a start.

#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "postgres")]
mod postgres;

use std::fmt::Display;
use std::path::{Path, PathBuf};

use storage::fault::{Mistake, StoreFailure};
use storage::{StoreUrl, sqlite};

use crate::check::{self, Kept, failed};
use crate::stores::StoreSettings;

/// The table of a SQL database that shows it. Not `users`, which many programs have.
fn table(kept: Kept) -> &'static str {
    match kept {
        Kept::Accounts => "account_schema",
        Kept::Sessions => "user_sessions",
    }
}

impl StoreSettings {
    /// The SQLite files that are configured and do not exist: [`Stores::open`](crate::stores::Stores::open) makes them, empty.
    #[must_use]
    pub fn missing_files(&self) -> Vec<PathBuf> {
        let of_file = |url| match url {
            StoreUrl::SqliteFile(path) if !path.exists() => Some(path),
            _ => None,
        };
        let stores = [StoreUrl::from(&self.database), self.sessions.clone()];
        let mut missing: Vec<PathBuf> = stores.into_iter().filter_map(of_file).collect();
        missing.dedup();
        missing
    }
}

/// Fails unless a server has kept this in its store; changes nothing.
pub(crate) async fn check(settings: &StoreSettings, kept: Kept) -> Result<(), StoreFailure> {
    let url = match kept {
        Kept::Accounts => &StoreUrl::from(&settings.database),
        Kept::Sessions => &settings.sessions,
    };
    match url {
        StoreUrl::SqliteFile(path) => file(path, kept),
        #[cfg(feature = "postgres")]
        StoreUrl::Postgres(url) => postgres::check(url, kept, &settings.remote).await,
        #[cfg(feature = "mongodb")]
        StoreUrl::MongoDb(url) => mongodb::check(url, kept, &settings.remote).await,
        // It has databases by number, and nothing is made in one before there is a session.
        #[cfg(feature = "redis")]
        StoreUrl::Redis(_) => Ok(()),
        StoreUrl::SqliteMemory | StoreUrl::Memory => Ok(()),
    }
}

fn file(path: &Path, kept: Kept) -> Result<(), StoreFailure> {
    if !path.exists() {
        return Err(failed(sqlite::OpenError::Missing { path: path.to_owned() }));
    }
    sqlite::check_writable(path).map_err(failed)?;
    let found = check::has_table(path, table(kept)).map_err(failed)?;
    if found { Ok(()) } else { Err(nothing_in(path.display(), kept, table(kept))) }
}

fn nothing_in(store: impl Display, kept: Kept, name: &str) -> StoreFailure {
    let what = match kept {
        Kept::Accounts => "accounts",
        Kept::Sessions => "sessions",
    };
    let text = format!(
        "the database `{store}` holds no {what} of ours: it has no `{name}`, which the first start of a server \
         makes"
    );
    StoreFailure::mistake(Mistake::NoDatabase, text)
}
