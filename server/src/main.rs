//! The `server` binary: reads the command line, runs the command and sets the exit code.
#![forbid(unsafe_code)]

use std::io;
use std::net::TcpListener;
use std::process::ExitCode;

use clap::Parser as _;
use server::cli::Cli;
use server::commands;

/// Small allocations make up much of a request; with glibc's allocator a profile showed a third of its time there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Before the runtime: there may be no other thread yet.
    let inherited = connections::inherited_listener();
    run(Cli::parse(), inherited)
}

#[tokio::main]
async fn run(cli: Cli, inherited: io::Result<Option<TcpListener>>) -> ExitCode {
    commands::run(cli, inherited).await
}
