//! How the contract gets an empty store.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use session_rows::SessionRows;

use crate::Rows;

/// Makes a store forget which sessions an owner has while the sessions remain: through the store's own
/// client, bypassing its operations.
type LoseIndex = Box<dyn Fn(String) -> BoxFuture<'static, ()> + Send + Sync>;

/// An empty store, and whatever must stay alive (and is removed) with it: a directory, a database.
pub struct Store {
    pub rows: Rows,
    index_losses: Vec<LoseIndex>,
    _kept: Box<dyn Any + Send + Sync>,
}

impl Store {
    /// A store and what is dropped with it.
    pub fn new(rows: impl SessionRows, kept: impl Any + Send + Sync) -> Self {
        Self { rows: Arc::new(rows), index_losses: vec![], _kept: Box::new(kept) }
    }

    /// For a store that keeps an index of owners separate from its rows: how to lose the index of one
    /// owner, as an eviction or an operator's mistake would; once for every record of the index. If the owner
    /// is a column of the row, there is nothing to lose.
    #[must_use]
    pub fn with_index_loss<F, T>(mut self, lose: F) -> Self
    where
        F: Fn(String) -> T + Send + Sync + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        self.index_losses.push(Box::new(move |owner| Box::pin(lose(owner))));
        self
    }

    /// The number of ways to lose an owner's index.
    #[must_use]
    pub(crate) fn index_losses(&self) -> usize {
        self.index_losses.len()
    }

    /// Loses an owner's index in one of the ways.
    ///
    /// # Panics
    /// If there is no such way.
    pub(crate) async fn lose_index(&self, way: usize, owner: &str) {
        self.index_losses[way](owner.to_owned()).await;
    }
}

/// Most rules only need the rows; `rule((&store).into())` works for all rules.
impl From<&Store> for Rows {
    fn from(store: &Store) -> Self {
        Self::clone(&store.rows)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("rows", &self.rows).finish_non_exhaustive()
    }
}

pub trait Harness {
    /// How many rounds of interleavings run at once, on separate keys and owners. With a remote server most
    /// of a round is waiting; in process, more than one at a time would only blur the races.
    const ROUNDS_AT_ONCE: usize = 1;

    /// Name and version of the server. Shown with every result. `None`, after printing the
    /// reason, if it is not available here: the rules are then skipped.
    fn product() -> impl Future<Output = Option<String>> + Send;

    /// An empty store that nobody else uses: every rule gets its own.
    fn fresh() -> impl Future<Output = Store> + Send;
}
