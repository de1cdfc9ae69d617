//! Counts down the rest between two sets.

mod rest;

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

pub use self::rest::ring_offset;
use self::rest::{Rest, STEP, seconds};
use super::handed::handed;
use super::player::{KeptRest, PlayerContext, PlayerStart, beep, device_clock, vibrate};
use super::{Shown, follow, listen, press, ready_mark, text};
use model::wording::clock;

/// What is said once a rest has run out, until the next one begins.
const OVER: &str = "Rest is over. Next set!";
/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(200);

/// The countdown. It ends a rest after the newest set, whichever device logged it, so a reload, a sleeping phone and a
/// second device agree; and it goes by the clock, so a background tab that is throttled does not prolong it. What its
/// buttons change is kept in the browser, for a reload and for other tabs.
#[island]
pub fn RestBar() -> impl IntoView {
    let start: PlayerStart = handed().unwrap_or_default();
    let usual = i64::from(start.rest_seconds);
    let remaining = start.until.map_or(usual, |until| seconds(until - start.now));
    let rest = Shown::new(Rest { left: remaining, ..Rest::of(usual.max(remaining)) });
    let interval = StoredValue::new(None::<IntervalHandle>);
    let context = use_context::<PlayerContext>();
    let ahead = move || context.map_or(0, |context| context.queue.ahead());
    // When the newest set was logged, and the rest after it.
    let newest = move || context.and_then(|context| context.rows.rest());

    let stop = move || {
        if let Some(interval) = interval.try_update_value(Option::take).flatten() {
            interval.clear();
        }
    };
    let tick = move || {
        let before = rest.get_untracked();
        let mut now = before;
        let is_over = now.look(device_clock());
        if now != before {
            rest.set(now);
        }
        if is_over {
            stop();
            vibrate(400);
            beep();
        }
    };
    let run = move |end: i64, total: i64| {
        stop();
        rest.set(Rest { ends_at: Some(end), ..Rest::of(total) });
        interval.set_value(set_interval_with_handle(tick, TICK).ok());
        tick();
    };
    let reset = move || {
        stop();
        rest.set(Rest::of(usual));
    };

    // Each newest set begins a rest, and so does the one that is the newest after a correction or on another device.
    let elsewhere = Trigger::new();
    let mut before = None;
    follow(move || {
        elsewhere.track();
        let newest = newest();
        let after = newest.map_or(0, |(logged, _)| logged);
        let kept = KeptRest::read().filter(|kept| kept.after == after);
        let planned = newest.map(|(logged, rest)| KeptRest { after, end: logged + rest, total: rest / 1000 });
        let known = kept.or(planned);
        if before == Some(known) {
            return;
        }
        let is_first = before.replace(known).is_none();
        let Rest { ends_at: running, is_over, .. } = rest.get_untracked();
        let due = known.filter(|known| known.end + ahead() > device_clock());
        if let Some(due) = due {
            let end = due.end + ahead();
            if running != Some(end) {
                run(end, due.total);
            }
        } else if running.is_some() || is_over || is_first && known.is_some() {
            // Also the one that the page was made with, if it was skipped.
            reset();
        }
    });
    follow(move || listen("storage", move |_| elsewhere.notify()));
    let mut title = None;
    follow(move || {
        let Rest { left, total, ends_at, is_over } = rest.get();
        let page = title.get_or_insert_with(|| document().title());
        // So that it is seen from another tab.
        let said = match (is_over, ends_at) {
            (true, _) => OVER.to_owned(),
            (false, Some(_)) => clock(left as u32),
            (false, None) => String::new(),
        };
        let between = if said.is_empty() { "" } else { " · " };
        document().set_title(&[&said, between, page].concat());
        // It stands beside this island, as the server drew it.
        if let Ok(Some(ring)) = document().query_selector("#rest .left") {
            let _ = ring.set_attribute("stroke-dashoffset", &ring_offset(left, total).to_string());
        }
    });

    let keep = move |end: i64| {
        let after = untrack(newest).map_or(0, |(logged, _)| logged);
        KeptRest { after, end: end - ahead(), total: rest.get_untracked().total }.keep();
    };
    let start_or_skip = move |_| {
        let (now, Rest { total, ends_at, .. }) = (device_clock(), rest.get_untracked());
        if ends_at.is_some() {
            keep(now);
            reset();
        } else {
            keep(now + total * 1000);
            run(now + total * 1000, total);
        }
    };
    let change = move |by: i64| {
        let mut now = rest.get_untracked();
        now.change(by);
        rest.set(now);
        if let Some(end) = now.ends_at {
            keep(end);
            tick();
        }
    };

    view! {
        <div class="timer" data-ready=ready_mark()>
            <div class="timer-face" role="timer">{text(move || clock(rest.get().left as u32))}</div>
            <div class="row">
                <button type="button" on:click=press(move |_| change(-STEP))>"−15 s"</button>
                <button type="button" class="primary" on:click=press(start_or_skip)>
                    {text(move || if rest.get().ends_at.is_some() { "Skip rest" } else { "Start rest" })}
                </button>
                <button type="button" on:click=press(move |_| change(STEP))>"+15 s"</button>
            </div>
            <p class="announce" aria-live="polite">
                {text(move || if rest.get().is_over { OVER } else { "" })}
            </p>
        </div>
    }
}
