//! What goes to the browser or waits in it is read back, and what the player says.

use domain::account::UserId;
use domain::workout::document::{Entry, OperationId, Slot, WorkoutId};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::{Amount, Load, LoggedSet, Tone};
use domain::workout::training::Units;
use domain::workout::weight::Weight;
use time::OffsetDateTime;

use super::PlayerStart;
use super::queue::sending::pause;
use super::stored::{KeptRest, Key, read, write};
use super::words::{Backlog, GONE, Trouble, UNREADABLE, logged, not_saved, unsent};
use crate::islands::Handed as _;

#[test]
fn what_the_islands_start_with_survives_the_way_to_the_browser() {
    let nothing = PlayerStart { now: 1_793_000_000_123, rest_seconds: 90, ..PlayerStart::default() };
    let all = PlayerStart {
        owner: Some(UserId::from_random([1; 16])),
        workout: Some(WorkoutId::from_bytes([7; 16])),
        until: Some(1_793_000_090_123),
        ..nothing.clone()
    };
    for start in [nothing, all] {
        assert_eq!(PlayerStart::read(&start.write()), Some(start));
    }
    for wrong in ["", "now 90 - - -", "1 90 - -", "1 90 soon - -", "1 90 - me -", "1 90 - - me"] {
        assert_eq!(PlayerStart::read(wrong), None, "{wrong}");
    }
}

#[test]
fn pauses_double_up_to_a_minute_and_follow_the_server() {
    let pauses: Vec<u32> = (0..9).map(|failures| pause(failures, None)).collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!((pause(0, Some(5)), pause(4, Some(5)), pause(0, Some(600))), (5, 16, 60));
}

fn key(owner: Option<UserId>) -> Key {
    let (workout, operation) = (WorkoutId::from_bytes([7; 16]), OperationId::from_bytes([9; 16]));
    Key { owner, workout, operation }
}

#[test]
fn a_key_names_the_owner() {
    for owner in [None, Some(UserId::from_random([1; 16]))] {
        let key = key(owner);
        assert_eq!(Key::parse(&key.to_string()), Some(key));
    }
    let text = key(None).to_string();
    assert!(text.starts_with("wt/visitor/07070707-"), "{text}");
    for wrong in
        ["", "wt", "wt/visitor", "theme", &text[1..], &format!("{text}/x"), &text.replace("visitor", "me")]
    {
        assert_eq!(Key::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn an_entry_is_read_back() {
    let entry = Entry { slot: Slot::parse("b1s1").unwrap(), set: None };
    let at = 1_793_000_000_123;
    assert_eq!(read(&write(at, &entry)), Some((at, entry)));
    for wrong in ["", "1", "1 {}", "today b1s1"] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn a_rest_is_read_back() {
    let rest = KeptRest { after: 1_793_000_000_123, end: 1_793_000_090_123, total: 105 };
    assert_eq!(KeptRest::parse(&rest.text()), Some(rest));
    for wrong in ["", "1", "1 2", "1 2 soon"] {
        assert_eq!(KeptRest::parse(wrong), None, "{wrong}");
    }
}

fn status(waiting: usize, trouble: Option<Trouble>) -> (String, Option<(&'static str, &'static str)>) {
    super::words::status(Backlog { waiting, trouble, ..Backlog::default() })
}

#[test]
fn what_the_server_cannot_read_is_said_once_nothing_else_waits() {
    let said =
        |waiting, unreadable| super::words::status(Backlog { waiting, unreadable, ..Backlog::default() });
    assert_eq!(said(2, 1).0, "Saving…");
    let (words, link) = said(1, 1);
    assert_eq!(words, "1 set is on this phone. The server could not read it.");
    assert_eq!(link, Some(("/workout", "Try again")));
}

#[test]
fn the_status_counts_what_waits_and_says_what_to_do() {
    let said = |waiting, trouble| status(waiting, trouble).0;
    assert_eq!(said(0, None), "Saved");
    assert_eq!(said(2, None), "Saving…");
    assert_eq!(said(3, Some(Trouble::Connection)), "3 sets on this phone, waiting for a connection");
    assert_eq!(
        said(7, Some(Trouble::SignedOut)),
        "You were signed out. 7 sets are safe on this phone. Log in to save them."
    );
    assert_eq!(
        said(1, Some(Trouble::Stale)),
        "This page is out of date. 1 set is safe on this phone. Reload to save it."
    );
    assert_eq!(status(0, Some(Trouble::SignedOut)).1, Some(("/login?return_to=/workout", "Log in")));
    assert_eq!(status(1, Some(Trouble::Connection)).1, None, "it is sent by itself");
    assert_eq!(said(1, Some(Trouble::Finished)), "Saving…", "it still belongs to the workout");
    assert_eq!(status(0, Some(Trouble::Finished)).1, Some(("/workout", "Go to today’s workout")));
}

#[test]
fn without_a_network_it_is_said_where_nothing_else_is_to_be_done() {
    let said = |waiting, trouble| {
        super::words::status(Backlog { waiting, trouble, is_offline: true, ..Backlog::default() }).0
    };
    assert_eq!(said(0, None), "No connection");
    assert_eq!(said(2, Some(Trouble::Connection)), "2 sets on this phone, waiting for a connection");
    assert_eq!(said(0, Some(Trouble::SignedOut)), "You were signed out.");
    assert_eq!(said(0, Some(Trouble::Gone)), "This workout no longer exists.");
    assert_eq!(said(0, Some(Trouble::Finished)), "This workout is finished.");
}

#[test]
fn who_leaves_with_unsent_sets_is_told_what_becomes_of_them() {
    assert_eq!(
        unsent(1, true),
        "1 set could not be saved yet and stays on this phone until you log in here again, for 7 days at most. Press Log \
         out again to log out all the same."
    );
    assert_eq!(
        unsent(1, false),
        "1 set could not be saved yet and stays on this phone. Press the button again to go on without it."
    );
    assert!(unsent(2, false).ends_with("stay on this phone. Press the button again to go on without them."));
}

#[test]
fn a_logged_set_is_spoken_with_its_rest() {
    let said = |load, amount, rest| {
        let set = LoggedSet {
            exercise: ExerciseId::parse("back_squat").unwrap(),
            load,
            amount,
            rir: None,
            note: None,
            logged_at: OffsetDateTime::UNIX_EPOCH,
        };
        logged("Set 2 logged", &set, rest)
    };
    let weight = Weight::parse("60", Units::Kg).unwrap();
    assert_eq!(
        said(Load::Bar(weight), Amount::Reps(10), 120),
        "Set 2 logged: 10 at 60 kilograms. Rest 2 minutes."
    );
    assert_eq!(
        said(Load::Assisted(weight), Amount::Sides { left: 8, right: 7 }, 0),
        "Set 2 logged: 8 left, 7 right at 60 kilograms of help."
    );
    assert_eq!(said(Load::Body, Amount::Seconds(40), 0), "Set 2 logged: 40 seconds.");
    assert_eq!(said(Load::Band(Tone::Light), Amount::Reps(9), 0), "Set 2 logged: 9 with a light band.");
}

#[test]
fn what_was_not_saved_has_a_name_and_a_reason() {
    let name = Some("Back squat, set 2".to_owned());
    assert_eq!(
        not_saved(name, UNREADABLE),
        "Back squat, set 2 was not saved. The server could not read it; it stays on this phone."
    );
    assert_eq!(
        not_saved(None, GONE),
        "A set of another workout was not saved. The workout no longer exists."
    );
}
