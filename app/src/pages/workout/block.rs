//! An exercise of the player: one line, or with all its sets.

use domain::millis::to_millis;
use domain::workout::document::WorkoutId;
use domain::workout::performance::Why;
use leptos::prelude::*;

use super::rest::RestCard;
use crate::components::form::{Hidden, Owner, PostForm};
use crate::components::markup::IntoMarkup as _;
use crate::components::plates::PlatesOf;
use crate::components::set_fields::SetFields;
use crate::components::time::rfc3339;
use crate::islands::HoldTimer;
use model::{AmountFields, Card, FormState, RefusedRows, Rest, Row, RowState};

#[component]
pub(super) fn BlockCard(
    card: Card,
    /// `None` before it is started.
    workout: Option<WorkoutId>,
    /// The rest belongs to this exercise.
    rest: Option<Rest>,
    refused: RefusedRows,
) -> impl IntoView {
    // Rows that came back must be seen.
    let open =
        card.is_current || card.rows.iter().chain(&card.ramp).any(|row| refused.rows.contains_key(&row.slot));
    let marks: String = card.rows.iter().map(|row| row.state.mark()).collect();
    let spoken = format!("{} of {} logged", card.logged(), card.rows.len());
    let load = card.rows.first().and_then(|row| row.said.clone());
    let form_of = |row: &Row| refused.rows.get(&row.slot).cloned();
    let set = |row: &Row| {
        let form = form_of(row);
        view! { <SetGroup row=row.clone() form=form workout=workout /> }
    };
    let ramp = card.ramp.iter().map(set).collect::<Vec<_>>();
    let ramp = (!ramp.is_empty()).then(|| {
        view! {
            <details class="ramp">
                <summary>"Lighter sets to begin with"</summary>
                {ramp}
            </details>
        }
    });
    // Between the sets that it separates, in space of its own: it covers nothing, and a phone shows it with the next set.
    let mut rest = rest;
    let rows = card.rows.iter().map(|row| {
        let rest = rest.take_if(|_| row.state == RowState::Current);
        view! { {rest.map(|rest| view! { <RestCard rest=rest /> })} {set(row)} }
    });
    let rows = rows.collect::<Vec<_>>();
    let id = card.block.to_string();
    let skipped = card.skipped.map(|why| format!("Skipped: {}.", why.label().to_lowercase()));
    let (rest_seconds, steps) = (card.rest_seconds, card.steps.map(|steps| steps.text()));
    let mark_skipped = card.skipped.map(|_| "");
    view! {
        <details
            class="block"
            open=open
            id=id
            data-rest=rest_seconds
            data-steps=steps
            data-skipped=mark_skipped
        >
            <summary>
                <span class="block-name">{card.name.clone()}</span>
                <span class="block-amount">{card.amount.clone()}{load.map(|load| format!(" · {load}"))}</span>
                <span class="marks" aria-hidden="true">{marks}</span>
                <span class="visually-hidden marks-spoken">{spoken}</span>
            </summary>
            {skipped.map(|text| view! { <p class="skipped">{text}</p> })}
            <Advice card=card.clone() />
            {ramp}
            {rows}
            {rest.map(|rest| view! { <RestCard rest=rest /> })}
            <Changes card=card workout=workout />
        </details>
    }
    .into_markup()
}

#[component]
fn Advice(card: Card) -> impl IntoView {
    view! {
        {card.reason.map(|reason| view! { <p class="reason">{reason}</p> })}
        {card.last_time.map(|last| view! { <p class="last-time">"Last time, " {last}</p> })}
        {card.reserve.map(|reserve| view! { <p class="cue">{reserve}</p> })}
        {card.advice.map(|exercise| view! {
            <p class="cue">{exercise.cue}</p>
            <details class="advice">
                <summary>"Set-up, and what to avoid"</summary>
                <p class="cue">{exercise.set_up}</p>
                <p class="cue">{exercise.watch_out}</p>
            </details>
        })}
    }
    .into_markup()
}

