//! Redis specifics not covered by the contract (`stores::redis`): keys and their expiry, indexes under races,
//! eviction and full memory, a server that goes down and comes back, fail-over, one slot of a cluster, TLS.
//!
//! The tests start and stop servers of their own; without `redis-server` or `valkey-server` they are skipped
//! (with `CI=true` that is a failure).
#![expect(clippy::unwrap_used, reason = "a test whose store fails can only stop")]

mod audit;
mod cluster;
mod eviction;
mod expiry;
mod failover;
mod full;
mod outage;
mod races;
mod support;
mod tls;
mod work;
