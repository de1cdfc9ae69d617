//! What every database must do: one suite, run against each.
//!
//! To add a database: give [`backends`] a function that provides a new, empty one, make `backends::open` open
//! it, and add it to the lists at the end of this file.
#![allow(
    clippy::unwrap_used,
    reason = "a failure is the test's answer; clippy sees only the #[test] functions"
)]

mod addresses;
mod attempts;
pub(crate) mod backends;
mod deletion;
#[cfg(unix)]
mod durable;
mod events;
mod expiry;
mod golden;
mod grants; // slim: demo-provider
mod identities;
mod limits; // slim: postgres
pub(crate) mod logged_workouts; // slim: trainer
mod mongodb; // slim: mongodb
mod passwords;
mod people;
mod postgres; // slim: postgres
mod preferences;
mod processes;
mod races;
mod registration;
mod rights; // slim: postgres
mod sqlite;
mod workouts; // slim: trainer

/// One module of tests for one database.
macro_rules! contract {
    ($backend:ident) => {
        contract! { @list $backend
            attempts: {
                of_fifty_parallel_attempts_exactly_the_limit_is_reserved,
                many_accounts_from_one_address_meet_the_limit_of_the_address,
                the_wait_ends_when_the_blocking_failure_leaves_the_window,
                the_longer_wait_of_both_limits_counts,
                refused_attempts_do_not_prolong_the_wait,
                another_address_and_another_account_are_not_affected,
                a_forgiven_attempt_does_not_count,
                success_under_somebody_elses_number_forgets_nothing,
                success_forgets_earlier_failures_of_that_account_from_that_address_only,
                success_does_not_forget_attempts_that_began_later,
                a_lowered_limit_waits_for_as_many_failures_as_are_too_many,
                a_limit_of_zero_lets_nobody_in,
                a_clock_set_back_blocks_for_no_longer_than_a_period,
                deleting_old_attempts_leaves_the_newer_ones,
                failures_from_many_addresses_slow_the_account_down,
                of_many_attempts_at_a_slowed_account_one_gets_through,
                a_known_client_is_not_slowed_down,
                success_forgets_failures_of_that_address_in_the_slow_down_too,
                looking_says_what_counting_would_and_counts_nothing,
            }
            deletion: {
                a_deleted_account_leaves_nothing_behind,
                failed_logins_outlive_the_account_until_their_time,
                nothing_can_be_added_to_a_deleted_account,
                deleting_twice_says_so,
            }
            events: {
                events_are_listed_newest_first_and_by_account,
                a_limit_of_zero_lists_no_events,
                events_can_be_listed_by_kind_and_without_a_kind,
                events_are_read_in_pages,
                deleting_old_events_leaves_the_newer_ones,
            }
            expiry: {
                an_account_is_listed_once_its_end_has_come,
                a_change_does_not_move_the_end,
                failed_logins_of_one_account_can_be_forgotten,
                of_ten_who_delete_an_expired_account_one_says_that_it_did_it,
            }
            // slim: demo-provider
            grants: {
                of_fifty_parallel_takes_one_gets_it,
                a_grant_can_be_read_until_it_is_taken,
                an_expired_grant_is_neither_read_nor_taken,
                deleting_expired_grants_leaves_the_valid_ones,
                a_key_is_never_given_out_twice,
            }
            // slim: end
            identities: {
                of_fifty_parallel_links_one_account_wins,
                linking_twice_is_linking_once,
                identities_are_listed_oldest_first,
                equal_subjects_of_two_providers_are_two_identities,
                the_last_way_in_stays,
                of_two_last_identities_unlinked_at_once_one_stays,
                unlinking_what_is_not_linked_says_so,
            }
            // slim: trainer
            logged_workouts: {
                a_workout_is_read_as_it_was_saved,
                a_workout_that_has_been_saved_since_is_not_replaced,
                of_thirty_workouts_opened_at_once_one_is,
                a_finished_workout_makes_room_for_an_open_one,
                of_parallel_saves_of_one_revision_one_succeeds,
                finished_workouts_are_listed_in_pages,
                workouts_in_no_list_are_found_by_their_id,
                workouts_with_sets_are_counted,
                every_change_of_the_finished_workouts_changes_their_version,
                workouts_with_sets_go_with_their_account,
            }
            // slim: end
            passwords: {
                a_password_is_set_only_from_the_version_that_was_checked,
                of_fifty_parallel_changes_one_wins,
                a_rehash_keeps_the_version_and_never_undoes_a_change,
            }
            people: {
                an_account_is_found_by_id_address_and_identity,
                an_account_that_does_not_exist_is_not_found,
                a_changed_name_is_read_back,
                what_was_seen_never_moves_back,
                the_database_answers,
            }
            preferences: {
                preferences_are_kept_as_they_were_saved,
                older_preferences_do_not_replace_newer_ones,
                defaults_never_replace_saved_ones,
                of_parallel_saves_the_newest_stays,
            }
            races: {
                nothing_that_races_a_deletion_is_left_behind,
                of_fifty_parallel_deletions_one_says_that_it_did_it,
                of_fifty_who_take_over_from_a_deleted_account_one_succeeds,
                an_identity_that_moves_between_accounts_has_one_owner_at_most,
            }
            registration: {
                of_fifty_parallel_registrations_of_one_address_one_succeeds,
                of_fifty_parallel_registrations_of_one_identity_one_succeeds,
                an_international_domain_in_both_spellings_is_one_address,
                a_taken_identity_makes_no_account,
                a_taken_identity_is_said_before_a_taken_address,
                a_taken_address_leaves_the_identity_free,
            }
            // slim: trainer
            workouts: {
                a_workout_posted_twice_is_one,
                of_fifty_parallel_posts_of_one_workout_one_stays,
                workouts_are_listed_newest_first,
                workouts_are_read_in_pages,
                workouts_are_counted_by_their_end,
                a_limit_of_zero_lists_no_workouts,
                two_people_may_begin_at_the_same_moment,
            }
            // slim: end
        }
    };
    (@list $backend:ident $($module:ident : { $($test:ident,)+ })+) => {
        mod $backend {
            $(mod $module {
                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                    async fn $test() {
                        let bed: Option<crate::database::backends::Bed> = crate::database::backends::$backend().await.into();
                        let Some(bed) = bed else { return };
                        crate::database::$module::$test(bed.database().await).await;
                    }
                )+
            })+
        }
    };
}

/// The contract against each database.
mod on {
    contract!(sqlite_file);
    contract!(sqlite_memory);
    contract!(postgres); // slim: postgres
    contract!(mongodb); // slim: mongodb
}

/// Tests with several processes, against each database that supports them.
macro_rules! processes {
    ($backend:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $backend() {
            let test = concat!("database::several_processes_can_begin_at_once_with::", stringify!($backend));
            crate::database::processes::several_can_begin_at_once(test, crate::database::backends::$backend)
                .await;
        }
    };
}

mod several_processes_can_begin_at_once_with {
    processes!(sqlite_file);
    processes!(postgres); // slim: postgres
    processes!(mongodb); // slim: mongodb
}
