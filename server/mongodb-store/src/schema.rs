//! The two indexes.

use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::error::ErrorKind;
use mongodb::options::IndexOptions;
use mongodb::{Collection, Database, IndexModel};

use crate::error::Result;

/// Name of the TTL index.
const EXPIRY: &str = "expireAt_1";
/// Name of the owner index.
const OWNER: &str = "owner_1_state_1";

/// Makes the indexes, and the collection with them; changes nothing if they are there. Any number of processes may
/// do so at once.
///
/// A TTL index somebody else has made on `expireAt` (release 0.11 made none, so people made their own) is taken over: only its margin is set.
pub(crate) async fn migrate(
    database: &Database,
    collection: &Collection<Document>,
    margin: Option<Duration>,
) -> Result<()> {
    let owner = IndexOptions::builder().name(OWNER.to_owned()).build();
    collection
        .create_index(IndexModel::builder().keys(doc! { "owner": 1, "state": 1 }).options(owner).build())
        .await?;
    // Without the TTL the index serves `sweep` all the same.
    let expiry = IndexOptions::builder().name(EXPIRY.to_owned()).expire_after(margin).build();
    let made = collection
        .create_index(IndexModel::builder().keys(doc! { "expireAt": 1 }).options(expiry).build())
        .await;
    match (made, margin) {
        (Ok(_), _) => Ok(()),
        (Err(error), Some(margin)) if exists_differently(&error) => {
            let seconds = i64::try_from(margin.as_secs()).unwrap_or(i64::from(i32::MAX));
            let index = doc! { "keyPattern": { "expireAt": 1 }, "expireAfterSeconds": seconds };
            database.run_command(doc! { "collMod": collection.name(), "index": index }).await?;
            Ok(())
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// `IndexOptionsConflict` or `IndexKeySpecsConflict`.
fn exists_differently(error: &mongodb::error::Error) -> bool {
    matches!(&*error.kind, ErrorKind::Command(error) if matches!(error.code, 85 | 86))
}
