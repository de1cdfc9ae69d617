//! Failed logins of one account from all addresses, for the slow-down: one document per account.
//!
//! The same failures are in the documents of their addresses (`attempts`), which decide about the limits. Here
//! nothing has to be exact as long as nobody is delayed: failures are simply added. Once there are so many
//! that they delay, each one is added only if the newest is still the one that was read, so that of any number
//! of attempts one gets through.

use mongodb::Collection;
use mongodb::bson::{DateTime, Document, doc};
use serde::Deserialize;
use time::{Duration, OffsetDateTime};

use super::error::{OrFailed as _, failed, is_duplicate, unreadable};
use super::tries::Tries;
use super::{ACCOUNT_FAILURES, MongoDatabase, date, time_of};
use accounts::ports::{AttemptKey, DatabaseError, SlowDown};

/// What is read of a document of `account_failures`. Its `_id` is a keyed hash of the typed address.
#[derive(Debug, Deserialize)]
struct OfAccount {
    failures: Vec<Failure>,
    newest: DateTime,
}

#[derive(Debug, Deserialize)]
struct Failure {
    at: DateTime,
}

/// What is known about an account before an attempt is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    newest: Option<DateTime>,
    /// How long the next attempt has to wait; zero: not at all.
    pub(super) wait: Duration,
    /// How long the one after it will have to.
    delay: Duration,
}

impl MongoDatabase {
    async fn account_failures(&self) -> Result<Collection<Document>, DatabaseError> {
        self.collection::<Document>(ACCOUNT_FAILURES).await
    }

    pub(super) async fn delete_account_failures(&self, account: &str) -> Result<(), DatabaseError> {
        self.account_failures().await?.delete_one(doc! { "_id": account }).await.or_failed()?;
        Ok(())
    }

    pub(super) async fn failures_of_account(
        &self,
        account: &str,
        slow_down: SlowDown,
        now: OffsetDateTime,
    ) -> Result<Known, DatabaseError> {
        let found = self
            .collection::<OfAccount>(ACCOUNT_FAILURES)
            .await?
            .find_one(doc! { "_id": account })
            .await
            .map_err(unreadable(ACCOUNT_FAILURES))?;
        let Some(found) = found else {
            return Ok(Known { newest: None, wait: Duration::ZERO, delay: Duration::ZERO });
        };
        let from = date(now.saturating_sub(slow_down.memory));
        let count = found.failures.iter().filter(|failure| failure.at > from).count();
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Known {
            newest: Some(found.newest),
            wait: slow_down.wait(count, time_of(found.newest), now),
            delay: slow_down.delay(count),
        })
    }

    /// Counts a failure. `false`: the account is slowed down, and another attempt came first.
    pub(super) async fn add_account_failure(
        &self,
        key: &AttemptKey,
        number: i64,
        known: Known,
        now: OffsetDateTime,
    ) -> Result<bool, DatabaseError> {
        let accounts = self.account_failures().await?;
        let failure = doc! { "address": &key.address, "number": number, "at": date(now) };
        let push = doc! { "$push": { "failures": failure }, "$max": { "newest": date(now) } };
        if known.delay.is_positive() {
            let unchanged = doc! { "_id": &key.account, "newest": known.newest };
            return Ok(accounts.update_one(unchanged, push).await.or_failed()?.matched_count == 1);
        }
        let mut tries = Tries::default();
        while tries.another().await {
            match accounts.update_one(doc! { "_id": &key.account }, push.clone()).upsert(true).await {
                Ok(_) => return Ok(true),
                // Created by two attempts at once.
                Err(error) if is_duplicate(&error) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(DatabaseError::contended("the failures of an account are created faster than they are counted"))
    }

    /// Removes the failures from this address whose number matches `numbers`, if `attempt` is among them.
    pub(super) async fn forgive_account_failures(
        &self,
        key: &AttemptKey,
        attempt: i64,
        numbers: &Document,
    ) -> Result<(), DatabaseError> {
        let this = doc! { "$elemMatch": { "address": &key.address, "number": attempt } };
        let forgiven = doc! { "address": &key.address, "number": numbers.clone() };
        self.account_failures()
            .await?
            .update_one(
                doc! { "_id": &key.account, "failures": this },
                doc! { "$pull": { "failures": forgiven } },
            )
            .await
            .or_failed()?;
        Ok(())
    }

    pub(super) async fn delete_old_account_failures(
        &self,
        before: OffsetDateTime,
    ) -> Result<(), DatabaseError> {
        let accounts = self.account_failures().await?;
        let old = doc! { "$lt": date(before) };
        accounts.delete_many(doc! { "newest": old.clone() }).await.or_failed()?;
        accounts
            .update_many(doc! { "failures.at": old.clone() }, doc! { "$pull": { "failures": { "at": old } } })
            .await
            .or_failed()?;
        Ok(())
    }
}
