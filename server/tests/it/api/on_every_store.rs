//! All of `api`, repeated for every other pair of stores: `on_every_store::redis` starts this program again
//! with `TEST_STACK=redis` and fails if anything in it fails.

use std::process::Command;

use test_servers::required;

use crate::support::stack::{Stack, Store, say};

/// Selects the stores; if it is set, this module does nothing.
const VARIABLE: &str = "TEST_STACK";

#[test]
fn memory() {
    run("memory");
}

#[test]
fn postgres() {
    run("postgres");
}

#[test]
fn redis() {
    run("redis");
}

#[test]
fn mongodb() {
    run("mongodb");
}

fn run(name: &str) {
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let stack = Stack::named(name).unwrap();
    for store in [stack.sessions, stack.database] {
        if let Store::Server(kind) = store
            && required(test_servers::shared_of(kind)).is_none()
        {
            return;
        }
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["api::", "--skip", "on_every_store::", "--skip", "combinations::"])
        .env(VARIABLE, name)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{VARIABLE}={name}: {}\n{text}\n{errors}", output.status);
    let passed = passed(&text);
    assert!(passed > 100, "{VARIABLE}={name}: only {passed} tests were run\n{text}");
    say(&format!("{VARIABLE}={name}: {passed} tests passed on {}", products(stack)));
}

/// The number in `test result: ok. 150 passed; …`.
fn passed(output: &str) -> usize {
    let summary = output.lines().find_map(|line| line.strip_prefix("test result: ok. "));
    summary.and_then(|rest| rest.split(' ').next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The servers tested: results are worthless without them.
pub(crate) fn products(stack: Stack) -> String {
    let product = |store| match store {
        Store::Memory => "memory".to_owned(),
        Store::Sqlite => "SQLite".to_owned(),
        Store::Server(kind) => required(test_servers::shared_of(kind))
            .map_or_else(String::new, |server| server.product().to_owned()),
    };
    if stack.sessions == stack.database {
        product(stack.sessions)
    } else {
        format!("{} (sessions), {} (accounts)", product(stack.sessions), product(stack.database))
    }
}

#[test]
fn the_count_is_read_from_the_summary() {
    assert_eq!(passed("running 2 tests\n\ntest result: ok. 2 passed; 0 failed; 0 ignored\n"), 2);
    assert_eq!(passed("test result: FAILED. 2 passed; 1 failed"), 0);
    assert_eq!(passed(""), 0);
}
