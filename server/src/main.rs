//! The `server` binary: reads the command line, runs the command and sets the exit code.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser as _;
use server::cli::Cli;
use server::commands;

/// With glibc's a third of a request's time goes into allocating, and memory that was used once stays.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    commands::run(Cli::parse()).await
}
