//! Speed of the whole server by request: `cargo bench -p server --bench http`.
//!
//! ```text
//! cargo bench -p server --bench http
//! cargo bench -p server --bench http -- sqlite memory --sessions 1000,100000,1000000
//! SERVER_BIN=/path/to/server cargo bench -p server --bench http -- sqlite --seconds 10 --rounds 5
//! ```
//!
//! For each store a table in Markdown goes to standard output, and progress to standard error. The server is
//! the one that cargo builds for benchmarks, or `SERVER_BIN`. Database servers are started on free ports and
//! stopped again, or those are measured that are named as for the tests. How it measures, and how to read the table:
//! `server/README.md`, "Measure it".

mod client;
mod fill;
#[path = "../../examples/fill_sessions/filler.rs"]
mod filler;
mod load;
#[path = "../../examples/fill_sessions/maker.rs"]
mod maker;
mod measure;
mod process;
mod processors;
mod report;
#[path = "../../tests/it/support/site.rs"]
#[expect(clippy::unwrap_used, reason = "shared with the tests")]
mod site;
mod store;
mod train; // slim: trainer
mod visitor;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::processors::Processors;
use crate::store::{Kind, Size};

/// What stops a measurement.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// Measures the server on each store.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Which stores; all that can be reached, if none is named.
    #[arg(value_enum)]
    stores: Vec<Kind>,
    /// With so many stored sessions, one column each.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1000",
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    sessions: Vec<u64>,
    // slim: trainer
    /// Instead of that, with so many finished workouts of the person who is signed in, one column each: how fast `/history` is.
    #[arg(
        long,
        value_delimiter = ',',
        conflicts_with = "sessions",
        value_parser = clap::value_parser!(u64).range(1..=5_000)
    )]
    workouts: Vec<u64>,
    // slim: end
    /// How long each request is measured in a round.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// How often everything is measured, each time by a new process.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
}

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let given = arguments.len();
    arguments.retain(|argument| argument != "--bench");
    if arguments.len() == given {
        // `cargo test --benches` starts this program too, with arguments of its own.
        eprintln!("nothing is measured; cargo bench -p server --bench http measures");
        return ExitCode::SUCCESS;
    }
    let mut options = Options::parse_from(arguments);
    in_order(&mut options.sessions);
    in_order(&mut options.workouts); // slim: trainer
    // Before anything is started, so that all of it keeps to its processors.
    let processors = Processors::divide();
    let (kinds, must) = match options.stores.as_slice() {
        [] => (store::KINDS, false),
        named => (named, true),
    };
    let mut code = ExitCode::SUCCESS;
    for kind in kinds {
        match on(*kind, &options, &processors, must) {
            Ok(Some(table)) => println!("{table}"),
            Ok(None) => {}
            Err(error) => {
                eprintln!("{}: {error}", kind.name());
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn in_order(sizes: &mut Vec<u64>) {
    sizes.sort_unstable();
    sizes.dedup();
}

/// What the columns of the table are about, and what is stored for each.
fn sizes(options: &Options) -> (&'static str, Vec<Size>) {
    // slim: trainer
    if !options.workouts.is_empty() {
        return ("workouts", options.workouts.iter().copied().map(Size::of_workouts).collect());
    }
    // slim: end
    ("sessions", options.sessions.iter().copied().map(Size::of_sessions).collect())
}

/// The table of one store; none if it cannot be reached and need not be.
fn on(kind: Kind, options: &Options, processors: &Processors, must: bool) -> Outcome<Option<String>> {
    let (what, sizes) = sizes(options);
    let store = match kind.open(&sizes) {
        Err(error) if error.is::<test_servers::Missing>() && !must => {
            eprintln!("{} is left out: {error}", kind.name());
            return Ok(None);
        }
        opened => opened?,
    };
    for site in &store.sites {
        fill::fill(site)?;
        // The first start creates tables and the demo account; those that are measured find them.
        process::Process::start(site, processors)?.0.stop()?;
        train::train(site)?; // slim: trainer
    }
    let rounds = measure::rounds(&store, options, processors)?;
    let sizes: Vec<u64> = store.sites.iter().map(|site| site.size.number()).collect();
    let caption = format!(
        "{}; {processors}; medians of {} rounds of {} s, {} connections.",
        store.product,
        options.rounds,
        options.seconds,
        measure::CONNECTIONS,
    );
    Ok(Some(report::table(&caption, what, &sizes, &rounds)))
}
