//! The `server` binary: reads command line and configuration, runs the command and sets the exit code.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser as _;
use server::cli::Cli;
use server::commands;
use server::output::tell;

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(format_args!("error: {error}"));
            ExitCode::from(commands::exit_code(&error))
        }
    }
}
