//! The rest between two sets.

use leptos::prelude::*;

use crate::islands::RestTimer;
use crate::model::Rest;
use crate::model::dates::second;
use crate::wording::spoken;

/// The clock, and what comes next. Without JavaScript it says when the rest is over.
#[component]
pub(super) fn RestCard(rest: Rest) -> impl IntoView {
    let millis = |at: time::OffsetDateTime| (at.unix_timestamp_nanos() / 1_000_000) as f64;
    let said = match rest.until {
        Some(until) => format!("Rest until {}.", second(until)),
        None => format!("Rest for {} after each set.", spoken(rest.seconds.into())),
    };
    view! {
        <section class="rest" id="rest" aria-label="Rest">
            <p class="rest-time">{said}</p>
            <RestTimer
                rest_seconds=rest.seconds
                until=rest.until.map(millis)
                now=millis(rest.now)
            />
            {rest.next.map(|next| view! { <p class="next">"Next: " {next}</p> })}
        </section>
    }
    .into_any()
}
