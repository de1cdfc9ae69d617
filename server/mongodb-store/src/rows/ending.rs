//! Ending sessions that are found by their owner: all of them, under whatever key.
//!
//! MongoDB's `deleteMany` is atomic per document and no snapshot: while it looks at one document, a session may leave
//! another one ([`replacing`](super::replacing)) for a place it has passed already; on a sharded cluster that is no
//! rarity, since the shards look at different moments. What cannot happen is that a session leaves without a forwarding
//! address: its old document stays where it was, in the owner's index, as a tombstone that names the successor. So:
//!
//! 1. delete the active rows of the owner;
//! 2. *then* read the owner's tombstones, and follow each to where the session has gone, over as many further tombstones
//!    as there are, and delete it there, pending or active.
//!
//! **A session that was there when this began is gone when it has answered.** Its document lies in the owner's index all
//! the time, as active row or as tombstone. Step 1 meets it: if it is active, it is deleted, and a replace under way
//! fails at its commit. If it is a tombstone, that was written before step 1 came by, hence before step 2 began, and
//! step 2 meets it. A successor is deleted atomically or has become a tombstone itself, which is followed in turn; a
//! replace that is between commit and step 3 then finds nothing to activate. This needs no second document to be
//! locked, counted or fenced, costs an ordinary `replace` nothing, and a step that fails condemns nobody later.
//!
//! *What may survive*: a session created, or brought to this owner by a replace of an anonymous session, while this ran.
//! *The exception* survives under its own key; if it is replaced at the same time, the replace may come before (the new
//! row is another one, and is ended) or after (it lives on). *What it takes*: tombstones that outlive one run of these
//! steps, a matter of milliseconds against (typically) a minute.
//!
//! The steps are repeated until a round finds nothing, at most [`ROUNDS`] times: a `deleteMany` may pass over documents
//! that a sharded cluster is moving between shards. The driver does not repeat a `deleteMany` after a step-down; this
//! does, since deleting what is to be deleted twice is deleting it once. If it fails for good, the answer is an error,
//! some sessions have been ended and the others are as they were.

use std::collections::HashSet;

use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::{ErrorKind, RETRYABLE_WRITE_ERROR};

use super::Rows;
use crate::document::{self, ACTIVE, PENDING, REPLACED, has};
use crate::error::Result;
use crate::row::Key;

/// Logins that come in faster than they are ended must not keep `end_all` from answering.
const ROUNDS: u32 = 4;

/// How often a statement is tried that the driver does not repeat by itself.
const ATTEMPTS: u32 = 3;

/// Keys in one statement.
const BATCH: usize = 1000;

/// Whose sessions, and which of them.
#[derive(Debug, Clone, Copy, Default)]
struct Scope<'a> {
    owner: Option<&'a str>,
    handle: Option<&'a str>,
    except: Option<&'a Key>,
}

impl Scope<'_> {
    /// The active rows of the scope.
    fn active(&self) -> Document {
        let mut filter = self.matching(ACTIVE.into());
        if let Some(except) = self.except {
            filter.insert("_id", doc! { "$ne": except });
        }
        filter
    }

    fn matching(&self, state: Bson) -> Document {
        let mut filter = Document::new();
        if let Some(owner) = self.owner {
            filter.insert("owner", owner);
        }
        filter.insert("state", state);
        if let Some(handle) = self.handle {
            filter.insert("handle", handle);
        }
        filter
    }

    /// Is this a session of the scope, pending or active?
    fn holds(&self, document: &Document) -> bool {
        [ACTIVE, PENDING].iter().any(|state| has(document, "state", state))
            && self.is_of_owner(document)
            && self.handle.is_none_or(|handle| has(document, "handle", handle))
    }

    fn is_of_owner(&self, document: &Document) -> bool {
        self.owner.is_none_or(|owner| has(document, "owner", owner))
    }
}

impl Rows {
    /// Ends one session of an owner by its public handle. `false` if the owner has none of that handle.
    ///
    /// # Errors
    /// The server fails; the session then is ended or is not.
    pub async fn end(&self, owner: &str, handle: &str) -> Result<bool> {
        let scope = Scope { owner: Some(owner), handle: Some(handle), except: None };
        let deleted = self.delete_many(scope.active()).await?;
        Ok(deleted > 0 || self.pursue(scope).await? > 0)
    }

