//! Counts down the rest between two sets.

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

use super::handed::{Handed, handed};
use super::ready_mark;
use crate::wording::clock;

/// What [`RestTimer`] starts with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rest {
    /// Duration of the countdown.
    pub seconds: u16,
}

impl Handed for Rest {
    const ID: &'static str = "rest-values";

    fn write(&self) -> String {
        self.seconds.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        Some(Self { seconds: text.parse().ok()? })
    }
}

/// A countdown of the [`Rest`]. It goes by the clock, so throttling in a background tab does not
/// prolong the rest.
#[island]
pub fn RestTimer() -> impl IntoView {
    let total = u32::from(handed::<Rest>().unwrap_or_default().seconds);
    let left = RwSignal::new(total);
    let over = RwSignal::new(false);
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
    let start_or_stop = move |_| {
        if running.get_untracked().is_some() {
            tick();
            stop();
            return;
        }
        if left.get_untracked() == 0 {
            left.set(total);
        }
        over.set(false);
        ends_at.set_value(js_sys::Date::now() + f64::from(left.get_untracked()) * 1000.0);
        running.set(set_interval_with_handle(tick, Duration::from_millis(200)).ok());
    };
    let reset = move |_| {
        stop();
        over.set(false);
        left.set(total);
    };
    let untouched = move || running.get().is_none() && left.get() == total;
    let label = move || match (running.get().is_some(), left.get()) {
        (true, _) => "Stop rest",
        (false, l) if l == total || l == 0 => "Start rest",
        (false, _) => "Resume rest",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_writes_is_what_the_browser_reads() {
        let rest = Rest { seconds: 600 };
        assert_eq!(Rest::read(&rest.write()), Some(rest));
        assert_eq!(Rest::read("1:30"), None);
    }
}
