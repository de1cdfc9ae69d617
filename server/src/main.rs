//! The `server` binary: reads the command line, runs the command and sets the exit code.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser as _;
use server::cli::Cli;
use server::commands;

/// Small allocations make up much of a request; with glibc's allocator a profile showed a third of its time there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    commands::run(Cli::parse()).await
}
