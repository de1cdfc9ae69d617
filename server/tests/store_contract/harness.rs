//! How the contract gets an empty store.

pub(crate) mod memory;
pub(crate) mod sqlite;

use std::any::Any;
use std::sync::Arc;

use server::session::rows::SessionRows;

/// What a rule works on.
pub(crate) type Rows = Arc<dyn SessionRows>;

/// An empty store, and whatever must stay alive (and is removed) with it: a directory, a database.
pub(crate) struct Store {
    /// The store.
    pub(crate) rows: Rows,
    _kept: Box<dyn Any + Send + Sync>,
}

impl Store {
    /// A store and what goes when it goes.
    pub(crate) fn new(rows: impl SessionRows, kept: impl Any + Send + Sync) -> Self {
        Self { rows: Arc::new(rows), _kept: Box::new(kept) }
    }
}

/// One kind of store.
pub(crate) trait Harness {
    /// An empty store that nobody else uses: every rule gets its own.
    async fn fresh() -> Store;
}
