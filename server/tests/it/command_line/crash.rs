//! `kill -9` in the middle of writes: what was answered is there, nothing is half there, and the file is whole.

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::command_line::SECRET;
use crate::command_line::running::Running;

const ROUNDS: usize = 4;
const CLIENTS: usize = 3;

/// One visitor who saves preferences, which begins a session. Whether that was answered.
fn saved(running: &Running) -> bool {
    // slim: trainer
    let fields =
        "units=kg&goal=strength&level=beginner&days_per_week=3&session_minutes=45&rest_seconds=90&theme=dark";
    // slim: instead
    // let fields = "theme=dark";
    // slim: end
    let request = format!(
        "POST /api/preferences HTTP/1.1\r\nHost: x\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{fields}",
        fields.len()
    );
    let Ok(mut stream) = running.try_connect() else { return false };
    let mut answer = Vec::new();
    // Killed, it resets the connection.
    let complete = stream.write_all(request.as_bytes()).is_ok() && stream.read_to_end(&mut answer).is_ok();
    let ok = answer.starts_with(b"HTTP/1.1 200");
    // Strangers may save so many at once: a quick machine gets there.
    let limited = answer.starts_with(b"HTTP/1.1 429");
    assert!(ok || limited || answer.is_empty() || !complete, "{}", String::from_utf8_lossy(&answer));
    ok
}

#[test]
fn killed_in_the_middle_of_writes_it_keeps_what_was_answered() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("app.db");
    let url = format!("sqlite://{}", file.display());
    let variables = [("DATABASE_URL", url.as_str()), ("SESSION_SECRETS", SECRET)];
    let answered = AtomicUsize::new(0);
    for round in 1..=ROUNDS {
        let running = Running::start(directory.path(), &variables);
        let enough = answered.load(Ordering::Relaxed) + 15;
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while saved(&running) {
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let begun = Instant::now();
            while answered.load(Ordering::Relaxed) < enough {
                assert!(begun.elapsed() < Duration::from_secs(60), "nothing is answered");
                std::thread::sleep(Duration::from_millis(1));
            }
            running.signal("KILL");
        });
        drop(running);
        let answered = answered.load(Ordering::Relaxed);
        let database = rusqlite::Connection::open(&file).unwrap();
        let check: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        let rows: i64 =
            database.query_row("SELECT count(*) FROM user_sessions", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        let rows = usize::try_from(rows).unwrap();
        // In each round every client may have one that was written and not answered.
        let possible = answered..=answered + round * CLIENTS;
        assert!(possible.contains(&rows), "{rows} sessions, {answered} of them answered");
    }
    Running::start(directory.path(), &variables).log_in();
}
