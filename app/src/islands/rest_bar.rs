//! Counts down the rest between two sets.

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

use super::handed::handed;
use super::player::{PlayerContext, PlayerStart, beep, device_clock, vibrate};
use super::{follow, press, ready_mark, text};
use crate::wording::clock;

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(200);
/// By how much the buttons change the rest, in seconds.
const STEP: i64 = 15;
/// The longest rest, in seconds.
const LONGEST: i64 = 3_600;

/// Whole seconds of some milliseconds, rounded up, within what a rest can take.
fn seconds(millis: i64) -> i64 {
    (millis + 999).div_euclid(1000).clamp(0, LONGEST)
}

/// The countdown. It ends a rest after the newest set, whichever device logged it, so a reload, a sleeping phone and a
/// second device agree; and it goes by the clock, so a background tab that is throttled does not prolong it.
#[island]
pub fn RestBar() -> impl IntoView {
    let start: PlayerStart = handed().unwrap_or_default();
    let remaining = start.until.map(|until| seconds(until - start.now));
    let usual = i64::from(start.rest_seconds);
    // What the next rest takes, and what the one that runs has left, in seconds.
    let total = RwSignal::new(remaining.unwrap_or(usual).max(usual));
    let left = RwSignal::new(remaining.unwrap_or(usual));
    let over = RwSignal::new(false);
    // When it ends, in milliseconds since 1970 by the clock of this device. `None` if it does not run.
    let ends_at = RwSignal::new(None::<i64>);
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
        let seconds = seconds(end - device_clock());
        if seconds != left.get_untracked() {
            left.set(seconds);
            document().set_title(&format!("{} · {}", clock(seconds as u32), title.get_value()));
        }
        if seconds == 0 {
            stop();
            over.set(true);
            vibrate(400);
            beep();
        }
    };
    let run = move |end: i64| {
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
        left.set(usual);
    };

    match use_context::<PlayerContext>() {
        // Each newest set begins a rest, and so does the one that is the newest after a correction or on another device.
        Some(context) => {
            let mut before: Option<Option<(i64, i64)>> = None;
            follow(move || {
                let rest = context.rows.rest();
                if before != Some(rest) {
                    let now = device_clock();
                    let end = rest.map(|(logged, rest)| (logged + rest + context.queue.ahead(), rest));
                    match end.filter(|(end, _)| *end > now) {
                        Some((end, rest)) => {
                            total.set(rest / 1000);
                            run(end);
                        }
                        None if before.is_some() => reset(),
                        None => {}
                    }
                    before = Some(rest);
                }
            });
        }
        None => {
            let until = start.until;
            follow(move || {
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
            run(device_clock() + total.get_untracked() * 1000);
        }
    };
    let change = move |by: i64| {
        let seconds = (total.get_untracked() + by).clamp(STEP, LONGEST);
        if let Some(end) = ends_at.get_untracked() {
            total.set(seconds);
            ends_at.set(Some(end + by * 1000));
            tick();
        } else {
            over.set(false);
            total.set(seconds);
            left.set(seconds);
        }
    };

    view! {
        <div class="timer" data-ready=ready_mark()>
            <div class="timer-face" role="timer">{text(move || clock(left.get() as u32))}</div>
            <progress
                max=text(move || total.get().to_string())
                prop:value=text(move || left.get().to_string())
                value=total.get_untracked().to_string()
                aria-hidden="true"
            ></progress>
            <div class="row">
                <button type="button" on:click=press(move |_| change(-STEP))>"−15 s"</button>
                <button type="button" class="primary" on:click=press(start_or_skip)>
                    {text(move || if is_running() { "Skip rest" } else { "Start rest" })}
                </button>
                <button type="button" on:click=press(move |_| change(STEP))>"+15 s"</button>
            </div>
            <p class="announce" aria-live="polite">
                {text(move || if over.get() { "Rest is over. Next set!" } else { "" })}
            </p>
        </div>
    }
}
