//! The browser tests as tests for Cargo: all of them on SQLite, and those of sessions and accounts on a server.
//! `E2E_STACK=memory cargo test -p end2end` runs all of them on one other stack instead.

use std::env;
use std::path::Path;
use std::sync::Mutex;

use end2end::{Outcome, Selection, Stack, say};

/// A small machine cannot cope with more browsers than one run starts.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn browser_tests() {
    match env::var("E2E_STACK") {
        Ok(name) => {
            let stack = Stack::named(&name).expect("E2E_STACK is the name of a stack");
            run(stack, Selection::Everything);
        }
        Err(_) => run(Stack::Sqlite, Selection::Everything),
    }
}

// slim: mongodb/postgres
#[test]
fn browser_tests_on_a_server() {
    match env::var("E2E_STACK") {
        Ok(name) => say(&format!("E2E_STACK={name}: nothing else was asked for")),
        Err(_) => run(Stack::ON_A_SERVER, Selection::StoresOnly),
    }
}
// slim: end

fn run(stack: Stack, selection: Selection) {
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // Cargo creates this directory inside its target directory.
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.parent().unwrap_or(temporary);
    match end2end::run(target, stack, selection) {
        Ok(Outcome::Passed { tests }) => say(&format!("all {tests} passed on {stack} ({selection})")),
        Ok(Outcome::Skipped { reason }) if env::var_os("CI").is_some_and(|ci| ci == "true") => {
            panic!("with CI=true a skip is a failure: {reason}")
        }
        Ok(Outcome::Skipped { reason }) => say(&format!("SKIPPED: {reason}")),
        Err(error) => panic!("{error}"),
    }
}
