//! Times a set that is held.

use std::time::Duration;

use leptos::ev::MouseEvent;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlInputElement};

use super::player::{device_clock, vibrate};
use super::{Shown, follow, listen, mark, press, ready_mark, text, word};
use model::wording::clock;

const TICK: Duration = Duration::from_millis(200);
/// Seconds to get into position.
const READY: i64 = 3;
/// The longest set that can be logged, in seconds.
const LONGEST: i64 = 3_600;

/// Counts 3, 2, 1, then up in the row's `Seconds` as well, so that the set can be logged at any moment.
#[island]
pub fn HoldTimer() -> impl IntoView {
    let ready = Shown::new(false);
    // Seconds since the set began; below 0 while getting ready. `None` if it does not run.
    let held = Shown::new(None::<i64>);
    // When it began, in milliseconds since 1970, its target in seconds, and the id of its row.
    let began = StoredValue::new(None::<i64>);
    let target = StoredValue::new(None::<i64>);
    let row = StoredValue::new(String::new());
    let interval = StoredValue::new(None::<IntervalHandle>);

    let seconds_field = move || {
        let selector = format!("#{} input[name=seconds]", row.get_value());
        Some(document().query_selector(&selector).ok()??.unchecked_into::<HtmlInputElement>())
    };
    let stop = move || {
        if let Some(interval) = interval.try_update_value(Option::take).flatten() {
            interval.clear();
        }
        held.set(None);
    };
    let tick = move || {
        let Some(began) = began.get_value() else { return };
        let seconds = (device_clock() - began).div_euclid(1000);
        // A tick may still come after the end.
        if held.get_untracked().is_none_or(|shown| shown == seconds) {
            return;
        }
        let seconds = seconds.min(LONGEST);
        held.set(Some(seconds));
        if let (1.., Some(field)) = (seconds, seconds_field()) {
            field.set_value(&seconds.to_string());
        }
        if seconds == 0 || Some(seconds) == target.get_value() {
            vibrate(200);
        }
        if seconds >= LONGEST {
            stop();
        }
    };
    follow(move || {
        ready.set(true);
        // What is logged or cleared is over.
        listen("submit", move |event| {
            if row_of(&event).is_some_and(|sent| sent == row.get_value()) {
                stop();
            }
        });
    });
    let start_or_stop = move |event: MouseEvent| {
        if held.get_untracked().is_some() {
            stop();
            return;
        }
        row.set_value(row_of(&event).unwrap_or_default());
        target.set_value(seconds_field().and_then(|field| field.value().parse().ok()));
        began.set_value(Some(device_clock() + READY * 1000));
        held.set(Some(-READY));
        interval.set_value(set_interval_with_handle(tick, TICK).ok());
    };
    let face = move || match held.get() {
        None => String::new(),
        Some(seconds) if seconds < 0 => format!("Get ready: {}", -seconds),
        Some(seconds) => clock(seconds as u32),
    };

    view! {
        // Without scripts there is nothing to press.
        <div class="row hold" data-ready=ready_mark() hidden=mark(move || !ready.get())>
            <button type="button" on:click=press(start_or_stop)>
                {text(move || if held.get().is_some() { "Stop" } else { "Time it" })}
            </button>
            // One timer is announced at a time.
            <span class="hold-face" role=word(move || held.get().map(|_| "timer"))>{text(face)}</span>
        </div>
    }
}

/// The id of the row in which something has happened.
fn row_of(event: &Event) -> Option<String> {
    let place: Element = event.target()?.unchecked_into();
    Some(place.closest(".set").ok()??.id())
}
