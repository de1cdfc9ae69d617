//! The store in memory.

use sessions::store::MemoryRows;

use super::{Harness, Store};

/// Rows in a map.
pub(crate) struct Memory;

impl Harness for Memory {
    async fn product() -> Option<String> {
        Some("the process itself".to_owned())
    }

    async fn fresh() -> Store {
        Store::new(MemoryRows::new(), ())
    }
}
