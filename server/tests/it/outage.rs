//! The application while a store is unavailable: killed, slow, silent, full, restarted. Real servers, behind
//! a proxy that misbehaves on demand.
//!
//! In every one of these cases: public pages work, protected ones answer 503 with `Retry-After` within a
//! second of the time limit, the cookie is kept, nobody is redirected to `/login`, a logout that failed is
//! reported as such, `/readyz` reports the outage, and within five seconds of the store's return the same
//! session works again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod away;
mod fixture;
mod load;
mod mongodb; // slim: mongodb
mod postgres; // slim: postgres
mod proxy_itself;
mod redis; // slim: redis
mod start;

/// Every rule, on one kind of server.
macro_rules! outages {
    ($name:ident, $case:expr) => {
        mod $name {
            use crate::outage::fixture::Case;
            outages!(@ $case =>
                away::killed,
                away::silent,
                away::silent_and_never_heard_of_again,
                away::too_slow,
                away::slow_but_in_time,
                away::breaking_off,
                start::without_the_store,
                start::with_a_silent_store,
                load::killed_under_load,
                load::more_clients_than_connections,
                load::a_pool_full_of_dead_connections,
                load::really_killed_and_started_again,
            );
        }
    };
    (@ $case:expr => $($module:ident::$rule:ident,)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $rule() {
            crate::outage::$module::$rule($case).await;
        })*
    };
}

outages!(on_redis, Case::SESSIONS_IN_REDIS); // slim: redis
outages!(on_postgres, Case::ALL_IN_POSTGRES); // slim: postgres
outages!(on_postgres_accounts, Case::ACCOUNTS_IN_POSTGRES); // slim: postgres
outages!(on_mongodb, Case::ALL_IN_MONGODB); // slim: mongodb
outages!(on_postgres_sessions, Case::SESSIONS_IN_POSTGRES); // slim: postgres
outages!(on_mongodb_accounts, Case::ACCOUNTS_IN_MONGODB); // slim: mongodb
