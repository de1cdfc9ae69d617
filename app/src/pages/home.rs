//! `/`: today's workout and the way to log in.

use domain::workout::training::Training;
use leptos::prelude::*;

use crate::components::card::Card;
use crate::components::workout_blocks::{Remarks, ShortList, WarmUp, WorkoutFigures, progress_words};
use crate::model::{self, Player};

#[component]
pub(crate) fn HomePage(page: model::HomePage) -> impl IntoView {
    let model::HomePage { player, remarks, week, preferences, customised } = page;
    let (name, warm_up, cards) = (player.name.clone(), player.warm_up.clone(), player.cards.clone());
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
    // A week that is full never stands in the way of one more.
    let week = week.map(|week| {
        let said = if week.is_reached() && !player.started {
            format!("Done: {}. Rest if you like. Next:", week.words())
        } else {
            format!("{}. Today:", week.words())
        };
        view! { <p class="week-words">{said}</p> }
    });
    view! {
        <section class="hero">
            <p class="kicker">"Today"</p>
            {week}
            <h1>{name}</h1>
            <WorkoutFigures player=player.clone() />
            <Ways player=player />
            {made_from}
        </section>
        <Card id="plan" title="The plan">
            <ShortList cards=cards />
            <Remarks remarks=remarks />
            <details>
                <summary>"Warm-up"</summary>
                <WarmUp exercises=warm_up />
            </details>
        </Card>
    }
}

/// To start, or to go on.
#[component]
fn Ways(player: Player) -> impl IntoView {
    if player.started {
        return view! {
            <p class="row">
                <a class="button primary" href="/workout">"Continue"</a> <span>{player.logged()} " " {progress_words(&player)}</span>
            </p>
        }
        .into_any();
    }
    view! {
        <p class="row">
            <a class="button primary" href="/workout">"Start training"</a>
            <a class="button" href="/preferences">"Make it yours"</a>
        </p>
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