    /// Ends all sessions of an owner, expired ones included, but one if asked; says how many.
    ///
    /// A session that was there when this began is gone when it has answered, under whatever key.
    ///
    /// # Errors
    /// The server fails; some sessions then have been ended and the others have not. Ask again.
    pub async fn end_all(&self, owner: &str, except: Option<&Key>) -> Result<u64> {
        self.end_scope(Scope { owner: Some(owner), handle: None, except }).await
    }

    /// Ends every session of everybody; says how many. Tombstones stay until their time. Reads the whole collection.
    ///
    /// # Errors
    /// As [`Rows::end_all`].
    pub async fn end_everyone(&self) -> Result<u64> {
        self.end_scope(Scope::default()).await
    }

    async fn end_scope(&self, scope: Scope<'_>) -> Result<u64> {
        let mut total = 0;
        for _ in 0..ROUNDS {
            let ended = self.delete_many(scope.active()).await? + self.pursue(scope).await?;
            total += ended;
            if ended == 0 {
                break;
            }
        }
        Ok(total)
    }

    /// Step 2: follows the tombstones and ends what they lead to.
    async fn pursue(&self, scope: Scope<'_>) -> Result<u64> {
        let tombstones = Scope { owner: scope.owner, ..Scope::default() }.matching(REPLACED.into());
        let mut followed = HashSet::new();
        let mut ahead = Vec::new();
        let collection = self.ready().await?;
        let mut found = collection.find(tombstones).projection(doc! { "replacedBy": 1 }).await?;
        while let Some(tombstone) = found.try_next().await? {
            let key = document::key(&tombstone, "_id")?;
            if followed.insert(key) && Some(&key) != scope.except {
                ahead.push(document::key(&tombstone, "replacedBy")?);
            }
        }
        let mut ended = 0;
        while !ahead.is_empty() {
            let batch = ahead.split_off(ahead.len().saturating_sub(BATCH));
            let keys: Vec<Bson> =
                batch.iter().filter(|key| Some(*key) != scope.except).map(Bson::from).collect();
            let shape = doc! { "state": 1, "owner": 1, "handle": 1, "replacedBy": 1 };
            let mut found = collection.find(doc! { "_id": { "$in": keys } }).projection(shape).await?;
            let mut there = Vec::new();
            while let Some(found) = found.try_next().await? {
                let key = document::key(&found, "_id")?;
                if scope.holds(&found) {
                    there.push(key);
                } else if has(&found, "state", REPLACED) && scope.is_of_owner(&found) && followed.insert(key)
                {
                    ahead.push(document::key(&found, "replacedBy")?);
                }
            }
            if there.is_empty() {
                continue;
            }
            let mut filter = scope.matching(doc! { "$in": [ACTIVE, PENDING] }.into());
            filter.insert("_id", doc! { "$in": there.iter().map(Bson::from).collect::<Vec<_>>() });
            let deleted = self.delete_many(filter).await?;
            ended += deleted;
            if deleted < there.len() as u64 {
                // Ended by others, or gone on meanwhile: another look tells.
                ahead.append(&mut there);
            }
        }
        Ok(ended)
    }

    /// Deletes what matches, again after an interruption.
    pub(super) async fn delete_many(&self, filter: Document) -> Result<u64> {
        let collection = self.ready().await?;
        let mut attempt = 1;
        loop {
            match collection.delete_many(filter.clone()).await {
                Ok(done) => return Ok(done.deleted_count),
                Err(error) if attempt < ATTEMPTS && is_interruption(&error) => {
                    tracing::debug!(%error, attempt, "deleteMany was interrupted");
                    attempt += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The connection broke, or the server is not (or no longer) the primary: another try finds the new one.
fn is_interruption(error: &mongodb::error::Error) -> bool {
    const NOT_PRIMARY_OR_STOPPING: [i32; 8] = [91, 189, 10107, 10058, 11600, 11602, 13435, 13436];
    error.contains_label(RETRYABLE_WRITE_ERROR)
        || match &*error.kind {
            ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => true,
            ErrorKind::Command(error) => NOT_PRIMARY_OR_STOPPING.contains(&error.code),
            _ => false,
        }
}
