//! The blocks of a workout.

use domain::workout::exercise::Exercise;
use domain::workout::programme::{Assignment, Remark, Session, WARM_UP_SECONDS};
use leptos::prelude::*;

use crate::components::card::Fact;
use crate::wording::{amount, clock, counted, spoken};

/// Minutes, sets and rest as a row of figures.
#[component]
pub(crate) fn WorkoutFigures(workout: Session) -> impl IntoView {
    let (minutes, exercises, sets) = (workout.minutes, workout.blocks.len(), workout.planned_sets());
    let rest = clock(u32::from(workout.longest_rest()));
    view! {
        <dl class="figures">
            <Fact name="Time">{format!("{minutes} min")}</Fact>
            <Fact name="Exercises">{exercises}</Fact>
            <Fact name="Sets">{sets}</Fact>
            <Fact name="Rest">{rest} " min"</Fact>
        </dl>
    }
}

/// The movements of a warm-up, each with its seconds.
#[component]
pub(crate) fn WarmUp(exercises: Vec<&'static Exercise>) -> impl IntoView {
    let rows = exercises
        .iter()
        .map(|exercise| view! { <li><span>{exercise.name}</span><b>{WARM_UP_SECONDS} " s"</b></li> })
        .collect::<Vec<_>>();
    view! { <ol class="plain-blocks">{rows}</ol> }
}

/// A short list of exercises and amounts.
#[component]
pub(crate) fn ShortList(blocks: Vec<Assignment>) -> impl IntoView {
    let rows = blocks
        .iter()
        .map(|block| view! { <li><span>{block.exercise.name}</span><b>{amount(block)}</b></li> })
        .collect::<Vec<_>>();
    view! { <ol class="plain-blocks">{rows}</ol> }
}

/// Why the session is as it is.
#[component]
pub(crate) fn Remarks(remarks: Vec<Remark>) -> impl IntoView {
    remarks.into_iter().map(|remark| view! { <p class="muted">{remark.sentence()}</p> }).collect::<Vec<_>>()
}

/// Exercises with instructions and a check box for each set. The boxes belong to no form: they help people
/// keep count, with and without JavaScript.
#[component]
pub(crate) fn CheckList(blocks: Vec<Assignment>) -> impl IntoView {
    let rows = blocks
        .iter()
        .map(|block| {
            let name = block.exercise.name;
            let sets = (1..=block.sets)
                .map(|n| {
                    view! {
                        <label class="set">
                            <input type="checkbox" data-set="" autocomplete="off" />
                            <span class="visually-hidden">{format!("{name}, set ")}</span>
                            {n}
                        </label>
                    }
                })
                .collect::<Vec<_>>();
            view! {
                <li class="block">
                    <h3>{name}</h3>
                    <p class="amount">{amount(block)}</p>
                    <p class="cue">{block.exercise.cue}</p>
                    <p class="cue">{format!("Rest for {}.", spoken(block.rest_seconds.into()))}</p>
                    <div class="sets" role="group" aria-label=format!("{name}: {}", counted(block.sets.into(), "set"))>
                        {sets}
                    </div>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! { <ol class="blocks">{rows}</ol> }
}
