//! Failed logins: one document holds all that are remembered for one address.
//!
//! Both limits, that of an account from an address and that of the address, only concern failures from one
//! address, so a single document contains everything needed to decide about them, and one `findOneAndUpdate`
//! decides and counts. The slow-down of an account over all addresses has documents of its own
//! (`account_failures`). Parallel attempts from one address queue for that document; those from other addresses do not.
//!
//! A document stays small: rejected attempts are not added, so a period contains no more failures than
//! `LOGIN_LIMIT_ADDRESS` allows, and each reservation drops those that are older than both periods.

use async_trait::async_trait;
use futures::TryStreamExt as _;
use mongodb::Collection;
use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::options::ReturnDocument;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::account_failures::Known;
use super::error::{OrFailed as _, failed, is_duplicate, unreadable};
use super::tries::Tries;
use super::{FAILURES, MongoDatabase, date};
use accounts::ports::{Attempt, AttemptKey, DatabaseError, Limit, Limits, LoginFailures};
use domain::millis::to_millis;

/// A document of `login_failures`.
#[derive(Debug, Serialize, Deserialize)]
struct FromAddress {
    #[serde(rename = "_id")]
    address: String,
    /// In the order of their reservation.
    failures: Vec<Failure>,
    /// Result of the latest reservation …
    reserved: bool,
    /// … and the last number issued: that of the latest one, if it was reserved.
    last: i64,
    /// The time of the newest failure ever, initially that of creation. Once this is old, the document can be
    /// deleted.
    newest: DateTime,
}

/// A login that failed, or is still being decided.
#[derive(Debug, Serialize, Deserialize)]
struct Failure {
    number: i64,
    /// A keyed hash of the typed address.
    account: String,
    at: DateTime,
}

impl FromAddress {
    /// Nothing has failed yet.
    ///
    /// Numbers increase within a document. One that is recreated, after an address was quiet for long, starts
    /// with a number that no earlier one had: the millisecond, with room for a million attempts in each.
    fn new(address: &str, now: OffsetDateTime) -> Self {
        Self {
            address: address.to_owned(),
            failures: Vec::new(),
            reserved: false,
            last: to_millis(now).saturating_mul(1 << 20),
            newest: date(now),
        }
    }

    /// How long until both limits allow another attempt; zero: now.
    fn refused_for(&self, key: &AttemptKey, limits: &Limits, now: OffsetDateTime) -> Duration {
        let account = self.blocked_for(limits.per_account, now, |failure| failure.account == key.account);
        account.max(self.blocked_for(limits.per_address, now, |_| true))
    }

    /// How long until the limit allows another attempt; zero: now. `counts` selects the failures to consider.
    ///
    /// The blocking failure is the `count`-th newest within the window: once it has left, fewer than `count`
    /// remain. A failure from the future (the clock was set back) blocks for at most one period from now.
    fn blocked_for(&self, limit: Limit, now: OffsetDateTime, counts: impl Fn(&Failure) -> bool) -> Duration {
        let Some(nth) = limit.count.checked_sub(1) else { return limit.period };
        let window = Window::new(limit, now);
        let mut times: Vec<DateTime> = self
            .failures
            .iter()
            .filter(|failure| counts(failure) && window.holds(failure.at))
            .map(|failure| failure.at)
            .collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let blocking = usize::try_from(nth).ok().and_then(|nth| times.get(nth));
        blocking.map_or(Duration::ZERO, |at| {
            let left = at.timestamp_millis().saturating_sub(window.from.timestamp_millis());
            Duration::milliseconds(left).min(limit.period)
        })
    }
}

/// The times at which a failure counts.
struct Window {
    /// Failures up to this time no longer count.
    from: DateTime,
    until: DateTime,
}

impl Window {
    fn new(limit: Limit, now: OffsetDateTime) -> Self {
        Self { from: date(now.saturating_sub(limit.period)), until: date(now.saturating_add(limit.period)) }
    }

    fn holds(&self, at: DateTime) -> bool {
        at > self.from && at <= self.until
    }

