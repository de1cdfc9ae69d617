//! `/`: today's workout and the way in.

use domain::workout::training::Training;
use leptos::prelude::*;

use crate::components::blocks::{figures, short_list};
use crate::model::HomePage;

pub(crate) fn view(page: &HomePage) -> AnyView {
    let HomePage { workout, preferences, customised } = page;
    let made_from = if *customised {
        view! { <p class="muted">{format!("Made for you: {}.", made_for(&preferences.training))}</p> }
            .into_any()
    } else {
        view! {
            <p class="muted">
                {format!("Made for someone new: {}. ", made_for(&preferences.training))}
                "Say what you want and what you have, and it changes with you."
            </p>
        }
        .into_any()
    };
    view! {
        <section class="hero">
            <svg viewBox="0 0 400 60" aria-hidden="true">
                <path d="M0 40h90l14-26 22 44 24-52 20 40 10-6h60l14-26 22 44 24-52 20 40 10-6h70" />
            </svg>
            <p class="kicker">"Today"</p>
            <h1>{workout.name.clone()}</h1>
            {figures(workout)}
            <p class="row">
                <a class="button primary" href="/workout">"Start training"</a>
                <a class="button" href="/preferences">"Make it yours"</a>
            </p>
            {made_from}
        </section>
        <section class="card" aria-labelledby="plan">
            <h2 id="plan">"The plan"</h2>
            <h3>"Warm-up"</h3>
            {short_list(&workout.warm_up)}
            <h3>"Main part"</h3>
            {short_list(&workout.main)}
        </section>
    }
    .into_any()
}

/// `strength, beginner, 45 minutes, body weight`
fn made_for(training: &Training) -> String {
    let mut equipment: Vec<_> = training.equipment.iter().map(|e| e.label().to_lowercase()).collect();
    if equipment.is_empty() {
        equipment.push("body weight".to_owned());
    }
    format!(
        "{}, {}, {} minutes, {}",
        training.goal.label().to_lowercase(),
        training.level.label().to_lowercase(),
        training.session_minutes,
        equipment.join(", "),
    )
}
