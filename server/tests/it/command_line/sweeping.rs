//! Expired sessions are removed while the server runs, without anyone asking for it.

use std::time::{Duration, Instant};

use crate::command_line::sessions::Place;

/// Sessions that expire at once.
const SHORT: [(&str, &str); 2] = [("SESSION_IDLE_TIMEOUT", "1s"), ("SESSION_TTL", "1s")];

fn until_nothing_is_left(place: &Place<'_>) {
    let begun = Instant::now();
    loop {
        let left = place.stats();
        if left == [0, 0, 0] {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "still there: {left:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn what_has_expired_goes_by_itself(stack: &str) {
    let directory = tempfile::tempdir().unwrap();
    let Some(place) = Place::on(stack, directory.path()) else { return };

    // Creates the tables, so that no server starts late. (A command would refuse a database that does not exist.)
    drop(place.server(&[]));
    assert_eq!(place.stats(), [0, 0, 0]);
    // Nothing is swept here: the first run comes at some time within forty days.
    let idle = place.server(&[SHORT[0], SHORT[1], ("SESSION_SWEEP_INTERVAL", "400d")]);
    for _ in 0..3 {
        idle.log_in();
    }
    drop(idle);
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(place.stats(), [0, 0, 3]);

    // Starting alone removes at most one of them.
    let sweeping = place.server(&[SHORT[0], SHORT[1], ("SESSION_SWEEP_INTERVAL", "1s")]);
    until_nothing_is_left(&place);
    // And not only the first time.
    sweeping.log_in();
    until_nothing_is_left(&place);
}

#[test]
fn on_sqlite() {
    what_has_expired_goes_by_itself("sqlite");
}

// slim: postgres
#[test]
fn on_postgres() {
    what_has_expired_goes_by_itself("postgres");
}
// slim: end

// slim: redis
#[test]
fn on_redis() {
    what_has_expired_goes_by_itself("redis");
}
// slim: end

// slim: mongodb
#[test]
fn on_mongodb() {
    what_has_expired_goes_by_itself("mongodb");
}
// slim: end