    /// Expression: fewer failures than the limit's count are in the window, among those that also meet
    /// `condition`.
    fn has_room(&self, count: u32, condition: Option<Document>) -> Document {
        let mut conditions =
            vec![doc! { "$gt": ["$$failure.at", self.from] }, doc! { "$lte": ["$$failure.at", self.until] }];
        conditions.extend(condition);
        let within = doc! { "$filter": {
            "input": "$failures", "as": "failure", "cond": { "$and": conditions },
        } };
        doc! { "$lt": [{ "$size": within }, i64::from(count)] }
    }
}

/// The pipeline that decides and counts.
fn reservation(
    key: &AttemptKey,
    per_account: Limit,
    per_address: Limit,
    now: OffsetDateTime,
) -> Vec<Document> {
    let remembered = date(now.saturating_sub(per_account.period.max(per_address.period)));
    // Typed text, even hashed, must not be interpreted as an expression.
    let account = doc! { "$literal": &key.account };
    let same_account = doc! { "$eq": ["$$failure.account", account.clone()] };
    let failure = doc! { "number": "$last", "account": account, "at": date(now) };
    vec![
        doc! { "$set": { "failures": { "$filter": {
            "input": "$failures",
            "as": "failure",
            "cond": { "$gt": ["$$failure.at", remembered] },
        } } } },
        doc! { "$set": { "reserved": { "$and": [
            Window::new(per_account, now).has_room(per_account.count, Some(same_account)),
            Window::new(per_address, now).has_room(per_address.count, None),
        ] } } },
        // Of consecutive rejected attempts only the first causes the server to write.
        doc! { "$set": {
            "last": if_reserved(doc! { "$add": ["$last", 1] }, "$last"),
            "newest": if_reserved(doc! { "$max": ["$newest", date(now)] }, "$newest"),
        } },
        doc! { "$set": {
            "failures": if_reserved(doc! { "$concatArrays": ["$failures", [failure]] }, "$failures"),
        } },
    ]
}

fn if_reserved(then: impl Into<Bson>, otherwise: impl Into<Bson>) -> Document {
    doc! { "$cond": ["$reserved", then.into(), otherwise.into()] }
}

