//! The parts of a workout that several pages show.

use std::sync::Arc;

use domain::workout::exercise_id::ExerciseId;
use domain::workout::programme::{Remark, WARM_UP_SECONDS};
use leptos::prelude::*;

use crate::components::card::Fact;
use crate::components::icon::{Drawn, Icon};
use crate::components::markup::IntoMarkup as _;
use model::Player;
use model::dates::hour;
use model::wording::{EACH_SIDE, clock, counted};

/// Minutes, sets, exercises and rest as a row of figures.
#[component]
pub(crate) fn WorkoutFigures(#[prop(into)] player: Arc<Player>) -> impl IntoView {
    let (exercises, sets) = (player.cards.len(), player.rows());
    let longest = player.cards.iter().map(|card| card.rest_seconds).max().unwrap_or_default();
    view! {
        <dl class="figures">
            <Fact name="minutes">{player.minutes}</Fact>
            <Fact name="sets">{sets}</Fact>
            <Fact name="exercises">{exercises}</Fact>
            <Fact name="rest">{clock(u32::from(longest))}</Fact>
        </dl>
    }
    .into_markup()
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

/// Today's exercises: the load in large figures, how often, and what was done last time.
#[component]
pub(crate) fn ShortList(player: Arc<Player>) -> impl IntoView {
    let rows = player
        .cards
        .iter()
        .map(|card| {
            let icon = card.advice.map(|exercise| view! { <Drawn icon=Icon::of(exercise.pattern) /> });
            let (amount, sides) = match card.amount.strip_suffix(EACH_SIDE) {
                Some(amount) => (amount.to_owned(), Some(EACH_SIDE)),
                None => (card.amount.clone(), None),
            };
            let target = match card.rows.first().and_then(|row| row.said.clone()) {
                Some(load) => {
                    view! { <b class="target"><Load said=load /><small>{amount} {sides}</small></b> }
                        .into_markup()
                }
                None => view! { <b class="target">{amount}<small>{sides}</small></b> }.into_markup(),
            };
            view! {
                <li>
                    {icon}
                    <span>
                        {card.name.clone()}
                        {card.last_time.clone().map(|last| view! { <small class="last">{last}</small> })}
                    </span>
                    {target}
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! { <ol class="today">{rows}</ol> }.into_markup()
}

/// `60 kg`, the unit smaller than the figure.
#[component]
fn Load(said: String) -> impl IntoView {
    match said.rsplit_once(' ').filter(|(_, unit)| matches!(*unit, "kg" | "lb")) {
        Some((figure, unit)) => {
            view! { {figure.to_owned()} <span class="unit">" " {unit.to_owned()}</span> }.into_markup()
        }
        None => view! { <span class="unit">{said}</span> }.into_markup(),
    }
}

/// Why the session is as it is.
#[component]
pub(crate) fn Remarks(remarks: Vec<Remark>) -> impl IntoView {
    remarks.into_iter().map(|remark| view! { <p class="muted">{remark.sentence()}</p> }).collect::<Vec<_>>()
}