/// A set. Logged, it stays open to correction.
#[component]
fn SetGroup(row: Row, form: Option<FormState>, workout: Option<WorkoutId>) -> impl IntoView {
    let class = format!("set {}", row.state.word());
    let (id, name, plates) = (row.slot.to_string(), row.name.clone(), row.plates.clone());
    let logged = row.state.is_logged();
    let said = match row.state {
        RowState::Planned => String::new(),
        RowState::Short | RowState::Record | RowState::Logged | RowState::Current => {
            format!(", {}", row.state.spoken())
        }
    };
    let timer =
        (workout.is_some() && row.amount_fields == AmountFields::Seconds).then(|| view! { <HoldTimer /> });
    let (format, least, next) = (row.format.to_string(), row.least, row.next());
    let logged_at = row.logged_at.map(to_millis);
    view! {
        <div
            class=class
            id=id
            role="group"
            aria-label=name
            data-format=format
            data-least=least
            data-at=logged_at
            data-next=next
        >
            <PostForm action="/api/workouts/log">
                {workout.map(|workout| view! { <Hidden name="workout" value=workout.to_string() /> })}
                <Owner />
                <Hidden name="operation" value=row.operation.to_string() />
                <Hidden name="slot" value=row.slot.to_string() />
                <Hidden name="exercise" value=row.exercise.to_string() />
                <Hidden name="unit" value=row.unit.word() />
                {row.logged_at.map(|at| view! { <Hidden name="at" value=rfc3339(at) /> })}
                <p class="set-label">
                    <span class="mark" aria-hidden="true">{row.state.mark()}</span>
                    <span class="label">{row.label.clone()}</span>
                    <span class="visually-hidden spoken">{said}</span>
                    // Always there, for what follows from a set without a reload; in a line that is there anyway, so that
                    // nothing moves when the answer comes.
                    " "
                    <small class="comment" aria-live="polite">{row.comment.clone()}</small>
                </p>
                <div class="row set-fields">
                    <SetFields row=row.clone() form=form has_steppers=workout.is_some() />
                </div>
                {timer}
                <p class="row set-buttons">
                    <button class=if logged { "log" } else { "log primary" }>"Log"</button>
                    // Where nothing is logged yet, the island shows it once something is.
                    <button class="clear" formaction="/api/workouts/clear" hidden=!logged>"Clear"</button>
                </p>
            </PostForm>
            {plates.map(|plates| view! { <PlatesOf plates=plates /> })}
        </div>
    }
    .into_markup()
}

/// What can be changed about the exercise.
#[component]
fn Changes(card: Card, workout: Option<WorkoutId>) -> impl IntoView {
    let block = card.block;
    let named = move |name: &str| format!("{block}-{name}");
    let hidden = move || {
        view! {
            {workout.map(|workout| view! { <Hidden name="workout" value=workout.to_string() /> })}
            <Owner />
            <Hidden name="operation" value=card.operation.to_string() />
            <Hidden name="block" value=block.to_string() />
        }
    };
    let whys = Why::ALL
        .iter()
        .map(|why| view! { <option value=why.word()>{why.label()}</option> })
        .collect::<Vec<_>>();
    let skip = match card.skipped {
        Some(_) => view! {
            <PostForm action="/api/workouts/skip">
                {hidden()}
                <Hidden name="why" value="" />
                <button>"Do it after all"</button>
            </PostForm>
        }
        .into_markup(),
        None => view! {
            <PostForm action="/api/workouts/skip">
                {hidden()}
                <label for=named("why")>"Why"</label>
                <select id=named("why") name="why">{whys}</select>
                <button>"Skip exercise"</button>
            </PostForm>
        }
        .into_markup(),
    };
    let others = card
        .alternatives
        .iter()
        .map(|other| view! { <option value=other.id>{other.name}</option> })
        .collect::<Vec<_>>();
    let swap = if others.is_empty() {
        view! { <p class="muted">"No other exercise with your equipment trains the same muscles."</p> }
            .into_markup()
    } else {
        view! {
            <PostForm action="/api/workouts/swap">
                {hidden()}
                <label for=named("exercise")>"Swap for"</label>
                <select id=named("exercise") name="exercise">{others}</select>
                <label for=named("term")>"How long"</label>
                <select id=named("term") name="term">
                    <option value="today">"Today only"</option>
                    <option value="for_good">"From now on"</option>
                </select>
                <button>"Swap exercise"</button>
            </PostForm>
        }
        .into_markup()
    };
    let offer = card.offer.clone().map(|(label, exercise)| match exercise {
        Some(exercise) => view! {
            <PostForm action="/api/workouts/swap">
                {hidden()}
                <Hidden name="exercise" value=exercise.to_string() />
                <Hidden name="term" value="for_good" />
                <button>{label}</button>
            </PostForm>
        }
        .into_markup(),
        None => view! { <p class="muted">{label} " if you like."</p> }.into_markup(),
    });
    view! {
        <div class="changes">
            {offer}
            <PostForm action="/api/workouts/add-set">
                {hidden()}
                <button>"Add set"</button>
            </PostForm>
            {skip}
            {swap}
        </div>
    }
    .into_markup()
}
