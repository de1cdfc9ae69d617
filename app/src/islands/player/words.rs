//! What the player says about its queue and about a logged set.

use domain::workout::load::{Load, LoggedSet};
use domain::workout::training::Units;

use model::wording::{counted, spoken};

/// Why what is on this device is not sent at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::islands) enum Trouble {
    /// No connection, or a server that is busy: tried again by itself.
    Connection,
    SignedOut,
    /// The page belongs to another session than the browser has now.
    Stale,
    /// The workout was finished, on another device or another page. Sets still belong to it.
    Finished,
    /// The workout was discarded or deleted.
    Gone,
}

impl Trouble {
    /// Whatever becomes of other workouts.
    pub(super) const fn is_final(self) -> bool {
        match self {
            Self::Finished | Self::Gone => true,
            Self::Connection | Self::SignedOut | Self::Stale => false,
        }
    }
}

/// How far what was done on this device has got.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Backlog {
    /// Sets that the server has not taken yet.
    pub(super) waiting: usize,
    /// Those of them that it could not read.
    pub(super) unreadable: usize,
    pub(super) trouble: Option<Trouble>,
    /// The browser has lost its network, and the server has not answered since.
    pub(super) is_offline: bool,
}

impl Backlog {
    pub(super) const fn to_send(self) -> usize {
        self.waiting - self.unreadable
    }
}

/// Why a set was not saved that the server could not read.
pub(super) const UNREADABLE: &str = "The server could not read it; it stays on this phone.";
/// Why a set was not saved whose workout was discarded or deleted.
pub(super) const GONE: &str = "The workout no longer exists.";

/// What the server did not take. Without a name the set is not on this page.
pub(super) fn not_saved(name: Option<String>, why: &str) -> String {
    let name = name.unwrap_or_else(|| "A set of another workout".to_owned());
    format!("{name} was not saved. {why}")
}

/// What the status line says, and the link to what can be done about it: its address and its words.
pub(super) type Status = (String, Option<(&'static str, &'static str)>);

pub(super) fn status(backlog: Backlog) -> Status {
    let Backlog { waiting, trouble, .. } = backlog;
    let sets = || counted(waiting as u32, "set");
    let are = if waiting == 1 { "is" } else { "are" };
    let them = if waiting == 1 { "it" } else { "them" };
    match trouble {
        Some(Trouble::Gone) => {
            ("This workout no longer exists.".to_owned(), Some(("/workout", "Go to today’s workout")))
        }
        Some(Trouble::Finished) if waiting == 0 => {
            ("This workout is finished.".to_owned(), Some(("/workout", "Go to today’s workout")))
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
        Some(Trouble::Finished | Trouble::Connection) | None if waiting > 0 && backlog.to_send() == 0 => (
            format!("{} {are} on this phone. The server could not read {them}.", sets()),
            Some(("/workout", "Try again")),
        ),
        Some(Trouble::Connection) if waiting > 0 => {
            (format!("{} on this phone, waiting for a connection", sets()), None)
        }
        Some(Trouble::Finished) | None if waiting > 0 => ("Saving…".to_owned(), None),
        Some(Trouble::Connection) | None if backlog.is_offline => ("No connection".to_owned(), None),
        Some(Trouble::Connection | Trouble::Finished) | None => ("Saved".to_owned(), None),
    }
}

/// What is said before a form that ends the workout or the login goes although sets wait.
pub(super) fn unsent(waiting: usize, logs_out: bool) -> String {
    let left = counted(waiting as u32, "set");
    let (stays, it) = if waiting == 1 { ("stays", "it") } else { ("stay", "them") };
    if logs_out {
        return format!(
            "{left} could not be saved yet and {stays} on this phone until you log in here again, for 7 days at most. Press \
             Log out again to log out all the same."
        );
    }
    format!(
        "{left} could not be saved yet and {stays} on this phone. Press the button again to go on without {it}."
    )
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
