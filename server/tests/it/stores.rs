//! The store contract on the server's own stores.
//!
//! What a store promises and how it is tested is described in the crate `store_contract`; here each of its
//! rules becomes a named test for each store.
//!
//! To add a store, write a [`Harness`](store_contract::Harness) next to the others and add one line to
//! `each_store!` in `harness.rs`. To run one rule on one store: `cargo test -p server --test it
//! stores::sqlite::load_creates_nothing`.
//!
//! The random part reads two variables: `STORE_INTERLEAVINGS` (how many, 4 000 by default; fewer where they are
//! slow) and `STORE_SEED` (where to begin; printed by every run). The results table: `cargo run -p server --example store_report`.
#![expect(clippy::unwrap_used, reason = "a rule whose store fails can only stop")]

mod at_rest;
mod harness;
mod mutants;
mod zones; // slim: postgres

/// Generates a module of tests for every store, with a test for every rule.
macro_rules! contract {
    ($($store:ident, $harness:ty;)+) => {$(
        store_contract::for_each_rule!(tests! $store, $harness;);
    )+};
}

/// The tests of one store; see [`contract`].
macro_rules! tests {
    ($store:ident, $harness:ty; $($group:ident: $($rule:ident),+;)+) => {
        mod $store {
            use store_contract::Harness as _;

            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $rule() {
                    if <$harness>::product().await.is_some() {
                        let store = <$harness>::fresh().await;
                        store_contract::rules::$group::$rule((&store).into()).await;
                    }
                }
            )+)+

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn random_interleavings_never_resurrect() {
                if <$harness>::product().await.is_some() {
                    let store = <$harness>::fresh().await;
                    store_contract::interleavings::random_interleavings_never_resurrect::<$harness>(&store).await;
                }
            }
        }
    };
}

harness::each_store!(contract!);
