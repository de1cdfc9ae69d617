//! Builds the bundle of a release in `target/site`, for images: there the program that serves it is built without this
//! package's compilers.
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

fn main() -> Result<ExitCode, bundle::Error> {
    let Some(workspace) = bundle::find_workspace(Path::new(".")) else {
        eprintln!("not within the sources");
        return Ok(ExitCode::FAILURE);
    };
    let options = bundle::Options::new(workspace, bundle::Profile::Release);
    bundle::ensure(&options, &|line| eprintln!("{line}"))?;
    Ok(ExitCode::SUCCESS)
}
