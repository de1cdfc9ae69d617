//! The database in MongoDB: a standalone server, a replica set, or a sharded cluster that leaves `users`
//! unsharded.
//!
//! # What decides
//!
//! Multi-document transactions are not used (a standalone server has none). Whatever must be unique, or must
//! be decided together, is in **one document**, and one command changes it:
//!
//! | decision | document | by |
//! |---|---|---|
//! | one account for an address, one for an identity | `users`, identities embedded | `insertOne`, `updateOne` and two unique indexes, one of them multikey: the server enforces it across documents |
//! | never the last way in; password changed only from the version that was checked; newer preferences win | `users` | `updateOne` whose filter is the condition |
//! | exactly as many login attempts as both limits allow | `login_failures`, one document for one address, because both limits are about failures from one address | `findOneAndUpdate` with a pipeline |
//! | one guess at a time at an account that is being guessed at from everywhere | `account_failures`, one document for one account | `updateOne` whose filter is the newest failure that was read |
//! | a grant is taken once | `demo_grants` | `findOneAndDelete` | <!-- slim: demo-provider -->
//! | a workout posted twice is one | `workouts` | `insertOne` and a unique index | <!-- slim: trainer -->
//! | one open workout, and no operation on a workout is lost | `logged_workouts` | `insertOne` and a unique index; `updateOne` whose filter is the revision that was read | <!-- slim: trainer -->
//! | nothing is left of a deleted account, nothing is added to it | several | a sequence of steps, explained in `owned_documents` |
//!
//! # Consistency
//!
//! Reads go to the primary and writes wait for a majority, whatever the connection string says: a secondary
//! may not yet know that a password was changed, and writes acknowledged only by a deposed primary are rolled
//! back. Retryable writes (the driver's default) carry the single-document commands over a step-down; the
//! `…Many` ones, which the driver does not retry, are only used where doing the rest later is equally good.
//!
//! # Sharding
//!
//! A unique index of a sharded collection must begin with the shard key, and `users` has two of them in
//! addition to its `_id`, so it stays unsharded. What belongs to an account may be sharded by
//! `user` (ranged), `login_failures`, <!-- slim: demo-provider -->`demo_grants`, <!-- slim: end -->and `account_failures` by `_id`; every command includes the shard key, except the
//! hourly clean-up.
//!
//! Texts are compared byte by byte: no collection has a collation.

mod account;
mod account_failures;
mod attempts;
mod error;
mod events;
mod grants; // slim: demo-provider
mod identities;
mod logged_workouts; // slim: trainer
mod owned_documents;
pub(crate) mod schema;
mod tries;
mod users;
mod workouts; // slim: trainer

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use mongodb::Collection;
use mongodb::bson::{DateTime, Document, doc};
use mongodb::options::{
    Acknowledgment, DatabaseOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use time::OffsetDateTime;
use tokio::sync::OnceCell;

use self::account::Account;
use self::error::OrFailed as _;
use crate::Database;
use accounts::ports::DatabaseError;
use domain::millis::{from_millis, to_millis};

/// Accounts with their identities.
pub(crate) const USERS: &str = "users";
pub(crate) const WORKOUTS: &str = "workouts"; // slim: trainer
// slim: trainer
/// Workouts with their sets.
pub(crate) const LOGGED_WORKOUTS: &str = "logged_workouts";
// slim: end
pub(crate) const EVENTS: &str = "security_events";
/// Failed logins, one document per address.
pub(crate) const FAILURES: &str = "login_failures";
/// Failed logins once more, one document per account.
pub(crate) const ACCOUNT_FAILURES: &str = "account_failures";
// slim: demo-provider
/// The demo provider's codes and tokens.
pub(crate) const GRANTS: &str = "demo_grants";
// slim: end

/// The database in MongoDB. Clones share one client and one state of the schema.
#[derive(Clone)]
pub struct MongoDatabase {
    database: mongodb::Database,
    ready: Arc<OnceCell<()>>,
}

impl MongoDatabase {
    /// Does not access the server: the first operation creates the indexes, as does each following one until
    /// that has succeeded. Several processes may do so concurrently.
    #[must_use]
    pub fn new(database: mongodb::Database) -> Self {
        // Anything else a connection string says about writes (`journal`, `wtimeoutMS`) is respected.
        let mut write_concern = database.write_concern().cloned().unwrap_or_else(WriteConcern::majority);
        write_concern.w = Some(Acknowledgment::Majority);
        let options = DatabaseOptions::builder()
            .read_concern(ReadConcern::local())
            .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
            .write_concern(write_concern)
            .build();
        let database = database.client().database_with_options(database.name(), options);
        Self { database, ready: Arc::default() }
    }

    /// Makes sure that the schema matches this program. Free once it has succeeded.
    ///
    /// # Errors
    /// If the schema is newer than this program knows, or the server does not respond.
    pub async fn prepare(&self) -> Result<(), DatabaseError> {
        self.ready.get_or_try_init(|| schema::prepare(&self.database)).await?;
        Ok(())
    }

    /// The only access to a collection: none is used before its indexes exist.
    async fn collection<T: Send + Sync>(&self, name: &str) -> Result<Collection<T>, DatabaseError> {
        self.prepare().await?;
        Ok(self.database.collection(name))
    }

    async fn users(&self) -> Result<Collection<Account>, DatabaseError> {
        self.collection(USERS).await
    }
}

impl fmt::Debug for MongoDatabase {
    /// The client contains the password, which is not shown here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongoDatabase").field("name", &self.database.name()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Database for MongoDatabase {
    fn kind(&self) -> &'static str {
        "mongodb"
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        self.prepare().await?;
        // Answered by the primary: without one logging in is impossible.
        self.database.run_command(doc! { "ping": 1 }).await.or_failed()?;
        Ok(())
    }
}

/// As stored: BSON's dates count milliseconds.
fn date(at: OffsetDateTime) -> DateTime {
    DateTime::from_millis(to_millis(at))
}

fn time_of(date: DateTime) -> OffsetDateTime {
    from_millis(date.timestamp_millis())
}

/// Whether a document matches, whatever else it contains.
async fn exists<T: Send + Sync>(
    collection: &Collection<T>,
    filter: Document,
) -> Result<bool, mongodb::error::Error> {
    let documents = collection.clone_with_type::<Document>();
    Ok(documents.find_one(filter).projection(doc! { "_id": 1 }).await?.is_some())
}
