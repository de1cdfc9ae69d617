//! Times a set that is held.

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

use super::player::{device_clock, vibrate};
use super::{follow, ready_mark};
use crate::wording::clock;

const TICK: Duration = Duration::from_millis(200);
/// Seconds to get into position.
const READY: i32 = 3;
/// The longest set that can be logged, in seconds.
const LONGEST: i32 = 3_600;

/// Counts 3, 2, 1, then up. Stopping fills in the row's `Seconds`.
#[island]
pub fn HoldTimer() -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    let ready = RwSignal::new(false);
    follow(move || ready.set(true));
    // Seconds since the set began; below 0 while getting ready. `None` if it does not run.
    let held = RwSignal::new(None::<i32>);
    let began = StoredValue::new(0_i64);
    let target = StoredValue::new(None::<i32>);
    let interval = StoredValue::new(None::<IntervalHandle>);

    let seconds_field = move || {
        let form = root.get_untracked()?.closest("form").ok()??;
        form.query_selector("[name=seconds]").ok()??.dyn_into::<HtmlInputElement>().ok()
    };
    let stop = move || {
        if let Some(interval) = interval.try_update_value(Option::take).flatten() {
            interval.clear();
        }
        if let (Some(held), Some(field)) = (held.get_untracked().filter(|held| *held > 0), seconds_field()) {
            field.set_value(&held.to_string());
        }
        held.set(None);
    };
    let tick = move || {
        let seconds = (device_clock() - began.get_value()).div_euclid(1000) as i32;
        if held.get_untracked() == Some(seconds) {
            return;
        }
        held.set(Some(seconds.min(LONGEST)));
        if seconds == 0 || Some(seconds) == target.get_value() {
            vibrate(200);
        }
        if seconds >= LONGEST {
            stop();
        }
    };
    let start_or_stop = move |_| {
        if held.get_untracked().is_some() {
            stop();
            return;
        }
        target.set_value(seconds_field().and_then(|field| field.value().parse().ok()));
        began.set_value(device_clock() + i64::from(READY) * 1000);
        interval.set_value(set_interval_with_handle(tick, TICK).ok());
        tick();
    };
    let face = move || match held.get() {
        None => String::new(),
        Some(seconds) if seconds < 0 => format!("Get ready: {}", -seconds),
        Some(seconds) => clock(seconds.unsigned_abs()),
    };

    view! {
        // Without scripts there is nothing to press.
        <div class="hold" data-ready=ready_mark() node_ref=root hidden=move || !ready.get()>
            <button type="button" on:click=start_or_stop>
                {move || if held.get().is_some() { "Stop" } else { "Time it" }}
            </button>
            // One timer is announced at a time.
            <span class="hold-face" role=move || held.get().map(|_| "timer")>{face}</span>
        </div>
    }
}
