//! The interactive parts in the browser. Each island shows something useful before it is hydrated, then marks
//! itself with `data-ready`, and improves a page that works without it.
//!
//! No island fetches anything, which keeps the WebAssembly small. `RestTimer` has props, as islands usually do;
//! `WorkoutPreview`, whose page has more code to carry, is [`Handed`] what it starts with as text. Which page has which
//! islands stands in `frontend/Cargo.toml`.

mod handed;
mod preview;
mod rest_timer;

pub use handed::Handed;
pub use preview::{Preview, WorkoutPreview};
pub use rest_timer::RestTimer;

use leptos::prelude::*;

/// The value of `data-ready`: absent until the island is hydrated (effects run in the browser only).
fn ready_mark() -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    let ready = RwSignal::new(false);
    Effect::new(move || ready.set(true));
    move || ready.get().then_some("")
}
