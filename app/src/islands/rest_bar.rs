//! Counts down the rest between two sets.

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

use super::handed::handed;
use super::player::{PlayerContext, PlayerStart, beep, vibrate};
use super::ready_mark;
use crate::wording::clock;

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(200);
/// By how much the buttons change the rest, in seconds.
const STEP: f64 = 15.0;
/// The longest rest, in seconds.
const LONGEST: f64 = 3_600.0;

/// The countdown. It ends a rest after the newest set, whichever device logged it, so a reload, a sleeping phone and a
/// second device agree; and it goes by the clock, so a background tab that is throttled does not prolong it.
#[island]
pub fn RestBar() -> impl IntoView {
    let start: PlayerStart = handed().unwrap_or_default();
    let remaining = start.until.map(|until| ((until - start.now) / 1000.0).ceil().clamp(0.0, LONGEST) as u32);
    let usual = f64::from(start.rest_seconds);
    // What the next rest takes, and what the one that runs has left, in seconds.
    let total = RwSignal::new(remaining.map_or(usual, f64::from).max(usual));
    let left = RwSignal::new(remaining.unwrap_or(start.rest_seconds.into()));
    let over = RwSignal::new(false);
    // When it ends, in milliseconds since 1970 by the clock of this device. `None` if it does not run.
    let ends_at = RwSignal::new(None::<f64>);
    let interval = StoredValue::new(None::<IntervalHandle>);
    let title = StoredValue::new(String::new());

    let stop = move || {
        if let Some(interval) = interval.try_update_value(Option::take).flatten() {
            interval.clear();
            document().set_title(&title.get_value());
        }
        ends_at.set(None);
    };
    let tick = move || {
        let Some(end) = ends_at.get_untracked() else { return };
        let seconds = ((end - js_sys::Date::now()) / 1000.0).ceil().clamp(0.0, LONGEST) as u32;
        if seconds != left.get_untracked() {
            left.set(seconds);
            document().set_title(&format!("{} · {}", clock(seconds), title.get_value()));
        }
        if seconds == 0 {
            stop();
            over.set(true);
            vibrate(400);
            beep();
        }
    };
    let run = move |end: f64| {
        stop();
        over.set(false);
        title.set_value(document().title());
        ends_at.set(Some(end));
        interval.set_value(set_interval_with_handle(tick, TICK).ok());
        tick();
    };
    let reset = move || {
        stop();
        over.set(false);
        total.set(usual);
        left.set(usual as u32);
    };

    match use_context::<PlayerContext>() {
        // Each newest set begins a rest, and so does the one that is the newest after a correction or on another device.
        Some(context) => {
            Effect::new(move |before: Option<Option<(f64, f64)>>| {
                let rest = context.rows.rest();
                if before != Some(rest) {
                    let now = js_sys::Date::now();
                    let end = rest.map(|(logged, rest)| (logged + rest + context.queue.ahead(), rest));
                    match end.filter(|(end, _)| *end > now) {
                        Some((end, rest)) => {
                            total.set(rest / 1000.0);
                            run(end);
                        }
                        None if before.is_some() => reset(),
                        None => {}
                    }
                }
                rest
            });
        }
        None => {
            let until = start.until;
            Effect::new(move || {
                if let Some(until) = until {
                    run(until + start.ahead());
                }
            });
        }
    }

    let is_running = move || ends_at.get().is_some();
    let start_or_skip = move |_| {
        if ends_at.get_untracked().is_some() {
            reset();
        } else {
            run(js_sys::Date::now() + total.get_untracked() * 1000.0);
        }
    };
    let change = move |by: f64| {
        let seconds = (total.get_untracked() + by).clamp(STEP, LONGEST);
        if let Some(end) = ends_at.get_untracked() {
            total.set(seconds);
            ends_at.set(Some(end + by * 1000.0));
            tick();
        } else {
            over.set(false);
            total.set(seconds);
            left.set(seconds as u32);
        }
    };

    view! {
        <div class="timer" data-ready=ready_mark()>
            <div class="timer-face" role="timer">{move || clock(left.get())}</div>
            <progress max=move || total.get() prop:value=move || left.get() value=total.get_untracked() aria-hidden="true">
            </progress>
            <div class="row">
                <button type="button" on:click=move |_| change(-STEP)>"−15 s"</button>
                <button type="button" class="primary" on:click=start_or_skip>
                    {move || if is_running() { "Skip rest" } else { "Start rest" }}
                </button>
                <button type="button" on:click=move |_| change(STEP)>"+15 s"</button>
            </div>
            <p class="announce" aria-live="polite">
                {move || if over.get() { "Rest is over. Next set!" } else { "" }}
            </p>
        </div>
    }
}
