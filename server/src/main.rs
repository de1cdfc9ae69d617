//! The `server` binary: reads the command line, gives the pages to the web layer, runs the command and sets the exit code.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use app::document::document;
use clap::Parser as _;
use web::cli::Cli;
use web::commands;

/// Small allocations make up much of a request; with glibc's allocator a profile showed a third of its time there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Before the runtime: there may be no other thread yet.
    let inherited = connections::inherited_listener();
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the runtime does not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(commands::run(cli, document, inherited));
    if code != ExitCode::SUCCESS {
        // The process ends with its tasks as they are. Dropped one by one, those of a store's driver miss each other, and
        // the error of a command would be followed by a panic of theirs.
        std::mem::forget(runtime);
    }
    code
}
