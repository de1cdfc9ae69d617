//! Which collection, and what MongoDB may do with it by itself.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mongodb::Database;
use mongodb::options::{CollectionOptions, ReadPreference, SelectionCriteria};

use super::Rows;

/// How long after `expireAt` MongoDB removes a row by itself, unless told otherwise.
pub const DEFAULT_EXPIRY_MARGIN: Duration = Duration::from_secs(600);

/// Settings of [`Rows`].
#[derive(Clone)]
#[must_use]
pub struct RowsBuilder {
    database: Database,
    collection: String,
    margin: Option<Duration>,
}

impl fmt::Debug for RowsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowsBuilder")
            .field("collection", &format_args!("{}.{}", self.database.name(), self.collection))
            .field("margin", &self.margin)
            .finish_non_exhaustive()
    }
}

impl RowsBuilder {
    pub(super) fn new(database: Database) -> Self {
        Self { database, collection: "sessions".into(), margin: Some(DEFAULT_EXPIRY_MARGIN) }
    }

    /// Another collection than `sessions`.
    pub fn collection(mut self, name: impl Into<String>) -> Self {
        self.collection = name.into();
        self
    }

    /// How long after `expireAt` MongoDB's TTL monitor may remove a row; [`DEFAULT_EXPIRY_MARGIN`] unless told
    /// otherwise. It covers the difference between the server's clock and the callers': expiry itself is judged by
    /// the caller's clock, at every access, and never waits for the monitor.
    ///
    /// `None` makes a plain index: nothing is removed natively, for callers whose clock is not the time of day.
    pub fn native_expiry(mut self, margin: Option<Duration>) -> Self {
        self.margin = margin;
        self
    }

    /// The rows; touches nothing yet.
    pub fn build(self) -> Rows {
        // Whatever the URI says: a secondary may still show a session that was ended.
        let primary = SelectionCriteria::ReadPreference(ReadPreference::Primary);
        let options = CollectionOptions::builder().selection_criteria(primary).build();
        Rows {
            collection: self.database.collection_with_options(&self.collection, options),
            database: self.database,
            margin: self.margin,
            migrated: Arc::default(),
        }
    }
}
