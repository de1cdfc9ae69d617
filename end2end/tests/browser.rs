//! The browser tests, as one test of Cargo's.

use std::env;
use std::path::Path;

use end2end::{Outcome, say};

#[test]
fn browser_tests() {
    // Cargo makes this directory inside its target directory.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target directory");
    match end2end::run(target) {
        Ok(Outcome::Passed { tests }) => say(&format!("all {tests} passed")),
        Ok(Outcome::Skipped { reason }) if env::var_os("CI").is_some_and(|ci| ci == "true") => {
            panic!("with CI=true a skip is a failure: {reason}")
        }
        Ok(Outcome::Skipped { reason }) => say(&format!("SKIPPED: {reason}")),
        Err(error) => panic!("{error}"),
    }
}
