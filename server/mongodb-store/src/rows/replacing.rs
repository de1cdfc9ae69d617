//! A new key for a session, without a transaction: both documents or neither.
//!
//! Transactions need a replica set, and a sharded cluster lets them wait for one another; a session needs neither.
//! Two documents are changed by three statements, and the second alone decides:
//!
//! 1. insert the new row as *pending*: it names the row it replaces, and nobody sees it;
//! 2. **the commit**: turn the old row into a *tombstone* that names its successor, if it still is active, unexpired
//!    and of the revision the caller has loaded;
//! 3. make the new row active.
//!
//! A pending row is there if and only if the tombstone of its predecessor names it. That is one fact in one document,
//! so there is no moment at which both keys or neither lead to the session:
//!
//! * *Given up (or the server fails) before the commit*: the old row is what it was. The pending row is invisible and
//!   is removed with the expired rows, when the tombstone would have been.
//! * *Given up after the commit*: the old key leads to a tombstone. A request for the new key finds the pending row,
//!   finds the tombstone that names it, and does step 3 for the one who could not ([`Rows::settle`]); so do `save`,
//!   `touch`, `delete`, `discard` and a further `replace` of the new key. Nobody was told the new key; so if nobody asks
//!   while the tombstone lasts, the session ends with it.
//! * *The commit's answer is lost*: the caller gets an error, and the pending row stays, to be settled as above.
//! * *Two replaces of one row*: the commit's condition lets one of them through. The other removes its pending row.
//! * *`save` at the same time*: it comes before the commit, which then fails (`Stale`), or after it and finds no active
//!   row (`Gone`). An acknowledged save is never lost.
//! * *`delete`, `discard`, `end`, `end_all`, `end_everyone` at the same time*: before the commit they remove the old row
//!   and the commit fails. After it the session has its new key: see [`super::ending`] for those that look for a session
//!   and not for a key. If the pending row is removed between commit and step 3, step 3 finds nothing, because it updates
//!   and never inserts; the replace then came first, and the end after it.
//! * *The clean-up or the TTL monitor*: pending row and tombstone expire at the same moment, so the one does not outlive
//!   the other. Clocks must agree to within the tombstone's life (a minute in a typical application).

use mongodb::bson::{Document, doc};
use time::OffsetDateTime;

use super::{Rows, unexpired};
use crate::document::{self, ACTIVE, PENDING, REPLACED, date};
use crate::error::Result;
use crate::row::{Key, Lookup, NewRow, Replaced};

impl Rows {
    /// Gives a session a new key. The old row becomes a tombstone without data or handle until `tombstone_until`.
    /// Both or neither. The old row is judged before the new key. A row past its `live_until` may be replaced.
    ///
    /// # Errors
    /// The server fails; the session then has the one key or the other.
    pub async fn replace(
        &self,
        old: &Key,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced> {
        if !self.insert(document::pending(new, old, tombstone_until)).await? {
            return Ok(self.refusal(old, revision, now).await?.unwrap_or(Replaced::KeyExists));
        }
        while !self.commit(old, revision, new, tombstone_until, now).await? {
            // Without a refusal the old row has become active between the two statements.
            if let Some(refusal) = self.refusal(old, revision, now).await? {
                let filter = doc! { "_id": &new.key, "state": PENDING, "replaces": old };
                self.ready().await?.delete_one(filter).await?;
                return Ok(refusal);
            }
        }
        self.activate(&new.key, old, new.expires_at).await?;
        Ok(Replaced::Done)
    }

    /// Step 2. The filter names the `_id`, so that a sharded cluster sends it to one shard.
    async fn commit(
        &self,
        old: &Key,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool> {
        let filter = unexpired(old, Some(revision), now);
        let tombstone = document::tombstone(new, tombstone_until);
        Ok(self.ready().await?.replace_one(filter, tombstone).await?.matched_count > 0)
    }

    /// Why the old row cannot be replaced; `None` if it can.
    async fn refusal(&self, old: &Key, revision: i64, now: OffsetDateTime) -> Result<Option<Replaced>> {
        Ok(match self.load(old, now).await? {
            Lookup::Found(row) if row.revision == revision => None,
            Lookup::Found(_) => Some(Replaced::Stale),
            Lookup::Replaced | Lookup::Missing => Some(Replaced::Gone),
        })
    }

    /// Step 3; nothing to do if somebody was quicker, or has ended the session.
    async fn activate(&self, key: &Key, replaces: &Key, expires_at: OffsetDateTime) -> Result<()> {
        let filter = doc! { "_id": key, "state": PENDING, "replaces": replaces };
        let update = doc! {
            "$set": { "state": ACTIVE, "expireAt": date(expires_at) },
            "$unset": { "replaces": "", "expireAtOnceActive": "" },
        };
        self.update(&filter, &update).await?;
        Ok(())
    }

    /// Completes the replace that a pending row belongs to, if that was committed; `true` then: look again.
    pub(super) async fn settle(&self, pending: &Document) -> Result<bool> {
        let (key, replaces) = (document::key(pending, "_id")?, document::key(pending, "replaces")?);
        let committed = doc! { "_id": &replaces, "state": REPLACED, "replacedBy": &key };
        if self.ready().await?.find_one(committed).await?.is_none() {
            return Ok(false);
        }
        self.activate(&key, &replaces, document::time(pending, "expireAtOnceActive")?).await?;
        Ok(true)
    }
}
