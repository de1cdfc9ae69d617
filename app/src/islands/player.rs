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
use self::undo::Undo;
use super::handed::{Handed, handed};
use super::{flag, follow, press, ready_mark, text, word};

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
        let (now, rest_seconds) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
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

/// What the islands inside the player share.
#[derive(Clone, Copy)]
pub(super) struct PlayerContext {
    pub(super) queue: Queue,
    pub(super) rows: Rows,
    /// What a screen reader says next.
    pub(super) said: RwSignal<String>,
    /// What went wrong.
    warning: RwSignal<String>,
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
        self.said.set(format!("{label} cleared."));
        self.undo.offer(slot, former);
        true
    }
}

/// The open workout. Without a workout to add to, the page has none.
#[island]
pub fn Player(children: Children) -> impl IntoView {
    let start: PlayerStart = handed().unwrap_or_default();
    let context = start.workout.map(|workout| {
        let changed = Trigger::new();
        let queue = Queue::new(start.owner.clone(), workout, changed);
        let rows = Rows::new(queue, changed);
        let said = RwSignal::new(String::new());
        PlayerContext { queue, rows, said, warning: RwSignal::new(String::new()), undo: Undo::new(changed) }
    });
    let ready = RwSignal::new(false);
    if let Some(context) = context {
        provide_context(context);
        follow(move || {
            for (slot, why) in context.queue.take_refused() {
                let said = words::not_saved(slot.and_then(rows::name_of), why);
                let before = context.warning.get_untracked();
                context.warning.set(if before.is_empty() { said } else { format!("{before} {said}") });
            }
        });
        follow(move || {
            context.queue.is_ahead(start.ahead());
            context.queue.refresh();
            context.queue.flush();
            ready.set(true);
            device::keep_awake();
            leaving::watch(context);
        });
    }
    let status = move || match (context, ready.get()) {
        (Some(context), true) => words::status(context.queue.count(), context.queue.trouble()),
        _ => (String::new(), None),
    };
    let link = move || status().1;
    let undo = context.map(|context| context.undo);
    let can_undo = move || undo.is_some_and(Undo::is_offered);
    let undo_last = move |_| {
        if let Some(context) = context {
            context.undo.run(context);
        }
    };
    let warning = move || context.map(|context| context.warning.get()).unwrap_or_default();
    let said = move || context.map(|context| context.said.get()).unwrap_or_default();

    view! {
        <div class="player-island" data-ready=ready_mark()>
            <p class="sync" role="status">
                <span>{text(move || status().0)}</span> " "
                <a href=word(move || link().map(|(href, _)| href)) hidden=flag(move || link().is_none())>
                    {text(move || link().map_or("", |(_, label)| label))}
                </a>
            </p>
            <p class="alert" role="alert" hidden=flag(move || warning().is_empty())>{text(warning)}</p>
            <p class="undo" hidden=flag(move || !can_undo())>
                <button type="button" on:click=press(undo_last)>"Undo"</button>
            </p>
            <p class="visually-hidden" aria-live="polite">{text(said)}</p>
            {children()}
        </div>
    }
}
