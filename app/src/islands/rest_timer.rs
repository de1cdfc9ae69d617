//! Counts down the rest between two sets.

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

use super::ready_mark;
use crate::wording::clock;

/// How far the clock of a device may be off before it is not believed, in milliseconds.
const CLOCK_TOLERANCE: f64 = 300_000.0;

/// A countdown of `rest_seconds`, or to the end of a rest that has begun. It goes by the clock, so throttling in a
/// background tab does not prolong the rest, and a reload does not start it anew.
#[island]
pub fn RestTimer(
    /// Duration of the countdown.
    rest_seconds: u16,
    /// When the rest that has begun ends, in milliseconds since 1970; `None` if none has.
    until: Option<f64>,
    /// When the page was made, by the clock that `until` goes by.
    now: f64,
) -> impl IntoView {
    let remaining = until.map(|until| ((until - now) / 1000.0).ceil().clamp(0.0, 3600.0) as u32);
    let total = remaining.unwrap_or(0).max(u32::from(rest_seconds));
    let left = RwSignal::new(remaining.unwrap_or(total));
    let over = RwSignal::new(false);
    let paused = RwSignal::new(false);
    // The running interval and when the rest ends, in milliseconds since 1970.
    let running = RwSignal::new(None::<IntervalHandle>);
    let ends_at = StoredValue::new(0.0_f64);

    let stop = move || {
        if let Some(interval) = running.get_untracked() {
            interval.clear();
            running.set(None);
        }
    };
    let tick = move || {
        let seconds = ((ends_at.get_value() - js_sys::Date::now()) / 1000.0).ceil();
        // Between 0 and `total`, so the cast is exact.
        left.set(seconds.clamp(0.0, f64::from(total)) as u32);
        if left.get_untracked() == 0 {
            stop();
            over.set(true);
        }
    };
    Effect::new(move || {
        let Some(until) = until else { return };
        let here = js_sys::Date::now();
        // A clock that is hours off would end the rest at once, or never.
        let ends = if (here - now).abs() < CLOCK_TOLERANCE { until } else { here + (until - now) };
        if ends > here {
            ends_at.set_value(ends);
            tick();
            running.set(set_interval_with_handle(tick, Duration::from_millis(200)).ok());
        }
    });
    let start_or_stop = move |_| {
        if running.get_untracked().is_some() {
            tick();
            stop();
            paused.set(left.get_untracked() > 0);
            return;
        }
        if left.get_untracked() == 0 {
            left.set(total);
        }
        over.set(false);
        paused.set(false);
        ends_at.set_value(js_sys::Date::now() + f64::from(left.get_untracked()) * 1000.0);
        running.set(set_interval_with_handle(tick, Duration::from_millis(200)).ok());
    };
    let reset = move |_| {
        stop();
        over.set(false);
        paused.set(false);
        left.set(total);
    };
    let untouched = move || running.get().is_none() && left.get() == total;
    let label = move || match (running.get().is_some(), paused.get()) {
        (true, _) => "Stop rest",
        (false, true) => "Resume rest",
        (false, false) => "Start rest",
    };

    view! {
        <div class="timer" data-ready=ready_mark()>
            <div class="timer-face" role="timer">{move || clock(left.get())}</div>
            <progress max=total prop:value=move || left.get() value=total aria-hidden="true"></progress>
            <div class="row">
                <button type="button" class="primary" on:click=start_or_stop>{label}</button>
                <button type="button" disabled=untouched on:click=reset>"Reset"</button>
            </div>
            <p class="announce" aria-live="polite">
                {move || if over.get() { "Rest is over. Next set!" } else { "" }}
            </p>
        </div>
    }
}
