//! External identities: an array in the document of their account, so that linking, unlinking and the last
//! way in are decided by one update of one document.

use async_trait::async_trait;
use domain::account::UserId;
use mongodb::bson::{Document, doc, serialize_to_document};
use time::OffsetDateTime;

use super::account::{LinkedIdentity, alive};
use super::error::{OrFailed as _, failed, is_duplicate, unreadable};
use super::tries::Tries;
use super::{MongoDatabase, USERS};
use crate::codec::unwritable;
use accounts::ports::{DatabaseError, Identities, Identity, Linked, Unlinked};

#[async_trait]
impl Identities for MongoDatabase {
    async fn identities(&self, user: &UserId) -> Result<Vec<Identity>, DatabaseError> {
        let account = self.users().await?.find_one(alive(user.as_str())).await.map_err(unreadable(USERS))?;
        let mut identities = account.map(|account| account.identities).unwrap_or_default();
        // Stable: of equal times the one linked first stays first.
        identities.sort_by_key(|linked| linked.linked_at);
        Ok(identities.into_iter().map(Identity::from).collect())
    }

    async fn link_identity(
        &self,
        user: &UserId,
        identity: &Identity,
        now: OffsetDateTime,
    ) -> Result<Linked, DatabaseError> {
        let linked = LinkedIdentity::new(identity, now);
        let mut without = alive(user.as_str());
        // The index prevents other accounts from having it; within one document it allows a value twice.
        without.insert("identities.key", doc! { "$ne": &linked.key });
        let linked = serialize_to_document(&linked).map_err(|_| unwritable())?;
        match self.users().await?.update_one(without, doc! { "$push": { "identities": linked } }).await {
            Ok(_) => Ok(Linked::Done),
            Err(error) if is_duplicate(&error) => Ok(Linked::Taken),
            Err(error) => Err(failed(error)),
        }
    }

    async fn unlink_identity(&self, user: &UserId, provider: &str) -> Result<Unlinked, DatabaseError> {
        let users = self.users().await?;
        let mut unlinkable = alive(user.as_str());
        unlinkable.insert("identities.provider", provider);
        unlinkable.insert(
            "$or",
            vec![
                doc! { "password_hash": { "$type": "string" } },
                doc! { "identities": { "$elemMatch": { "provider": { "$ne": provider } } } },
            ],
        );
        let mut tries = Tries::default();
        while tries.another().await {
            if users.update_one(unlinkable.clone(), without(provider)).await.or_failed()?.matched_count == 1 {
                return Ok(Unlinked::Done);
            }
            // Not linked, or the last way in: the document says which, if it has not changed.
            let account = users.find_one(alive(user.as_str())).await.map_err(unreadable(USERS))?;
            let Some(account) = account else { return Ok(Unlinked::NotLinked) };
            if account.identities.iter().all(|linked| linked.provider != provider) {
                return Ok(Unlinked::NotLinked);
            }
            if !account.can_do_without(provider) {
                return Ok(Unlinked::LastWayIn);
            }
        }
        Err(DatabaseError::contended("the account changes faster than an identity can be unlinked"))
    }
}

/// Removes the identities of a provider, and the whole field with the last one (see `schema`).
fn without(provider: &str) -> Vec<Document> {
    let others = doc! { "$filter": {
        "input": "$identities",
        "as": "linked",
        "cond": { "$ne": ["$$linked.provider", { "$literal": provider }] },
    } };
    let nothing = doc! { "$eq": ["$identities", []] };
    vec![
        doc! { "$set": { "identities": others } },
        doc! { "$set": { "identities": { "$cond": [nothing, "$$REMOVE", "$identities"] } } },
    ]
}
