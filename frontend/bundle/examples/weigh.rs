//! Prints the rows of a table in `frontend/README.md`; `frontend/weigh` calls it.
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

fn main() -> Result<ExitCode, bundle::Error> {
    let Some(workspace) = bundle::find_workspace(Path::new(".")) else {
        eprintln!("not within the sources");
        return Ok(ExitCode::FAILURE);
    };
    let are_best = bundle::weigh(&workspace, &|line| eprintln!("{line}"), &|row| println!("{row}"))?;
    if are_best {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("other passes have become better, or wasm-opt or rust-lld is missing");
    Ok(ExitCode::FAILURE)
}
