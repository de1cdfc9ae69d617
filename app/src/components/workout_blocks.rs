//! The blocks of a workout.

use domain::workout::plan::{Block, Workout};
use leptos::prelude::*;

use crate::wording::{amount, clock, counted};

/// The sets of the main part.
pub(crate) fn planned_sets(workout: &Workout) -> u32 {
    workout.main.iter().map(|block| u32::from(block.sets)).sum()
}

/// A short list: exercise and amount.
pub(crate) fn short_list(blocks: &[Block]) -> AnyView {
    let rows = blocks
        .iter()
        .map(|block| view! { <li><span>{block.exercise.name}</span><b>{amount(block)}</b></li> })
        .collect::<Vec<_>>();
    view! { <ol class="plain-blocks">{rows}</ol> }.into_any()
}

/// Minutes, sets and rest as a row of figures.
pub(crate) fn figures(workout: &Workout) -> AnyView {
    let rest = clock(u32::from(workout.rest_seconds));
    view! {
        <dl class="figures">
            <div><dt>"Time"</dt><dd>{format!("{} min", workout.minutes)}</dd></div>
            <div><dt>"Exercises"</dt><dd>{workout.main.len()}</dd></div>
            <div><dt>"Sets"</dt><dd>{planned_sets(workout)}</dd></div>
            <div><dt>"Rest"</dt><dd>{rest} " min"</dd></div>
        </dl>
    }
    .into_any()
}

/// The blocks with how to do them and a check box for each set. The boxes belong to no form: they help the
/// person to keep count, with and without JavaScript.
pub(crate) fn check_list(blocks: &[Block]) -> AnyView {
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
                    <div class="sets" role="group" aria-label=format!("{name}: {}", counted(block.sets.into(), "set"))>
                        {sets}
                    </div>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! { <ol class="blocks">{rows}</ol> }.into_any()
}
