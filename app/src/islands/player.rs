//! The player in the browser: sets are logged at once and sent when there is a connection.
//!
//! Its children are the cards that the server rendered; the islands inside them find [`PlayerContext`].

mod device;
mod leaving;
mod queue;
mod rows;
mod stored;
#[cfg(test)]
mod tests;
mod undo;
mod words;

use domain::account::UserId;
use domain::workout::document::{Entry, Slot, WorkoutId};
use domain::workout::load::LoggedSet;
use leptos::prelude::*;

pub(super) use self::device::{beep, clock as device_clock, vibrate};
use self::queue::Queue;
use self::rows::Rows;
pub(super) use self::rows::{KnownRow, focus};
pub(super) use self::stored::KeptRest;
use self::undo::Undo;
use self::words::Status;
use super::handed::{Handed, handed};
use super::set_row::wake_all;
use super::{Shown, follow, mark, press, ready_mark, text, word};

/// How far the clock of a device may be off before it is not believed, in milliseconds.
const CLOCK_TOLERANCE: i64 = 300_000;

/// What the islands of `/workout` start with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlayerStart {
    /// The account that the page was made for; `None` for a visitor.
    pub owner: Option<UserId>,
    /// `None` before it is started.
    pub workout: Option<WorkoutId>,
    /// When the page was made, in milliseconds since 1970.
    pub now: i64,
    /// Duration of a rest, in seconds.
    pub rest_seconds: u16,
    /// When the rest that has begun ends, in milliseconds since 1970; `None` if none has.
    pub until: Option<i64>,
}

/// `1793000000000 90 - 0707…-0707 -`: what is absent is a hyphen.
impl Handed for PlayerStart {
    const ID: &'static str = "player-values";

    fn write(&self) -> String {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let until = or_none(self.until.map(|until| until.to_string()));
        let workout = or_none(self.workout.map(|workout| workout.to_string()));
        let owner = or_none(self.owner.as_ref().map(|owner| owner.as_str().to_owned()));
        format!("{} {} {until} {workout} {owner}", self.now, self.rest_seconds)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        // All numbers are read as of one type: each type has a reader of its own.
        let mut number = || parts.next()?.parse::<i64>().ok();
        let (now, rest_seconds) = (number()?, u16::try_from(number()?).ok()?);
        let mut part = || parts.next().map(|part| (part != "-").then_some(part));
        let until = part()?.map(|until| until.parse().ok());
        let workout = part()?.map(|workout| WorkoutId::parse(workout).ok());
        let owner = part()?.map(UserId::parse);
        // Present but unreadable is not absent.
        let readable = until != Some(None) && workout != Some(None) && owner != Some(None);
        readable.then(|| Self {
            owner: owner.flatten(),
            workout: workout.flatten(),
            now,
            rest_seconds,
            until: until.flatten(),
        })
    }
}

impl PlayerStart {
    /// How far the clock of this device is ahead of the server's, in milliseconds; 0 if it is believed.
    pub(super) fn ahead(&self) -> i64 {
        let ahead = device::clock() - self.now;
        if ahead.abs() < CLOCK_TOLERANCE { 0 } else { ahead }
    }
}

/// What the islands inside the player share. Without an open workout nothing is logged with it.
#[derive(Clone, Copy)]
pub(super) struct PlayerContext {
    pub(super) queue: Queue,
    pub(super) rows: Rows,
    /// What a screen reader says next.
    pub(super) said: Shown<String>,
    /// What went wrong.
    warning: Shown<String>,
    undo: Undo,
}

impl PlayerContext {
    /// Logs a set, and says so. False if it could not be stored: then the form must be sent.
    pub(super) fn log(self, slot: Slot, set: LoggedSet, label: &str) -> bool {
        let former = untrack(|| self.queue.set(slot));
        let done = if former.is_some() { "changed" } else { "logged" };
        let rest = if former.is_some() { 0 } else { rows::rest_after(slot) };
        let words = words::logged(&format!("{label} {done}"), &set, rest);
        if !self.queue.change(Entry { slot, set: Some(set) }) {
            return false;
        }
        self.rows.act();
        self.warning.set(String::new());
        self.said.set(words);
        self.undo.offer(slot, former);
        true
    }

    /// Empties a slot. False as above.
    pub(super) fn clear(self, slot: Slot, label: &str) -> bool {
        let former = untrack(|| self.queue.set(slot));
        if !self.queue.change(Entry { slot, set: None }) {
            return false;
        }
        self.rows.act();
        self.said.set(format!("{label} cleared."));
        self.undo.offer(slot, former);
        true
    }
}

/// What the status line says. One function, because it is asked for in several places.
#[inline(never)]
fn said_of(queue: Queue, is_open: bool) -> Status {
    let backlog = queue.backlog();
    // Where nothing can be logged, it goes without saying that all is saved.
    let says = is_open || backlog.waiting > 0 || backlog.trouble.is_some();
    if says { words::status(backlog) } else { Status::default() }
}

/// The workout of the page, open or only planned. What waits for another one is sent from here as well.
#[island]
pub fn Player(children: Children) -> impl IntoView {
    let start: PlayerStart = handed().unwrap_or_default();
    let is_open = start.workout.is_some();
    let changed = Trigger::new();
    let queue = Queue::new(start.owner.clone(), start.workout, changed);
    let rows = Rows::new(queue, changed);
    let (said, warning) = (Shown::new(String::new()), Shown::new(String::new()));
    let context = PlayerContext { queue, rows, said, warning, undo: Undo::new(changed) };
    provide_context(context);
    let ready = Shown::new(false);
    follow(move || {
        for (slot, why) in queue.take_refused() {
            let said = words::not_saved(slot.and_then(rows::name_of), why);
            let before = warning.get_untracked();
            warning.set(if before.is_empty() { said } else { format!("{before} {said}") });
        }
    });
    follow(move || {
        queue.is_ahead(start.ahead());
        queue.refresh();
        queue.flush();
        ready.set(true);
        if is_open {
            device::keep_awake();
            // Before what holds forms back: a set that is logged here sends none.
            wake_all(context);
        }
        leaving::watch(context);
    });
    let status = move || if ready.get() { said_of(queue, is_open) } else { Status::default() };
    let link = move || status().1;

    view! {
        <div class="player-island" data-ready=ready_mark()>
            <div class="row sync" hidden=mark(move || !is_open && status().0.is_empty())>
                <p role="status">
                    <span>{text(move || status().0)}</span> " "
                    <a href=word(move || link().map(|(href, _)| href)) hidden=mark(move || link().is_none())>
                        {text(move || link().map_or("", |(_, label)| label))}
                    </a>
                </p>
                <p class="undo" hidden=mark(move || !context.undo.is_offered())>
                    <button type="button" on:click=press(move |_| context.undo.run(context))>"Undo"</button>
                </p>
            </div>
            <p class="alert" role="alert" hidden=mark(move || warning.get().is_empty())>{text(move || warning.get())}</p>
            <p class="visually-hidden" aria-live="polite">{text(move || said.get())}</p>
            {children()}
        </div>
    }
}
