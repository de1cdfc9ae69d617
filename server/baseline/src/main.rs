//! The published session stores of `tower-sessions`, put through the contract that the server's own stores keep:
//! what would this project have if it had taken them as they are?
//!
//! Prints a row of the table of results for every store, and below what it breaks, by name. A store that breaks a
//! rule is a result and no failure. `cargo run -p server --example store_report` starts the servers, runs this and
//! prints the whole table. With `--why` each broken rule says at what. Alone it reads
//!
//! | variable | |
//! |---|---|
//! | `BASELINE_POSTGRES_URL`, `BASELINE_REDIS_URL`, `BASELINE_MONGODB_URL` | an **empty** database each; the Redis database is emptied before every rule. Without it the store's row says that there was no server |
//! | `BASELINE_POSTGRES_PRODUCT`, `BASELINE_REDIS_PRODUCT`, `BASELINE_MONGODB_PRODUCT` | name and version of the server, for the table |
//! | `STORE_INTERLEAVINGS`, `STORE_SEED` | as for the contract |
#![expect(clippy::unwrap_used, reason = "a store that cannot even be opened ends the run")]

mod adapter;
mod bridge;
mod stores;

use store_contract::examine::{Examination, examine};
use store_contract::{Harness, interleavings};

#[tokio::main]
async fn main() {
    // A broken rule panics by design, and its name is in the notes.
    if !std::env::args().any(|argument| argument == "--why") {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let notes = [
        line::<stores::Memory>("tower-sessions-memory-store 0.15").await,
        line::<stores::Moka>("tower-sessions-moka-store 0.15").await,
        line::<stores::Sqlite>("tower-sessions-sqlx-store 0.15, SQLite").await,
        line::<stores::Postgres>("tower-sessions-sqlx-store 0.15, PostgreSQL").await,
        line::<stores::Redis>("tower-sessions-redis-store 0.16").await,
        line::<stores::MongoDb>("tower-sessions-mongodb-store 0.11").await,
    ];
    println!();
    for note in notes.into_iter().flatten() {
        println!("{note}");
    }
}

/// Prints the row of a store and hands back what is to be said about it below.
async fn line<H: Harness>(name: &str) -> Option<String> {
    let (rounds, seed) = (interleavings::rounds(), interleavings::seed());
    let Some(examination) = examine::<H>(name, rounds, seed).await else {
        println!("{}", Examination::without_server(name));
        return None;
    };
    println!("{}", examination.row());
    Some(examination.notes()).filter(|notes| !notes.is_empty())
}