impl MongoDatabase {
    /// What is known about the account (if that is asked for), or why the attempt is refused.
    async fn look(
        &self,
        failures: &Collection<FromAddress>,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Result<Option<Known>, Attempt>, DatabaseError> {
        let found = failures.find_one(doc! { "_id": &key.address }).await.map_err(unreadable(FAILURES))?;
        let wait = found.map_or(Duration::ZERO, |found| found.refused_for(key, limits, now));
        if wait.is_positive() {
            return Ok(Err(Attempt::Limited(wait)));
        }
        let Some(slow_down) = limits.slow_down else { return Ok(Ok(None)) };
        let known = self.failures_of_account(&key.account, slow_down, now).await?;
        Ok(if known.wait.is_positive() { Err(Attempt::SlowedDown(known.wait)) } else { Ok(Some(known)) })
    }
}

#[async_trait]
impl LoginFailures for MongoDatabase {
    async fn reserve_attempt(
        &self,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Attempt, DatabaseError> {
        let failures = self.collection::<FromAddress>(FAILURES).await?;
        // First by reading alone: who is being refused must cost little.
        let known = match self.look(&failures, key, limits, now).await? {
            Ok(known) => known,
            Err(refused) => return Ok(refused),
        };
        let pipeline = reservation(key, limits.per_account, limits.per_address, now);
        let decided = decide(&failures, key, now, pipeline).await?;
        if !decided.reserved {
            return Ok(Attempt::Limited(decided.refused_for(key, limits, now)));
        }
        let (number, Some(known)) = (decided.last, known) else { return Ok(Attempt::Reserved(decided.last)) };
        if self.add_account_failure(key, number, known, now).await? {
            return Ok(Attempt::Reserved(number));
        }
        self.forgive_attempt(number, key, false).await?;
        Ok(Attempt::SlowedDown(Duration::SECOND))
    }

    async fn attempt_refusal(
        &self,
        key: &AttemptKey,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Option<Attempt>, DatabaseError> {
        let failures = self.collection::<FromAddress>(FAILURES).await?;
        Ok(self.look(&failures, key, limits, now).await?.err())
    }

    async fn forgive_attempt(
        &self,
        attempt: i64,
        key: &AttemptKey,
        success: bool,
    ) -> Result<(), DatabaseError> {
        let failures = self.collection::<Document>(FAILURES).await?;
        // The number alone must not remove another client's failure.
        let this = doc! { "$elemMatch": { "account": &key.account, "number": attempt } };
        // Later attempts stay: they are still being decided.
        let forgiven = if success {
            doc! { "$lte": attempt }
        } else {
            doc! { "$eq": attempt }
        };
        self.forgive_account_failures(key, attempt, &forgiven).await?;
        let forgiven = doc! { "account": &key.account, "number": forgiven };
        failures
            .update_one(
                doc! { "_id": &key.address, "failures": this },
                doc! { "$pull": { "failures": forgiven } },
            )
            .await
            .or_failed()?;
        Ok(())
    }

    async fn delete_attempts_of(&self, account: &str) -> Result<(), DatabaseError> {
        let failures = self.collection::<Document>(FAILURES).await?;
        failures
            .update_many(
                doc! { "failures.account": account },
                doc! { "$pull": { "failures": { "account": account } } },
            )
            .await
            .or_failed()?;
        self.delete_account_failures(account).await
    }

    async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        let failures = self.collection::<Document>(FAILURES).await?;
        let old = doc! { "$lt": date(before) };
        let count = count_older(&failures, before).await?;
        self.delete_old_account_failures(before).await?;
        // Most documents are entirely old. In the others, only old failures are removed.
        failures.delete_many(doc! { "newest": old.clone() }).await.or_failed()?;
        failures
            .update_many(doc! { "failures.at": old.clone() }, doc! { "$pull": { "failures": { "at": old } } })
            .await
            .or_failed()?;
        Ok(count)
    }
}

/// Runs the pipeline on the document of the address, which is created if it does not exist.
///
/// Not by an upsert: when several collide, SecantusDB (0.7.0b3) executes all but answers some without the
/// document, and their decision is lost. Updated or created, the document is the same.
async fn decide(
    failures: &Collection<FromAddress>,
    key: &AttemptKey,
    now: OffsetDateTime,
    pipeline: Vec<Document>,
) -> Result<FromAddress, DatabaseError> {
    let mut tries = Tries::default();
    while tries.another().await {
        let decided = failures
            .find_one_and_update(doc! { "_id": &key.address }, pipeline.clone())
            .return_document(ReturnDocument::After)
            .await
            .map_err(unreadable(FAILURES))?;
        if let Some(decided) = decided {
            return Ok(decided);
        }
        match failures.insert_one(FromAddress::new(&key.address, now)).await {
            Err(error) if !is_duplicate(&error) => return Err(failed(error)),
            // Created, by us or by another attempt.
            _ => {}
        }
    }
    Err(DatabaseError::contended("the failures of an address are removed faster than they are counted"))
}

/// For the result: the clean-up modifies documents, and people count failures.
async fn count_older(failures: &Collection<Document>, before: OffsetDateTime) -> Result<u64, DatabaseError> {
    #[derive(Debug, Deserialize)]
    struct Counted {
        count: i64,
    }
    let old = doc! { "$lt": date(before) };
    let of_these = doc! { "$filter": {
        "input": "$failures", "as": "failure", "cond": { "$lt": ["$$failure.at", date(before)] },
    } };
    let counted = failures
        .aggregate([
            doc! { "$match": { "failures.at": old } },
            doc! { "$group": { "_id": Bson::Null, "count": { "$sum": { "$size": of_these } } } },
        ])
        .with_type::<Counted>()
        .await
        .or_failed()?
        .try_next()
        .await
        .map_err(unreadable(FAILURES))?;
    Ok(counted.and_then(|counted| u64::try_from(counted.count).ok()).unwrap_or(0))
}
