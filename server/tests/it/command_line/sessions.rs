//! `sessions stats`, `purge` and `revoke`, on every store.

use std::path::Path;
use std::time::Duration;

use crate::command_line::running::Running;
use crate::command_line::{run, server};
use crate::support::stack::Stack;

/// A directory in which the binary runs, and its stores.
pub(crate) struct Place<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) stores: [(&'static str, String); 2],
}

/// A server that many tests use at once takes its time.
const PATIENT: (&str, &str) = ("STORE_TIMEOUT", "30s");

impl<'a> Place<'a> {
    /// A place with the fresh stores of a stack, by name; `None` if a server is missing and may be.
    pub(crate) fn on(stack: &str, directory: &'a Path) -> Option<Self> {
        let urls = Stack::named(stack).unwrap().fresh(directory)?;
        Some(Self { directory, stores: [("SESSION_STORE", urls.sessions), ("DATABASE_URL", urls.database)] })
    }

    pub(crate) fn server(&self, more: &[(&str, &str)]) -> Running {
        let mut variables: Vec<(&str, &str)> =
            self.stores.iter().map(|(name, url)| (*name, url.as_str())).collect();
        variables.extend(more);
        Running::start(self.directory, &variables)
    }

    /// Exit code, output, errors.
    pub(crate) fn sessions(&self, arguments: &[&str]) -> (i32, String, String) {
        let stores = self.stores.iter().map(|(name, url)| (name, url));
        run(server(self.directory).arg("sessions").args(arguments).envs(stores).envs([PATIENT]))
    }

    /// The number of sessions the command reports as removed or ended.
    pub(crate) fn count(&self, arguments: &[&str]) -> u64 {
        let (code, output, errors) = self.sessions(arguments);
        assert_eq!(code, 0, "{arguments:?}: {errors}");
        output.split_whitespace().last().unwrap().parse().unwrap()
    }

    /// Signed in, live, expired.
    pub(crate) fn stats(&self) -> [u64; 3] {
        let (code, output, errors) = self.sessions(&["stats"]);
        assert_eq!(code, 0, "{errors}");
        let numbers = output.lines().map(|line| line.split_whitespace().last().unwrap().parse().unwrap());
        numbers.collect::<Vec<_>>().try_into().unwrap()
    }
}

/// Sessions created by `fill_sessions` are like any other: they are counted, and their owner can end them.
fn fills_with_sessions_of_an_account(place: &Place<'_>) {
    // For the whole workspace, like the tests: for a single package cargo would build everything again.
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let example =
        ["run", "--quiet", "--locked", "--example", "fill_sessions", "--manifest-path", manifest, "--"];
    let fill = |arguments: &[&str]| {
        let mut fill = test_servers::cargo();
        fill.args(example)
            .args(arguments)
            .envs(place.stores.iter().map(|(name, url)| (name, url)))
            .current_dir(place.directory);
        let (code, output, errors) = run(&mut fill);
        assert_eq!(code, 0, "{errors}");
        assert!(output.contains("per second"), "{output}");
    };
    fill(&["--count", "100", "--accounts", "7"]);
    fill(&["--count", "23", "--user", "demo@example.com"]);
    assert_eq!(place.stats(), [123, 123, 0]);
    assert_eq!(place.count(&["revoke", "--user", "demo@example.com"]), 23);
    assert_eq!(place.count(&["revoke", "--all"]), 100);
}

fn commands_count_purge_and_revoke(stack: &str) {
    let directory = tempfile::tempdir().unwrap();
    let Some(place) = Place::on(stack, directory.path()) else { return };
    let running = place.server(&[]);
    assert_eq!(place.stats(), [0, 0, 0], "of an unused store");
    running.log_in();
    running.log_in();
    assert_eq!(place.stats(), [2, 2, 0]);
    assert_eq!(place.count(&["revoke", "--user", "DEMO@example.com"]), 2);
    assert_eq!(place.stats(), [0, 0, 0]);
    running.log_in();
    assert_eq!(place.count(&["revoke", "--all"]), 1);
    assert_eq!(place.stats(), [0, 0, 0]);
    let (code, _, errors) = place.sessions(&["revoke", "--user", "nobody@example.com"]);
    assert_eq!(code, 1);
    assert!(errors.contains("nobody@example.com"));
    drop(running);
    fills_with_sessions_of_an_account(&place);

    // One that expires at once, and no server to sweep it.
    let hasty = place.server(&[("SESSION_IDLE_TIMEOUT", "1s"), ("SESSION_TTL", "1s")]);
    hasty.log_in();
    drop(hasty);
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(place.stats(), [0, 0, 1]);
    // This also counts what the revocations have left behind.
    assert!(place.count(&["purge"]) >= 1);
    assert_eq!(place.stats(), [0, 0, 0]);
    assert_eq!(place.count(&["purge"]), 0, "nothing is left");
}

#[test]
fn on_sqlite() {
    commands_count_purge_and_revoke("sqlite");
}

// slim: postgres
#[test]
fn on_postgres() {
    commands_count_purge_and_revoke("postgres");
}
// slim: end

// slim: redis
#[test]
fn on_redis() {
    commands_count_purge_and_revoke("redis");
}
// slim: end

// slim: mongodb
#[test]
fn on_mongodb() {
    commands_count_purge_and_revoke("mongodb");
}
// slim: end

// slim: redis
/// Two applications in one Redis database.
#[test]
fn under_another_prefix_there_are_other_sessions() {
    let directory = tempfile::tempdir().unwrap();
    let Some(urls) = Stack::named("redis").unwrap().fresh(directory.path()) else { return };
    let place = |options: &str| Place {
        directory: directory.path(),
        stores: [
            ("SESSION_STORE", format!("{}{options}", urls.sessions)),
            ("DATABASE_URL", urls.database.clone()),
        ],
    };
    let (usual, other) = (place(""), place("?prefix=other%3A"));
    usual.server(&[]).log_in();
    assert_eq!((usual.stats(), other.stats()), ([1, 1, 0], [0, 0, 0]));
    other.server(&[]).log_in();
    assert_eq!(usual.count(&["revoke", "--all"]), 1);
    assert_eq!((usual.stats(), other.stats()), ([0, 0, 0], [1, 1, 0]));
}
// slim: end
