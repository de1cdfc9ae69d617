//! `/`: today's workout and the way to log in.

use domain::workout::training::Training;
use leptos::prelude::*;

use crate::components::card::Card;
use crate::components::workout_blocks::{Remarks, ShortList, WarmUp, WorkoutFigures};
use crate::model;

#[component]
pub(crate) fn HomePage(page: model::HomePage) -> impl IntoView {
    let model::HomePage { workout, preferences, customised } = page;
    let (name, warm_up, blocks) = (workout.name, workout.warm_up.clone(), workout.blocks.clone());
    let remarks = workout.remarks.clone();
    let made_from = if customised {
        view! { <p class="muted">{format!("Made for you: {}.", made_for(&preferences.training))}</p> }
            .into_any()
    } else {
        view! {
            <p class="muted">
                {format!("Made for someone new: {}. ", made_for(&preferences.training))}
                "Tell us your goal and your equipment, and we will adapt it to you."
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
            <h1>{name}</h1>
            <WorkoutFigures workout=workout />
            <p class="row">
                <a class="button primary" href="/workout">"Start training"</a>
                <a class="button" href="/preferences">"Make it yours"</a>
            </p>
            {made_from}
        </section>
        <Card id="plan" title="The plan">
            <h3>"Warm-up"</h3>
            <WarmUp exercises=warm_up />
            <h3>"Main part"</h3>
            <ShortList blocks=blocks />
            <Remarks remarks=remarks />
        </Card>
    }
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
