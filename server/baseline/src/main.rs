//! The published session stores of `tower-sessions`, checked against the contract that the server's own stores keep: what
//! would this project get if it used them as they are?
//!
//! Prints a row of the table of results for every store and, below the table, the names of the rules it breaks. A store
//! that breaks a rule is a result and not a failure, so no test runs this and a release of someone else's crate cannot
//! break our build. `cargo run -p server --example store_report` runs it and prints the whole table, and so does the
//! workflow `baseline` every week. With `--why`, each broken rule says where it broke. It reads
//!
//! | variable | |
//! |---|---|
//! | `BASELINE_POSTGRES_URL`, `…REDIS_URL`, `…MONGODB_URL`, `…MYSQL_URL` | an **empty** database each; the Redis database is emptied before every rule. Without the variable, a server is started (not for MySQL); if there is none, the store's row says so |
//! | `BASELINE_POSTGRES_PRODUCT` … | name and version of the server, for the table |
//! | `STORE_INTERLEAVINGS`, `STORE_SEED` | as for the contract |

use baseline::stores::{Cached, Examined, Kind, Memory, Moka, MongoDb, MySql, Postgres, Redis, Sqlite};
use store_contract::examine::{Examination, examine};
use store_contract::interleavings;

#[tokio::main]
async fn main() {
    // A broken rule panics by design; the notes have its name.
    if !std::env::args().any(|argument| argument == "--why") {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let notes = [
        line::<Memory>().await,
        line::<Moka>().await,
        line::<Sqlite>().await,
        line::<Cached>().await,
        line::<Postgres>().await,
        line::<MySql>().await,
        line::<Redis>().await,
        line::<MongoDb>().await,
    ];
    println!();
    for note in notes.into_iter().flatten() {
        println!("{note}");
    }
}

/// Prints the row of a store and returns its notes for below the table.
async fn line<K: Kind>() -> Option<String> {
    let (rounds, seed) = (interleavings::rounds_on("a published store"), interleavings::seed());
    let Some(examination) = examine::<Examined<K>>(K::NAME, rounds, seed).await else {
        println!("{}", Examination::without_server(K::NAME));
        return None;
    };
    println!("{}", examination.row());
    Some(examination.notes()).filter(|notes| !notes.is_empty())
}
