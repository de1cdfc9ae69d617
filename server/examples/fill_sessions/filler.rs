//! Writes many sessions in the ordinary way, by `create`. Shared with the benchmarks.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use session_rows::{Created, NewRow, SessionRows, StoreError};

/// Creates these rows, this many at once; reports the number so far to `progress`. Returns the total.
pub(crate) async fn fill(
    rows: &dyn SessionRows,
    at_once: usize,
    new: impl IntoIterator<Item = NewRow>,
    progress: impl Fn(u64),
) -> Result<u64, StoreError> {
    let create = |row: NewRow| async move {
        match rows.create(&row).await? {
            Created::Inserted => Ok(()),
            Created::KeyExists => Err(StoreError::message("a random key was there already")),
        }
    };
    let created = stream::iter(new).map(create).buffer_unordered(at_once);
    let count = created.try_fold(0_u64, async |done, ()| {
        progress(done + 1);
        Ok(done + 1)
    });
    count.await
}
