// slim: mongodb&postgres&redis
//! The results table: the store contract on every store of the server and, as a baseline, on the published
//! ones for `tower-sessions`, in Markdown.
// slim: instead
// //! The results table: the store contract on every store of the server, in Markdown.
// slim: end
//!
//! ```text
//! cargo run -p server --example store_report
//! ```
//!
//! `STORE_INTERLEAVINGS` and `STORE_SEED` as for the tests. Starts the
//! servers it needs; a store whose server is not available is reported as such. Exits with 1 if a store of
//! ours breaks anything.
#![expect(clippy::unwrap_used, reason = "a report whose store cannot be opened can only stop")]

mod baseline; // slim: mongodb&postgres&redis
mod harness;

/// The harnesses of the tests.
mod stores {
    pub(crate) use crate::harness;
}

use std::process::ExitCode;

use store_contract::examine::{Examination, HEADER, examine};
use store_contract::{Harness, interleavings};

/// Examines one store after the other; returns what is wrong.
macro_rules! examine_each {
    ($($store:ident, $harness:ty;)+) => {{
        let mut notes: Vec<String> = vec![];
        $(notes.extend(line::<$harness>(concat!("this server, ", stringify!($store))).await);)+
        notes
    }};
}

#[tokio::main]
async fn main() -> ExitCode {
    // A broken rule panics by design; its name is in the notes.
    std::panic::set_hook(Box::new(|panic| {
        // A panic outside of a rule is a failure of this program.
        if std::thread::current().name() == Some("main") {
            eprintln!("{panic}");
        }
    }));
    println!("{HEADER}");
    let ours = harness::each_store!(examine_each!);
    // slim: mongodb&postgres&redis
    // What these break they break in every second round, so a tenth is enough.
    let theirs = baseline::run((interleavings::rounds_on("a published store") / 10).max(1));
    let (rows, notes) = theirs.split_once("\n\n").unwrap();
    println!("{rows}\n");
    // slim: instead
    // println!();
    // slim: end
    for note in &ours {
        println!("{note}");
    }
    print!("{notes}"); // slim: mongodb&postgres&redis
    if ours.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints the row of a store; returns what it breaks.
async fn line<H: Harness>(name: &str) -> Option<String> {
    let rounds = interleavings::rounds_on(&H::product().await.unwrap_or_default());
    let Some(examination) = examine::<H>(name, rounds, interleavings::seed()).await else {
        println!("{}", Examination::without_server(name));
        return None;
    };
    println!("{}", examination.row());
    (!examination.is_clean()).then(|| examination.notes())
}
