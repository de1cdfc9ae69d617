//! The parts of a workout that several pages show.

use domain::workout::exercise_id::ExerciseId;
use domain::workout::programme::{Remark, WARM_UP_SECONDS};
use leptos::prelude::*;

use crate::components::card::Fact;
use crate::model::dates::hour;
use crate::model::{Card, Player};
use crate::wording::{clock, counted};

/// Minutes, exercises, sets and rest as a row of figures.
#[component]
pub(crate) fn WorkoutFigures(player: Player) -> impl IntoView {
    let (minutes, exercises, sets) = (player.minutes, player.cards.len(), player.rows());
    let longest = player.cards.iter().map(|card| card.rest_seconds).max().unwrap_or_default();
    view! {
        <dl class="figures">
            <Fact name="Time">{format!("{minutes} min")}</Fact>
            <Fact name="Exercises">{exercises}</Fact>
            <Fact name="Sets">{sets}</Fact>
            <Fact name="Rest">{clock(u32::from(longest))} " min"</Fact>
        </dl>
    }
}

/// How far an open workout is, after the number of logged sets: `of 12 sets · started 18:04`.
pub(crate) fn progress_words(player: &Player) -> String {
    let sets = counted(u32::try_from(player.rows()).unwrap_or(u32::MAX), "set");
    format!("of {sets} · started {}", hour(player.started_at))
}

/// The movements of a warm-up, each with its seconds.
#[component]
pub(crate) fn WarmUp(exercises: Vec<ExerciseId>) -> impl IntoView {
    let rows = exercises
        .iter()
        .map(|exercise| view! { <li><span>{exercise.name().to_owned()}</span><b>{WARM_UP_SECONDS} " s"</b></li> })
        .collect::<Vec<_>>();
    view! { <ol class="plain-blocks">{rows}</ol> }
}

/// Today's exercises: what to do, and what was done last time.
#[component]
pub(crate) fn ShortList(cards: Vec<Card>) -> impl IntoView {
    let rows = cards
        .into_iter()
        .map(|card| {
            let load = card.rows.first().and_then(|row| row.said.clone());
            view! {
                <li>
                    <span>
                        {card.name.clone()}
                        {card.last_time.map(|last| view! { <small class="last">{last}</small> })}
                    </span>
                    <b>{card.amount}{load.map(|load| format!(" · {load}"))}</b>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! { <ol class="plain-blocks">{rows}</ol> }
}

/// Why the session is as it is.
#[component]
pub(crate) fn Remarks(remarks: Vec<Remark>) -> impl IntoView {
    remarks.into_iter().map(|remark| view! { <p class="muted">{remark.sentence()}</p> }).collect::<Vec<_>>()
}
