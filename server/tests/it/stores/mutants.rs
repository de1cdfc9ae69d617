//! Does the contract detect faults? Stores with a known fault must fail the corresponding rules.
//!
//! The faults are those of published session stores: a save that inserts missing rows, a save that ignores
//! the revision, a new id in two steps, a touch that writes the whole record back.

mod indexed;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use session_rows::{
    Created, Lifetime, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError,
};
use sessions::store::MemoryRows;
use store_contract::{Rows, Store, interleavings, rules};
use time::OffsetDateTime;

use indexed::Indexed;

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// `insert … on conflict do update`.
    SaveInserts,
    /// The last writer wins.
    SaveAsksForNoRevision,
    /// Writes the new row, then removes the old one.
    ReplaceInTwoSteps,
    /// Loads, changes the times, writes everything back.
    TouchWritesEverything,
    /// Leaves expiry to the clean-up.
    LoadTrustsTheCleanUp,
    /// Hands back what a query finds.
    LifetimesOnlyOfWhatIsThere,
    /// Treats the whole table as one owner's.
    EndAllForgetsTheOwner,
    /// Counts after it has listed.
    ListCountsLater,
}

/// A good store with one fault.
#[derive(Debug)]
struct Faulty {
    fault: Fault,
    inner: MemoryRows,
    /// Everything ever written, so that a fault can write it again.
    seen: Mutex<HashMap<RowKey, NewRow>>,
}

impl Faulty {
    fn rows(fault: Fault) -> Rows {
        Arc::new(Self { fault, inner: MemoryRows::new(), seen: Mutex::default() })
    }

    /// Lets other tasks run between two steps that should have been one.
    async fn meanwhile(&self) {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
    }

    async fn current(&self, key: &RowKey, now: OffsetDateTime) -> Result<Option<Row>, StoreError> {
        Ok(match self.inner.load(key, now).await? {
            Lookup::Found(row) => Some(*row),
            Lookup::Replaced | Lookup::Missing => None,
        })
    }

    fn note(&self, row: &NewRow) {
        self.seen.lock().unwrap().insert(row.key, row.clone());
    }
}

