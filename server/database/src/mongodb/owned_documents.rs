//! Documents in other collections that belong to an account, and deleting all of it.
//!
//! Without a transaction, adding and deleting consist of steps that may be interleaved, and interrupted
//! between any two of them by a process that dies. Each step changes one document (or, in case of C, any
//! number of documents in any order).
//!
//! ```text
//! adding:    A1 insert, marked `provisional`
//!            A2 is the account alive?
//!            A3 yes: take the mark away          no: take the document back
//! deleting:  D  replace the account by its id and the mark `deleting`
//!            C  remove what belongs to it
//!            E  remove the account's document
//! settling:  for each account marked `deleting`: C, E;  for each document marked `provisional`: A2, A3
//! ```
//!
//! After D the account cannot be found, and its address and identities are free: that is the moment of
//! deletion. Nothing can be linked or changed either, because every such command requires a document without
//! the mark.
//!
//! **Nothing is left of a deleted account.** An addition falls into one of two cases. *A2 sees the account
//! alive:* then A1 came before A2, A2 before D and D before C, so C finds the document. *A2 does not:* the
//! document is taken back, and if C was quicker, there is nothing to take back. A3 cannot bring back what C
//! removed: it updates and never inserts. It makes no difference to A2 whether it comes before or after E.
//!
//! **Nothing stays half done.** If the deleting process dies after D, the account's document says so, and
//! settling continues with C. If the adding process dies after A1, the document says so, and settling
//! continues with A2. Repeating any step, or running it in two processes at once, changes nothing: settling
//! needs no lock and no clock. It runs with the hourly clean-up, on every instance.
//!
//! **No other data is lost.** A document is taken back only if its account is gone, and C removes only what
//! carries the account's id. Ids are made of random bytes, so no other account ever has it.
//!
//! "Before" is the order on the primary. It survives a change of primary because writes wait for a majority:
//! D, once acknowledged, is known to every later primary, and so is A1. The only reader that may be stale is
//! A2 on a primary that does not yet know that it was deposed; but A1, acknowledged earlier by that same
//! primary, then came before D's primary was elected, so C finds the document.

use domain::account::UserId;
use futures::TryStreamExt as _;
use mongodb::Collection;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use serde::{Deserialize, Serialize};

use super::account::alive;
use super::error::{OrFailed as _, failed, is_duplicate, unreadable};
use super::{EVENTS, MongoDatabase, USERS, exists};
use super::{LOGGED_WORKOUTS, WORKOUTS}; // slim: trainer
use accounts::ports::DatabaseError;

/// Every collection whose documents belong to an account, given in their field `user`.
const OWNED_COLLECTIONS: &[&str] = &[
    WORKOUTS,        // slim: trainer
    LOGGED_WORKOUTS, // slim: trainer
    EVENTS,
];

/// A document that is not yet known to belong to an account.
#[derive(Debug, Serialize, Deserialize)]
struct Provisional {
    #[serde(rename = "_id")]
    id: ObjectId,
    user: String,
}

/// The document of an account that is being deleted.
#[derive(Debug, Serialize, Deserialize)]
struct Leaving {
    #[serde(rename = "_id")]
    id: String,
}

impl MongoDatabase {
    /// Adds a document that belongs to an account; if the account is gone, nothing is added. `false` if a unique
    /// index refused it.
    pub(super) async fn add_owned(
        &self,
        collection: &'static str,
        user: &UserId,
        mut content: Document,
    ) -> Result<bool, DatabaseError> {
        let documents = self.collection::<Document>(collection).await?;
        let id = ObjectId::new();
        content.insert("_id", id);
        content.insert("user", user.as_str());
        content.insert("provisional", true);
        match documents.insert_one(content).await {
            Ok(_) => {
                self.settle_owned(&documents, Provisional { id, user: user.as_str().into() }).await?;
                Ok(true)
            }
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// Steps A2 and A3 of the protocol above.
    async fn settle_owned(
        &self,
        documents: &Collection<Document>,
        Provisional { id, user }: Provisional,
    ) -> Result<(), DatabaseError> {
        let this = doc! { "_id": id, "user": &user };
        if exists(&self.users().await?, alive(&user)).await? {
            documents.update_one(this, doc! { "$unset": { "provisional": "" } }).await.or_failed()?;
        } else {
            documents.delete_one(this).await.or_failed()?;
        }
        Ok(())
    }

    /// Steps D, C and E. `false` if there is no such account, or it is already being deleted.
    pub(super) async fn delete_account(&self, id: &UserId) -> Result<bool, DatabaseError> {
        let users = self.users().await?.clone_with_type::<Document>();
        let leaving = doc! { "_id": id.as_str(), "deleting": true };
        if users.replace_one(alive(id.as_str()), leaving).await.or_failed()?.matched_count == 0 {
            return Ok(false);
        }
        // A separate task: a caller that gives up waiting leaves nothing for settling to do.
        let (database, id) = (self.clone(), id.as_str().to_owned());
        tokio::spawn(async move { database.clear(&id).await }).await.map_err(DatabaseError::new)??;
        Ok(true)
    }

    /// Steps C and E of the protocol above.
    async fn clear(&self, id: &str) -> Result<(), DatabaseError> {
        for collection in OWNED_COLLECTIONS.iter().copied() {
            let documents = self.collection::<Document>(collection).await?;
            documents.delete_many(doc! { "user": id }).await.or_failed()?;
            // It may have missed a document that was moving to another shard. Provisional documents are not
            // waited for: their writer takes them back, and might keep adding more.
            let known = doc! { "user": id, "provisional": { "$exists": false } };
            while documents.delete_many(known.clone()).await.or_failed()?.deleted_count > 0 {}
        }
        self.users().await?.delete_one(doc! { "_id": id, "deleting": true }).await.or_failed()?;
        Ok(())
    }

    /// Finishes what a dead process has left half done.
    pub(super) async fn settle(&self) -> Result<(), DatabaseError> {
        let users = self.collection::<Leaving>(USERS).await?;
        let mut leaving = users.find(doc! { "deleting": true }).await.or_failed()?;
        while let Some(account) = leaving.try_next().await.map_err(unreadable(USERS))? {
            self.clear(&account.id).await?;
        }
        for collection in OWNED_COLLECTIONS.iter().copied() {
            let documents = self.collection::<Document>(collection).await?;
            let marked = documents.clone_with_type::<Provisional>();
            let mut provisional =
                marked.find(doc! { "provisional": true }).projection(doc! { "user": 1 }).await.or_failed()?;
            while let Some(document) = provisional.try_next().await.map_err(unreadable(collection))? {
                self.settle_owned(&documents, document).await?;
            }
        }
        Ok(())
    }
}
