//! What the player says about its queue and about a logged set.

use domain::workout::load::{Load, LoggedSet};
use domain::workout::training::Units;

use crate::wording::{counted, spoken};

/// Why what is on this device is not sent at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::islands) enum Trouble {
    /// No connection, or a server that is busy: tried again by itself.
    Connection,
    SignedOut,
    /// The page belongs to another session than the browser has now.
    Stale,
    /// The workout was discarded or deleted.
    Gone,
}

/// What the status line says, and the link to what can be done about it.
pub(super) fn status(
    waiting: usize,
    trouble: Option<Trouble>,
) -> (String, Option<(&'static str, &'static str)>) {
    let sets = || counted(waiting as u32, "set");
    let are = if waiting == 1 { "is" } else { "are" };
    let them = if waiting == 1 { "it" } else { "them" };
    match trouble {
        Some(Trouble::Gone) => {
            ("This workout no longer exists.".to_owned(), Some(("/workout", "Go to today’s workout")))
        }
        Some(Trouble::SignedOut) if waiting == 0 => {
            ("You were signed out.".to_owned(), Some(("/login?return_to=/workout", "Log in")))
        }
        Some(Trouble::SignedOut) => (
            format!("You were signed out. {} {are} safe on this phone. Log in to save {them}.", sets()),
            Some(("/login?return_to=/workout", "Log in")),
        ),
        Some(Trouble::Stale) if waiting == 0 => {
            ("This page is out of date.".to_owned(), Some(("/workout", "Reload")))
        }
        Some(Trouble::Stale) => (
            format!("This page is out of date. {} {are} safe on this phone. Reload to save {them}.", sets()),
            Some(("/workout", "Reload")),
        ),
        Some(Trouble::Connection) if waiting > 0 => {
            (format!("{} on this phone, waiting for a connection", sets()), None)
        }
        None if waiting > 0 => ("Saving…".to_owned(), None),
        Some(Trouble::Connection) | None => ("Saved".to_owned(), None),
    }
}

/// What is said before a form that ends the workout or the login goes although sets wait.
pub(super) fn unsent(waiting: usize, logs_out: bool) -> String {
    let left = counted(waiting as u32, "set");
    if logs_out {
        return format!(
            "{left} could not be saved yet, and logging out removes everything from this browser. Press Log out again to log \
             out all the same."
        );
    }
    let (stays, it) = if waiting == 1 { ("stays", "it") } else { ("stay", "them") };
    format!("{left} could not be saved yet and {stays} on this phone. Press the button again to go on without {it}.")
}

/// `Set 2 logged: 10 at 60 kilograms. Rest 2 minutes.` What comes first is said by `done`.
pub(super) fn logged(done: &str, set: &LoggedSet, rest_seconds: u32) -> String {
    let amount = set.amount.words();
    let load = match set.load {
        Load::Body => String::new(),
        Load::Band(tone) => format!(" with a {} band", tone.label().to_ascii_lowercase()),
        load => match load.weight() {
            Some(weight) => {
                let unit = match weight.unit() {
                    Units::Kg => "kilograms",
                    Units::Lb => "pounds",
                };
                let kind = match load {
                    Load::Added(_) => " added",
                    Load::Assisted(_) => " of help",
                    _ => "",
                };
                format!(" at {} {unit}{kind}", weight.number())
            }
            None => " with the help of a band".to_owned(),
        },
    };
    let rest = if rest_seconds == 0 { String::new() } else { format!(" Rest {}.", spoken(rest_seconds)) };
    format!("{done}: {amount}{load}.{rest}")
}

#[cfg(test)]
mod tests {
    use domain::workout::exercise_id::ExerciseId;
    use domain::workout::load::{Amount, Tone};
    use domain::workout::weight::Weight;
    use time::OffsetDateTime;

    use super::*;

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
    }

    #[test]
    fn who_leaves_with_unsent_sets_is_told_what_becomes_of_them() {
        assert_eq!(
            unsent(1, true),
            "1 set could not be saved yet, and logging out removes everything from this browser. Press Log out again to log \
             out all the same."
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
}
