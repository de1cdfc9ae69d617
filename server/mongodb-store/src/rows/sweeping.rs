//! Removing what has expired, for those who do not wait for the TTL monitor.

use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use time::OffsetDateTime;

use super::Rows;
use crate::document::{ACTIVE, PENDING, REPLACED, date};
use crate::error::Result;

impl Rows {
    /// Removes up to `batch` expired rows and tombstones; says how many. `0` means that there was none.
    ///
    /// # Errors
    /// The server fails; some of them may have been removed.
    pub async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64> {
        let collection = self.ready().await?;
        let states = doc! { "$in": [ACTIVE, PENDING, REPLACED] };
        if batch == 0 {
            return Ok(0);
        }
        loop {
            let expired = doc! { "expireAt": { "$lte": date(now) }, "state": states.clone() };
            let found = collection
                .find(expired.clone())
                .projection(doc! { "_id": 1 })
                .sort(doc! { "expireAt": 1 })
                .limit(batch.into());
            let found: Vec<Document> = found.await?.try_collect().await?;
            if found.is_empty() {
                return Ok(0);
            }
            let keys: Vec<Bson> = found.into_iter().filter_map(|mut found| found.remove("_id")).collect();
            // Asked again, because a touch may have come in between.
            let mut filter = expired;
            filter.insert("_id", doc! { "$in": keys });
            let deleted = self.delete_many(filter).await?;
            // All of them removed by another instance: what it has left is still to be done.
            if deleted > 0 {
                return Ok(deleted);
            }
        }
    }
}
