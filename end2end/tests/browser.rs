//! The browser tests, as two tests of Cargo's: on SQLite and on MongoDB. `E2E_STACK` runs them on one stack of one's
//! choice instead: `E2E_STACK=postgres cargo test -p end2end`.

use std::env;
use std::path::Path;
use std::sync::Mutex;

use end2end::{Outcome, Stack, say};

/// Two browsers at once are as many as a small machine can bear.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn browser_tests() {
    match env::var("E2E_STACK") {
        Ok(name) => {
            run(Stack::named(&name).expect("E2E_STACK is memory, sqlite, postgres, redis or mongodb"))
        }
        Err(_) => run(Stack::Sqlite),
    }
}

#[test]
fn browser_tests_on_mongodb() {
    match env::var("E2E_STACK") {
        Ok(name) => say(&format!("E2E_STACK={name} is all that was asked for")),
        Err(_) => run(Stack::MongoDb),
    }
}

fn run(stack: Stack) {
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // Cargo makes this directory inside its target directory.
    let made = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = made.parent().unwrap_or(made);
    match end2end::run(target, stack) {
        Ok(Outcome::Passed { tests }) => say(&format!("all {tests} passed on {stack}")),
        Ok(Outcome::Skipped { reason }) if env::var_os("CI").is_some_and(|ci| ci == "true") => {
            panic!("with CI=true a skip is a failure: {reason}")
        }
        Ok(Outcome::Skipped { reason }) => say(&format!("SKIPPED: {reason}")),
        Err(error) => panic!("{error}"),
    }
}
