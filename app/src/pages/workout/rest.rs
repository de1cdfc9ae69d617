//! The rest between two sets.

use leptos::prelude::*;

use crate::components::markup::IntoMarkup as _;
use crate::islands::{RestBar, ring_offset};
use model::Rest;
use model::dates::second;
use model::wording::spoken;

/// The clock, and what comes next. Without JavaScript it says when the rest is over.
#[component]
pub(super) fn RestCard(rest: Rest) -> impl IntoView {
    let said = match rest.until {
        Some(until) => format!("Rest until {}.", second(until)),
        None => format!("Rest for {} after each set.", spoken(rest.seconds.into())),
    };
    let total = i64::from(rest.seconds);
    let left = rest.until.map_or(total, |until| (until - rest.now).whole_seconds());
    let offset = ring_offset(left, total);
    view! {
        <section class="rest" id="rest" aria-label="Rest">
            // Its path is a thousand units long; what the rest has left of it is drawn.
            <svg viewBox="0 0 64 64" width="64" fill="none" stroke="currentColor" stroke-width="6" aria-hidden="true">
                <circle stroke-opacity="0.2" cx="32" cy="32" r="28"></circle>
                <circle
                    class="left"
                    cx="32"
                    cy="32"
                    r="28"
                    pathLength="1000"
                    stroke-dasharray="1000"
                    stroke-dashoffset=offset
                    transform="rotate(-90 32 32)"
                ></circle>
            </svg>
            <RestBar />
            <p class="rest-time">{said}</p>
            // Always there, for what comes next without a reload.
            <p class="next">{rest.next.map(|next| format!("Next: {next}"))}</p>
        </section>
    }
    .into_markup()
}
