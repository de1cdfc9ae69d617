//! One contract for every session store.
//!
//! The documentation of `server::session::rows::SessionRows` says what a store promises; here each promise
//! is a test with a name, written once and run against every store. Two of the names come from Django,
//! which has run the same test cases against each of its session back ends for years.
//!
//! To plug in another store, write a [`Harness`](harness::Harness) beside the others and add one line
//! `contract!(name, Harness);` below. To run one rule on one store:
//! `cargo test -p server --test store_contract sqlite::load_creates_nothing`.
//!
//! The random part reads two variables: `STORE_INTERLEAVINGS` (how many, 3000 unless told) and
//! `STORE_SEED` (where to begin; printed by every run).
#![expect(clippy::unwrap_used, reason = "a rule whose store fails can only stop")]

mod harness;
mod interleavings;
mod rules;
mod support;
mod teeth;

/// Generates a module of tests, one for every rule, for one store.
macro_rules! contract {
    ($store:ident, $harness:ty) => {
        rules! { $store, $harness;
            life: load_creates_nothing, create_never_overwrites, what_is_created_is_loaded,
                save_does_not_resurrect_a_deleted_session, save_needs_the_loaded_revision,
                save_writes_the_data_and_nothing_else, save_refuses_expired,
                expired_but_not_swept_is_refused,
                a_row_past_its_end_is_not_live_whatever_live_until_says, delete_then_everything_is_missing, discard_needs_the_loaded_revision,
                a_deleted_key_can_be_created_again, it_answers_a_ping;
            replacing: replace_leaves_a_tombstone, a_tombstone_ends_at_its_time, nothing_writes_to_a_tombstone,
                end_everyone_leaves_tombstones, replace_needs_the_loaded_revision,
                replace_refuses_expired_and_missing, replace_writes_both_or_neither,
                replace_is_atomic_and_wins_once, replaced_and_saved_at_once_keeps_every_acknowledged_save,
                replace_given_up_halfway_writes_both_or_neither;
            touching: touch_never_rewrites_data_and_leaves_the_revision, touch_racing_a_save_keeps_both,
                touch_never_moves_backwards, touch_of_a_vanished_row_is_false,
                touch_cannot_revive_a_row_past_live_until, touches_at_once_keep_the_latest;
            owners: end_only_by_its_owner, end_all_except_keeps_one, end_all_racing_logins,
                end_all_leaves_no_successor, list_is_live_only_newest_first_with_total,
                owners_are_compared_exactly, end_everyone_ends_all_sessions;
            sweeping: sweep_removes_only_expired_in_batches, sweep_removes_tombstones_after_their_time,
                two_sweepers_at_once, stats_count;
            racing: a_hundred_parallel_writes_lose_none, parallel_creates_of_a_key_insert_one,
                random_interleavings_never_resurrect;
        }
    };
}

/// The tests themselves; see [`contract`].
macro_rules! rules {
    ($store:ident, $harness:ty; $($group:ident: $($rule:ident),+;)+) => {
        mod $store {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $rule() {
                    let store = <$harness as crate::harness::Harness>::fresh().await;
                    crate::rules::$group::$rule(store.rows.clone()).await;
                }
            )+)+
        }
    };
}

contract!(memory, crate::harness::memory::Memory);
contract!(sqlite, crate::harness::sqlite::SqliteFile);
contract!(sqlite_in_memory, crate::harness::sqlite::SqliteInMemory);
