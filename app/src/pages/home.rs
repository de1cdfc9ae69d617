//! `/`: today's workout and the way to log in.

use std::sync::Arc;

use domain::workout::training::Training;
use leptos::prelude::*;

use crate::components::markup::IntoMarkup as _;
use crate::components::workout_blocks::{Remarks, ShortList, WarmUp, WorkoutFigures, progress_words};
use model::{self, Layout, Player};

#[component]
pub(crate) fn HomePage(page: model::HomePage) -> impl IntoView {
    let model::HomePage { player, remarks, week, preferences, customised } = page;
    let (name, warm_up) = (player.name.clone(), player.warm_up.clone());
    let signed_in = expect_context::<Layout>().display_name.is_some();
    let made_for = made_for(&preferences.training);
    let made_for = match (customised, signed_in) {
        (true, _) => view! { <p class="muted">{format!("Made for you: {made_for}.")}</p> }.into_markup(),
        (false, true) => view! {
            <p class="muted">
                {format!("Made for {made_for}. ")}
                <a href="/preferences">"Make it yours"</a>
            </p>
        }
        .into_markup(),
        (false, false) => view! {
            <p class="muted">
                {format!("Made for someone new: {made_for}. ")}
                "Tell us your goal and your equipment, and we will adapt it to you."
            </p>
        }
        .into_markup(),
    };
    // A week that is full never stands in the way of one more.
    let week = week.map(|week| {
        let rest = if week.is_reached() && !player.started { ". Rest if you like" } else { "" };
        format!(" · {}{rest}", week.words())
    });
    view! {
        <section class="hero">
            <p class="kicker">"Today" {week}</p>
            <h1>{name}</h1>
            <WorkoutFigures player=Arc::clone(&player) />
            <Ways player=Arc::clone(&player) offers_preferences=!customised && !signed_in />
        </section>
        <section aria-label="The plan">
            <ShortList player=player />
            <Remarks remarks=remarks />
            {made_for}
            <details>
                <summary>"Warm-up"</summary>
                <WarmUp exercises=warm_up />
            </details>
        </section>
    }
    .into_markup()
}

/// To start, or to go on.
#[component]
fn Ways(
    player: Arc<Player>,
    /// To somebody of whom nothing is known.
    offers_preferences: bool,
) -> impl IntoView {
    if player.started {
        // To the set to do now, unless the top of the page asks something.
        let place = if player.abandoned.is_some() { "/workout" } else { "/workout#rest" };
        return view! {
            <p class="row ways">
                <a class="button primary" href=place>"Continue"</a>
                <span>{player.logged()} " " {progress_words(&player)}</span>
            </p>
        }
        .into_markup();
    }
    view! {
        <p class="row ways">
            <a class="button primary" href="/workout">"Start training"</a>
            {offers_preferences.then(|| view! { <a class="button" href="/preferences">"Make it yours"</a> })}
        </p>
    }
    .into_markup()
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
