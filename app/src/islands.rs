//! The interactive parts in the browser. Each island shows something useful before it is hydrated, then marks
//! itself with `data-ready`, and improves a page that works without it.
//!
//! What an island starts with is [`Handed`] over as text in the page, or stands in the HTML that is its child. Those of
//! the player call the server through [`api`](crate::api); the others fetch nothing. Which page has which islands stands
//! in `frontend/Cargo.toml`.

mod handed;
mod hold_timer;
mod player;
mod preview;
mod rest_bar;
mod set_row;

pub use handed::Handed;
pub use hold_timer::HoldTimer;
pub use player::{Player, PlayerStart};
pub use preview::{Preview, WorkoutPreview};
pub use rest_bar::RestBar;
pub use set_row::SetRow;

use leptos::prelude::*;

/// An [`Effect`], all of one type: each closure that is given to Leptos by itself is two kilobytes of WebAssembly.
fn follow(run: impl FnMut() + 'static) {
    fn follow(run: Box<dyn FnMut()>) {
        Effect::new(run);
    }
    follow(Box::new(run));
}

/// The value of `data-ready`: absent until the island is hydrated (effects run in the browser only).
fn ready_mark() -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    let ready = RwSignal::new(false);
    follow(move || ready.set(true));
    move || ready.get().then_some("")
}