#[async_trait]
impl SessionRows for Faulty {
    fn kind(&self) -> &'static str {
        "faulty"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        self.note(row);
        self.inner.create(row).await
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        let now = if self.fault == Fault::LoadTrustsTheCleanUp { OffsetDateTime::UNIX_EPOCH } else { now };
        self.inner.load(key, now).await
    }

    async fn lifetimes(&self, keys: &[RowKey], now: OffsetDateTime) -> Result<Vec<Lifetime>, StoreError> {
        let mut lifetimes = self.inner.lifetimes(keys, now).await?;
        if self.fault == Fault::LifetimesOnlyOfWhatIsThere {
            lifetimes.retain(|lifetime| *lifetime != Lifetime::Missing);
        }
        Ok(lifetimes)
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let mut revision = revision;
        if self.fault == Fault::SaveAsksForNoRevision {
            revision = self.current(key, now).await?.map_or(revision, |row| row.revision);
        }
        let saved = self.inner.save(key, revision, data, now).await?;
        let row = self.seen.lock().unwrap().get(key).cloned();
        if let (Fault::SaveInserts, Saved::Gone, Some(mut row)) = (self.fault, saved, row) {
            row.data = data.to_vec();
            self.inner.create(&row).await?;
            return Ok(Saved::Written(revision + 1));
        }
        Ok(saved)
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        self.note(new);
        if self.fault != Fault::ReplaceInTwoSteps {
            return self.inner.replace(old, revision, new, tombstone_until, now).await;
        }
        match self.current(old, now).await? {
            None => return Ok(Replaced::Gone),
            Some(row) if row.revision != revision => return Ok(Replaced::Stale),
            Some(_) => {}
        }
        self.meanwhile().await;
        self.inner.create(new).await?;
        self.meanwhile().await;
        self.inner.delete(old).await?;
        Ok(Replaced::Done)
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        if self.fault != Fault::TouchWritesEverything {
            return self.inner.touch(key, last_activity, expires_at, live_until, now).await;
        }
        let Some(Row { mut row, .. }) = self.current(key, now).await? else { return Ok(false) };
        self.meanwhile().await;
        (row.last_activity, row.expires_at, row.live_until) = (last_activity, expires_at, live_until);
        self.inner.delete(key).await?;
        self.inner.create(&row).await?;
        Ok(true)
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        self.inner.delete(key).await
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError> {
        self.inner.discard(key, revision).await
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError> {
        self.inner.end(owner, handle).await
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError> {
        if self.fault == Fault::EndAllForgetsTheOwner {
            return self.inner.end_everyone().await;
        }
        self.inner.end_all(owner, except).await
    }

    async fn list(
        &self,
        owner: &str,
        now: OffsetDateTime,
        limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let (rows, total) = self.inner.list(owner, now, limit).await?;
        if self.fault != Fault::ListCountsLater {
            return Ok((rows, total));
        }
        self.meanwhile().await;
        Ok((rows, self.inner.list(owner, now, 0).await?.1))
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        self.inner.sweep(now, batch).await
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        self.inner.stats(now).await
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        self.inner.end_everyone().await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.inner.ping().await
    }
}

/// The rule must fail on a store with this fault.
macro_rules! fails {
    ($fault:ident: $($group:ident::$rule:ident),+) => {$(
        let outcome = tokio::spawn(rules::$group::$rule(Faulty::rows(Fault::$fault))).await;
        assert!(outcome.is_err(), "{} lets {:?} pass", stringify!($rule), Fault::$fault);
    )+};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_fails_its_rules() {
    fails!(SaveInserts: life::save_does_not_resurrect_a_deleted_session,
        life::delete_then_everything_is_missing, life::save_refuses_expired, replacing::nothing_writes_to_a_tombstone,
        index::better_auth_11073_refresh_after_revoke);
    fails!(SaveAsksForNoRevision: life::save_needs_the_loaded_revision, racing::a_hundred_parallel_writes_lose_none);
    fails!(ReplaceInTwoSteps: replacing::replace_leaves_a_tombstone, replacing::replace_is_atomic_and_wins_once,
        replacing::replace_writes_both_or_neither, owners::end_all_leaves_no_successor);
    fails!(TouchWritesEverything: touching::touch_never_rewrites_data_and_leaves_the_revision,
        touching::touch_racing_a_save_keeps_both, touching::touch_never_moves_backwards,
        index::better_auth_11073_refresh_after_revoke);
    fails!(LoadTrustsTheCleanUp: life::expired_but_not_swept_is_refused, replacing::a_tombstone_ends_at_its_time);
    fails!(LifetimesOnlyOfWhatIsThere: life::lifetimes_are_what_load_says, replacing::a_tombstone_ends_at_its_time);
    fails!(EndAllForgetsTheOwner: owners::end_all_except_keeps_one, owners::owners_are_compared_exactly);
    fails!(ListCountsLater: racing::lists_and_totals_agree_while_sessions_begin_and_end);
}

/// Three of the scenarios of better-auth 11073 concern an index that is written back as it was read, like
/// this store's. The fourth, `refresh-after-revoke`, is `SaveInserts` and `TouchWritesEverything` above.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_index_apart_from_its_rows_fails_the_rules_for_it() {
    let outcome = tokio::spawn(rules::index::better_auth_11073_concurrent_login(Indexed::rows())).await;
    assert!(outcome.is_err(), "concurrent-login");
    let outcome = tokio::spawn(rules::index::better_auth_11073_login_after_revoke_all(Indexed::rows())).await;
    assert!(outcome.is_err(), "login-after-revoke-all");
    let outcome = tokio::spawn(async {
        let store: Store = Indexed::store();
        rules::index::better_auth_11073_missing_index(&store).await;
    });
    assert!(outcome.await.is_err(), "missing-index");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_interleavings_find_resurrections() {
    for fault in [Fault::SaveInserts, Fault::ReplaceInTwoSteps, Fault::TouchWritesEverything] {
        let report = interleavings::run(&Faulty::rows(fault), 300, 1, 1).await;
        println!("{fault:?}: {report}");
        assert!(!report.resurrections.is_empty(), "{fault:?}: {report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_interleavings_find_lost_updates_and_lost_sessions() {
    for fault in [Fault::SaveAsksForNoRevision, Fault::EndAllForgetsTheOwner] {
        let report = interleavings::run(&Faulty::rows(fault), 300, 4, 1).await;
        println!("{fault:?}: {report}");
        assert!(!report.other.is_empty(), "{fault:?}: {report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_interleavings_find_what_an_index_loses() {
    let report = interleavings::run(&Indexed::rows(), 300, 1, 1).await;
    println!("index: {report}");
    assert!(!report.lost_entries.is_empty(), "{report}");
    assert!(!report.phantoms.is_empty(), "{report}");
}
