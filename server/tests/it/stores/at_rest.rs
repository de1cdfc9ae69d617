//! Encryption at rest on every store, tested with instances of the session layer that have their own secrets
//! and share one store, and browsers with cookies.
//!
//! The layer does the same on every store by design; the tests check that a store keeps sealed bytes
//! unchanged, and that nothing in it or above it treats "cannot be opened" as "may be deleted".

mod damage;
mod golden;
mod instance;
mod rotation;
mod wrong_secret;

use instance::{Browser, Instance, NEW, NOW, OLD, WRONG, sealer};

/// Generates a module of tests for every store.
macro_rules! at_rest {
    ($($store:ident, $harness:ty;)+) => {$(
        at_rest_tests! { $store, $harness;
            rotation: under_load_loses_no_session_and_no_write, on_two_instances_loses_no_session_and_no_write;
            wrong_secret: of_rows_destroys_nothing, of_cookies_destroys_nothing;
            golden: records_of_earlier_versions_are_read_and_survive_a_change;
            damage: data_that_does_not_open_is_refused_and_kept, rows_that_were_swapped_are_refused_and_kept,
                nothing_readable_is_stored;
        }
    )+};
}

/// The tests of one store; see [`at_rest`].
macro_rules! at_rest_tests {
    ($store:ident, $harness:ty; $($group:ident: $($test:ident),+;)+) => {
        mod $store {
            $(mod $group {
                use store_contract::Harness as _;

                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                    async fn $test() {
                        if <$harness>::product().await.is_some() {
                            let store = <$harness>::fresh().await;
                            crate::stores::at_rest::$group::$test(store.rows.clone()).await;
                        }
                    }
                )+
            })+
        }
    };
}

crate::stores::harness::each_store!(at_rest!);
