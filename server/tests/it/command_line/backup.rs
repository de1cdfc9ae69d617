//! `server backup`, and the way back that `server/README.md` describes.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::mistakes::names_in;
use super::running::Running;
use super::sessions::Place;
use super::{run, server};

const PASSWORD: &str = "a long walk at dusk";

fn back_up(place: &Place<'_>, copy: &str) -> (i32, String, String) {
    let stores = place.stores.iter().map(|(name, url)| (name, url));
    run(server(place.directory).args(["backup", copy]).envs(stores))
}

fn in_files<'a>(directory: &'a Path, accounts: &str, sessions: &str) -> Place<'a> {
    let url = |name: &str| format!("sqlite://{}", directory.join(name).display());
    Place { directory, stores: [("SESSION_STORE", url(sessions)), ("DATABASE_URL", url(accounts))] }
}

fn register(running: &Running, number: usize) {
    let fields = format!("display_name=Ann&email=person{number}%40example.com&password={PASSWORD}");
    let answer = running.post("/api/auth/register", &fields.replace(' ', "+"));
    assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
}

fn wait_for(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing happens");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Ends a loop, also when a test fails in the middle.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Registers one person after another while `work` is done with the number of those whose answer has come.
fn while_people_register(running: &Running, work: impl FnOnce(&AtomicUsize)) {
    let (stop, registered) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                register(running, registered.load(Ordering::SeqCst));
                registered.fetch_add(1, Ordering::SeqCst);
            }
        });
        let _stop = Stop(&stop);
        work(&registered);
    });
}

/// What the README says: the database goes away with its log, the copy takes its place, every session is ended.
fn restore(place: &Place<'_>, copy: &str) {
    let directory = place.directory;
    fs::create_dir(directory.join("old")).unwrap();
    for name in ["app.db", "app.db-wal", "app.db-shm"] {
        fs::rename(directory.join(name), directory.join("old").join(name)).unwrap();
    }
    fs::rename(directory.join(copy), directory.join("app.db")).unwrap();
    let ended = place.count(&["revoke", "--all"]);
    assert!(ended > 0, "the copy had sessions");
}

#[test]
fn a_copy_made_while_people_register_knows_all_who_had_before() {
    let directory = tempfile::tempdir().unwrap();
    let place = in_files(directory.path(), "app.db", "app.db");
    let running = place.server(&[]);
    let mut before = 0;
    while_people_register(&running, |registered| {
        wait_for(|| registered.load(Ordering::SeqCst) >= 3);
        before = registered.load(Ordering::SeqCst);
        let (code, output, errors) = back_up(&place, "copy.db");
        assert_eq!((code, errors.as_str()), (0, ""));
        assert!(output.contains("copy.db") && output.lines().count() == 1, "{output}");
        let now = registered.load(Ordering::SeqCst);
        wait_for(|| registered.load(Ordering::SeqCst) > now);
    });
    // Not in order, so that there is a log to be moved away.
    drop(running);
    restore(&place, "copy.db");
    let restored = place.server(&[]);
    for number in 0..before {
        let fields = format!("email=person{number}%40example.com&password={PASSWORD}").replace(' ', "+");
        let answer = restored.post("/api/auth/login", &fields);
        assert!(answer.starts_with("HTTP/1.1 200"), "person{number} of {before}: {answer}");
    }
}

#[test]
fn sessions_in_a_file_of_their_own_are_copied_next_to_the_accounts() {
    let directory = tempfile::tempdir().unwrap();
    let place = in_files(directory.path(), "app.db", "sessions.db");
    place.server(&[]).log_in();
    let (code, output, errors) = back_up(&place, "copy.db");
    assert_eq!((code, errors.as_str(), output.lines().count()), (0, "", 2), "{output}");
    let copies = in_files(directory.path(), "copy.db", "copy.sessions.db");
    assert_eq!(copies.stats(), [1, 1, 0]);

    let (code, _, errors) = back_up(&place, "copy.db");
    assert_eq!(code, 1);
    assert!(errors.contains("copy.db` exists already"), "{errors}");
    // The sessions cannot be copied, so the accounts are not either.
    fs::write(directory.path().join("other.sessions.db"), "in the way").unwrap();
    assert_eq!(back_up(&place, "other.db").0, 1);
    assert!(!directory.path().join("other.db").exists());
}

#[test]
fn what_is_no_file_is_not_copied_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let file = in_files(directory.path(), "app.db", "app.db");
    drop(file.server(&[]));
    let [_, (_, accounts)] = &file.stores;
    let elsewhere = |sessions: &str, accounts: &str| Place {
        directory: directory.path(),
        stores: [("SESSION_STORE", sessions.to_owned()), ("DATABASE_URL", accounts.to_owned())],
    };
    let (code, output, warning) = back_up(&elsewhere("memory", accounts), "copy.db");
    assert_eq!((code, output.lines().count()), (0, 1), "{warning}");
    assert!(warning.contains("sessions are not in the copy"), "{warning}");
    // slim: redis
    let (code, _, warning) = back_up(&elsewhere("redis://:hunter2@127.0.0.1:1", accounts), "second.db");
    assert_eq!(code, 0, "{warning}");
    assert!(warning.contains("sessions are not in the copy") && !warning.contains("hunter2"), "{warning}");
    // slim: end
    for (url, hint) in [
        ("postgres://ann:hunter2@127.0.0.1:1/app", "pg_dump"), // slim: postgres
        ("mongodb://ann:hunter2@127.0.0.1:1/app", "mongodump"), // slim: mongodb
        ("sqlite::memory:", "lives in the server process"),
        ("sqlite://mistyped.db", "there is no database"),
    ] {
        let (code, _, errors) = back_up(&elsewhere("memory", url), "other.db");
        assert_eq!(code, 1, "{errors}");
        assert!(errors.contains(hint) && errors.contains("DATABASE_URL"), "{url}: {errors}");
        assert!(!errors.contains("hunter2"), "{errors}");
    }
    let names = names_in(directory.path());
    assert!(!names.iter().any(|name| name.contains("other") || name.contains("mistyped")), "{names:?}");
}
