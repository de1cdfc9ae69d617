//! Several instances of the application on the same stores: what one of them does, the others see.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod balancer;
mod callbacks;
mod cluster;
mod ended;
mod http2;
mod processes;
mod rolling;
mod secrets;
mod shared;
pub(crate) mod tls_listener;
mod tls_proxy;

/// Every rule, on one pair of stores.
macro_rules! instances {
    ($name:ident, $stack:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "not every pair needs both")]
            use crate::support::stack::{Stack, Store};
            instances!(@ $stack =>
                ended::a_session_ended_from_the_list,
                ended::all_other_sessions,
                ended::log_out_everywhere,
                ended::a_password_change,
                ended::a_log_out,
                ended::a_deleted_account,
                ended::an_open_page_is_told,
                shared::preferences_written_on_one_are_seen_on_the_other,
                shared::a_form_opened_on_one_can_be_sent_to_the_other,
                shared::failed_logins_are_counted_together,
                shared::changes_of_one_session_on_both_are_all_kept,
                callbacks::a_repeated_callback_signs_in_on_either,
                secrets::a_wrong_secret_on_one_instance_destroys_nothing,
                secrets::a_rotation_loses_no_session_that_was_seen_in_between,
                secrets::told_to_everybody_first_a_new_secret_is_noticed_by_nobody,
                rolling::a_rolling_restart_loses_neither_session_nor_request,
                processes::a_rolling_restart_of_processes_loses_neither,
            );
        }
    };
    (@ $stack:expr => $($module:ident::$rule:ident,)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $rule() {
            crate::instances::$module::$rule($stack).await;
        })*
    };
}

instances!(sqlite, Stack::all_in(Store::Sqlite));
instances!(postgres, Stack::all_in(Store::POSTGRES)); // slim: postgres
instances!(redis_and_postgres, Stack { sessions: Store::REDIS, database: Store::POSTGRES }); // slim: postgres&redis
instances!(redis, Stack { sessions: Store::REDIS, database: Store::Sqlite }); // slim: redis
instances!(mongodb, Stack::all_in(Store::MONGODB)); // slim: mongodb
