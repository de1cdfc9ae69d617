//! All of `api`, repeated for every other pair of stores: `on_every_store::memory` starts this program again
//! with `TEST_STACK=memory` and fails if anything in it fails.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use test_servers::required; // slim: mongodb/postgres/redis

use crate::support::stack::{NOT_HERE, Stack, Store, say};

/// Selects the stores; if it is set, this module does nothing.
const VARIABLE: &str = "TEST_STACK";

#[test]
fn memory() {
    run("memory");
}

// slim: postgres
#[test]
fn postgres() {
    run("postgres");
}
// slim: end

// slim: redis
#[test]
fn redis() {
    run("redis");
}
// slim: end

// slim: mongodb
#[test]
fn mongodb() {
    run("mongodb");
}
// slim: end

fn run(name: &str) {
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let stack = Stack::named(name).unwrap();
    // slim: mongodb/postgres/redis
    for store in [stack.sessions, stack.database] {
        if let Store::Server(kind) = store
            && required(test_servers::shared_of(kind)).is_none()
        {
            return;
        }
    }
    // slim: end
    let listed = listed(&of_api(name, &["--list"]));
    assert!(listed.len() > 400, "{VARIABLE}={name}: only {} tests are listed", listed.len());
    let output = of_api(name, &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{VARIABLE}={name}: {}\n{text}\n{errors}", output.status);
    let passed = passed(&text);
    let missing: Vec<_> = listed.difference(&passed).collect();
    assert!(missing.is_empty(), "{VARIABLE}={name}: not passed: {missing:?}\n{text}");
    let expected: BTreeSet<_> = idle(stack).iter().map(|test| format!("api::{test}")).collect();
    assert_eq!(did_nothing(&errors), expected, "{VARIABLE}={name}: tests that tried nothing");
    let tried = passed.len() - expected.len();
    say(&format!("{VARIABLE}={name}: {tried} tests passed on {}", products(stack)));
}

/// Runs this program for the tests of `api` that know nothing of this module.
fn of_api(stack: &str, more: &[&str]) -> Output {
    // One alone would run on the main thread, which is not named after the test (`not_here`).
    let threads = std::thread::available_parallelism().map_or(2, |threads| threads.get().max(2));
    Command::new(std::env::current_exe().unwrap())
        .args(["api::", "--skip", "on_every_store::", "--skip", "combinations::"])
        .args(more)
        .env(VARIABLE, stack)
        .env("RUST_TEST_THREADS", threads.to_string())
        .output()
        .unwrap()
}

/// The tests that have nothing to try on these stores.
fn idle(stack: Stack) -> Vec<&'static str> {
    let mut idle = Vec::new();
    if !stack.is_shared() {
        idle.extend([
            "cookies::a_form_opened_before_the_rotation_can_still_be_sent",
            "cookies::one_visit_is_enough_to_need_the_old_secret_no_more",
            "cookies::rotating_secrets_logs_nobody_out",
            "cookies::without_the_old_secret_its_cookies_are_forged_ones",
            "demo::after_a_rotation_of_the_secrets_the_password_is_still_known",
            "demo::clicks_on_two_instances_lead_to_one_account",
            "demo::the_shared_account_of_earlier_demonstrations_is_removed",
            "races::a_late_answer_during_a_rotation_brings_no_cookie_back",
            "suspicion::several_instances_tell_it_once",
        ]);
    }
    if stack.sessions != Store::Sqlite {
        idle.extend([
            "full_disk::a_file_that_is_replaced_is_not_written_and_readyz_says_so",
            "full_disk::service_is_back_with_the_next_request_after_the_disk_is",
            "locked::pages_are_read_while_writes_wait",
        ]);
    }
    idle.retain(|test| cfg!(unix) || !test.contains("a_file_that_is_replaced"));
    idle
}

/// The names in lines like `api::export::it_streams: test`.
fn listed(output: &Output) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// Those in lines like `test api::export::it_streams ... ok`.
fn passed(output: &str) -> BTreeSet<String> {
    let name = |line: &str| Some(line.strip_prefix("test ")?.strip_suffix(" ... ok")?.to_owned());
    output.lines().filter_map(name).collect()
}

/// Those that have said so.
fn did_nothing(errors: &str) -> BTreeSet<String> {
    errors.lines().filter_map(|line| line.strip_prefix(NOT_HERE)).map(str::to_owned).collect()
}

/// The servers tested: results are worthless without them.
pub(crate) fn products(stack: Stack) -> String {
    let product = |store| match store {
        Store::Memory => "memory".to_owned(),
        Store::Sqlite => "SQLite".to_owned(),
        // slim: mongodb/postgres/redis
        Store::Server(kind) => required(test_servers::shared_of(kind))
            .map_or_else(String::new, |server| server.product().to_owned()),
        // slim: end
    };
    if stack.sessions == stack.database {
        product(stack.sessions)
    } else {
        format!("{} (sessions), {} (accounts)", product(stack.sessions), product(stack.database))
    }
}

#[test]
fn what_was_run_is_read_from_the_output() {
    let output = "running 3 tests\ntest api::a::b ... ok\ntest api::c ... FAILED\ntest api::d ... ignored\n\n\
                  test result: FAILED. 1 passed; 1 failed\n";
    assert_eq!(passed(output), BTreeSet::from(["api::a::b".to_owned()]));
    let errors = format!("SKIPPED: no server\n{NOT_HERE}api::c\n");
    assert_eq!(did_nothing(&errors), BTreeSet::from(["api::c".to_owned()]));
}
