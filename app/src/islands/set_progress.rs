//! Remembers which sets are ticked.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlInputElement, Storage};

use super::handed::{Handed, handed};
use super::ready_mark;
use crate::wording::counted;

/// What [`SetProgress`] starts with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Sets in the workout.
    pub planned: u32,
    /// The workout was just finished: start over.
    pub done: bool,
    /// Key of this day's workout in the tab's storage.
    pub key: String,
}

/// `12 true 2026-11-28 Full body A`
impl Handed for Progress {
    const ID: &'static str = "progress-values";

    fn write(&self) -> String {
        format!("{} {} {}", self.planned, self.done, self.key)
    }

    fn read(text: &str) -> Option<Self> {
        let (planned, rest) = text.split_once(' ')?;
        let (done, key) = rest.split_once(' ')?;
        Some(Self { planned: planned.parse().ok()?, done: done.parse().ok()?, key: key.to_owned() })
    }
}

/// Shows how many sets of the page's check list are ticked, preserves the ticks in this tab across a reload,
/// and fills in `sets_done` in the form below.
#[island]
pub fn SetProgress() -> impl IntoView {
    let Progress { planned, done, key } = handed().unwrap_or_default();
    let ticked = RwSignal::new(0_u32);
    Effect::new(move || {
        if done {
            forget(&key);
        }
        let boxes = boxes();
        restore(&key, &boxes);
        let show = move |ticks: u32| {
            ticked.set(ticks);
            // No ticks means the person does not use the list: then everything planned is the better guess.
            fill_in(if ticks == 0 { planned } else { ticks });
        };
        // Only if something is ticked: otherwise the field may hold a value that came back with an error.
        if count(&boxes) > 0 {
            show(count(&boxes));
        }
        let key = key.clone();
        let listener = window_event_listener(leptos::ev::change, move |event| {
            if is_box(&event) {
                remember(&key, &boxes);
                show(count(&boxes));
            }
        });
        on_cleanup(move || listener.remove());
    });
    let text = move || match ticked.get() {
        0 => format!("{} in all. Tick each one as you finish it.", counted(planned, "set")),
        n if n >= planned => "Every set ticked. Well done!".to_owned(),
        n => format!("{n} of {} ticked.", counted(planned, "set")),
    };
    view! { <p class="set-progress" data-ready=ready_mark() aria-live="polite">{text}</p> }
}

/// The check boxes of the page, one per set.
fn boxes() -> Vec<HtmlInputElement> {
    let Ok(list) = document().query_selector_all("input[data-set]") else { return Vec::new() };
    (0..list.length()).filter_map(|i| list.get(i)?.dyn_into().ok()).collect()
}

fn is_box(event: &Event) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        .is_some_and(|input| input.has_attribute("data-set"))
}

fn count(boxes: &[HtmlInputElement]) -> u32 {
    boxes.iter().map(|input| u32::from(input.checked())).sum()
}

fn fill_in(sets: u32) {
    let field = document().get_element_by_id("sets_done");
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.set_value(&sets.to_string());
    }
}

/// The tab's storage; `None` if the browser denies access.
fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn forget(key: &str) {
    // Storage that cannot be written is treated as missing: the page works without it.
    let _ = storage().map(|storage| storage.remove_item(key));
}

/// One character per box: `x` for ticked.
fn remember(key: &str, boxes: &[HtmlInputElement]) {
    let ticks: String = boxes.iter().map(|input| if input.checked() { 'x' } else { '-' }).collect();
    let _ = storage().map(|storage| storage.set_item(key, &ticks));
}

fn restore(key: &str, boxes: &[HtmlInputElement]) {
    let ticks = storage().and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default();
    for (input, tick) in boxes.iter().zip(ticks.chars()) {
        input.set_checked(tick == 'x');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_writes_is_what_the_browser_reads() {
        for (done, key) in [(true, "2026-11-28 Full body A"), (false, ""), (false, " \"b\" & <c>")] {
            let progress = Progress { planned: 12, done, key: key.to_owned() };
            assert_eq!(Progress::read(&progress.write()), Some(progress));
        }
        for text in ["", "12", "12 true", "x true key", "12 1 key"] {
            assert_eq!(Progress::read(text), None, "{text}");
        }
    }
}
