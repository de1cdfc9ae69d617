//! The interactive parts in the browser. Each island shows something useful before it is hydrated, then marks
//! itself with `data-ready`, and improves a page that works without it.
//!
//! Props are plain numbers and strings, and no island fetches anything, which keeps the WebAssembly small.

mod preview;
mod rest_timer;
mod set_progress;

pub use preview::WorkoutPreview;
pub use rest_timer::RestTimer;
pub use set_progress::SetProgress;

use leptos::prelude::*;

/// The value of `data-ready`: absent until the island is hydrated (effects run in the browser only).
fn ready_mark() -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    let ready = RwSignal::new(false);
    Effect::new(move || ready.set(true));
    move || ready.get().then_some("")
}
