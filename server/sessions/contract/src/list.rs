//! The names of all rules, once.

use futures::future::BoxFuture;

use crate::Store;

/// Passes every rule to a macro, as `group: rule, rule; group: …`, after the macro's other arguments. This is
/// the only list: the tests and the results table are both generated from it.
#[macro_export]
macro_rules! for_each_rule {
    ($callback:ident! $($argument:tt)*) => {
        $callback! { $($argument)*
            life: load_creates_nothing, create_never_overwrites, what_is_created_is_loaded,
                save_does_not_resurrect_a_deleted_session, save_needs_the_loaded_revision,
                save_writes_the_data_and_nothing_else, save_refuses_expired,
                expired_but_not_swept_is_refused, lifetimes_are_what_load_says,
                a_row_past_its_end_is_not_live_whatever_live_until_says,
                delete_then_everything_is_missing, discard_needs_the_loaded_revision,
                a_deleted_key_can_be_created_again, it_answers_a_ping;
            replacing: replace_leaves_a_tombstone, a_tombstone_ends_at_its_time, nothing_writes_to_a_tombstone,
                nothing_is_created_over_a_tombstone,                end_everyone_leaves_tombstones, replace_needs_the_loaded_revision,
                replace_refuses_expired_and_missing, replace_writes_both_or_neither,
                replace_is_atomic_and_wins_once, replaced_and_saved_at_once_keeps_every_acknowledged_save,
                replace_given_up_halfway_writes_both_or_neither;
            touching: touch_never_rewrites_data_and_leaves_the_revision, touch_racing_a_save_keeps_both,
                touch_never_moves_backwards, touch_of_a_vanished_row_is_false,
                touch_cannot_revive_a_row_past_live_until, touches_at_once_keep_the_latest;
            owners: end_only_by_its_owner, end_all_except_keeps_one, end_all_racing_logins,
                end_all_leaves_no_successor, list_is_live_only_newest_first_with_total,
                owners_are_compared_exactly, end_everyone_ends_all_sessions;
            index: better_auth_11073_concurrent_login, better_auth_11073_missing_index,
                better_auth_11073_refresh_after_revoke, better_auth_11073_login_after_revoke_all;
            sweeping: sweep_removes_only_expired_in_batches, sweep_removes_tombstones_after_their_time,
                two_sweepers_at_once, stats_count;
            racing: a_hundred_parallel_writes_lose_none, parallel_creates_of_a_key_insert_one,
                lists_and_totals_agree_while_sessions_begin_and_end;
        }
    };
}

/// A rule as data.
#[derive(Clone, Copy)]
pub struct Rule {
    pub name: &'static str,
    /// Runs it on an empty store; panics if the store breaks it.
    pub run: for<'a> fn(&'a Store) -> BoxFuture<'a, ()>,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! as_data {
    ($($group:ident: $($rule:ident),+;)+) => {
        &[$($(Rule {
            name: stringify!($rule),
            run: |store| Box::pin(crate::rules::$group::$rule(store.into())),
        },)+)+]
    };
}

pub const RULES: &[Rule] = for_each_rule!(as_data!);
