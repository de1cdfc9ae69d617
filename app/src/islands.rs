//! The interactive parts in the browser. Each island shows something useful before it is hydrated, then marks
//! itself with `data-ready`, and improves a page that works without it.
//!
//! What they start with is [`Handed`] over by the page, and no island fetches anything, which keeps the WebAssembly
//! small. Which page has which islands stands in `frontend/Cargo.toml`.

mod handed;
mod preview;
mod rest_timer;
mod set_progress;

pub use handed::Handed;
pub use preview::{Preview, WorkoutPreview};
pub use rest_timer::{Rest, RestTimer};
pub use set_progress::{Progress, SetProgress};

use leptos::prelude::*;

/// The value of `data-ready`: absent until the island is hydrated (effects run in the browser only).
fn ready_mark() -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    let ready = RwSignal::new(false);
    Effect::new(move || ready.set(true));
    move || ready.get().then_some("")
}
