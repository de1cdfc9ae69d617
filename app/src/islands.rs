//! The interactive parts in the browser. Each island shows something useful before it is hydrated, then marks
//! itself with `data-ready`, and improves a page that works without it.
//!
//! What an island starts with is [`Handed`] over as text in the page, or stands in the HTML that is its child. One that
//! needs the server calls it through [`api`]. Which page has which islands stands in `frontend/Cargo.toml`.

mod handed;
mod hold_timer; // slim: trainer
mod player; // slim: trainer
// slim: trainer
mod preview;
// slim: instead
// mod theme;
// slim: end
mod rest_bar; // slim: trainer
mod set_row; // slim: trainer

pub use handed::Handed;
pub use hold_timer::HoldTimer; // slim: trainer
pub use player::{Player, PlayerStart}; // slim: trainer
// slim: trainer
pub use preview::{Preview, WorkoutPreview};
// slim: instead
// pub use theme::{ThemeStart, ThemeSwitch};
// slim: end
pub use rest_bar::{RestBar, ring_offset}; // slim: trainer

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use web_sys::Event;

// Leptos is generic: it is compiled anew for each closure that it is given, two kilobytes of WebAssembly each time. So what
// the islands give it are boxes, of one type for each kind of closure.
//
// What a selector finds, or an event has as its target, is an element of the kind that the selector or the event says. It
// is not asked for its kind again (`unchecked_into`): each question is an import, in WebAssembly and in JavaScript.

/// An [`Effect`].
fn follow(run: impl FnMut() + 'static) {
    fn follow(run: Box<dyn FnMut()>) {
        Effect::new(run);
    }
    follow(Box::new(run));
}

/// Listens to an event of the window until the effect that calls this ends.
fn listen(event: &str, run: impl Fn(Event) + 'static) {
    let run: Box<dyn Fn(Event)> = Box::new(run);
    let listener = window_event_listener_untyped(event, run);
    on_cleanup(move || listener.remove());
}

/// A value that is shown: an effect that reads it runs again when it changes. A signal would do, but each type of signal is
/// a kilobyte of WebAssembly and more. This is a value behind a trigger, of which there is one type.
struct Shown<T: 'static> {
    value: StoredValue<T>,
    changed: Trigger,
}

impl<T> Clone for Shown<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shown<T> {}

impl<T: Clone + Send + Sync + 'static> Shown<T> {
    fn new(value: T) -> Self {
        Self { value: StoredValue::new(value), changed: Trigger::new() }
    }

    fn get(self) -> T {
        self.changed.track();
        self.value.get_value()
    }

    // slim: trainer
    fn get_untracked(self) -> T {
        self.value.get_value()
    }
    // slim: end

    fn set(self, value: T) {
        self.value.set_value(value);
        self.changed.notify();
    }
}

type Text = Box<dyn Fn() -> String + Send>;
type Flag = Box<dyn Fn() -> bool + Send>;
type Word = Box<dyn Fn() -> Option<&'static str> + Send>;
type Press = Box<dyn Fn(MouseEvent)>;

/// Text that changes.
fn text<T: Into<String>>(text: impl Fn() -> T + Send + 'static) -> Text {
    Box::new(move || text().into())
}

/// A class that comes and goes.
fn flag(flag: impl Fn() -> bool + Send + 'static) -> Flag {
    Box::new(flag)
}

/// The value of an attribute, or none.
fn word(word: impl Fn() -> Option<&'static str> + Send + 'static) -> Word {
    Box::new(word)
}

/// An attribute without a value that comes and goes. It is a [`word`]: one type fewer for Leptos.
fn mark(mark: impl Fn() -> bool + Send + 'static) -> Word {
    word(move || mark().then_some(""))
}

/// What a button does.
fn press(press: impl Fn(MouseEvent) + 'static) -> Press {
    Box::new(press)
}

/// The value of `data-ready`: absent until the island is hydrated (effects run in the browser only).
fn ready_mark() -> Word {
    let ready = Shown::new(false);
    follow(move || ready.set(true));
    mark(move || ready.get())
}
