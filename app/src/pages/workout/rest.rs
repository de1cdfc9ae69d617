//! The rest between two sets.

use leptos::prelude::*;

use crate::islands::RestBar;
use crate::model::Rest;
use crate::model::dates::second;
use crate::wording::spoken;

/// The clock, and what comes next. Without JavaScript it says when the rest is over.
#[component]
pub(super) fn RestCard(rest: Rest) -> impl IntoView {
    let said = match rest.until {
        Some(until) => format!("Rest until {}.", second(until)),
        None => format!("Rest for {} after each set.", spoken(rest.seconds.into())),
    };
    view! {
        <section class="rest" id="rest" aria-label="Rest">
            <p class="rest-time">{said}</p>
            <RestBar />
            // Always there, for what comes next without a reload.
            <p class="next">{rest.next.map(|next| format!("Next: {next}"))}</p>
        </section>
    }
    .into_any()
}
