//! All sets in one form: to fill in at once, for a workout that is over, and to print.

use leptos::prelude::*;

use crate::components::field::{Field, Kind};
use crate::components::form::{Hidden, PostForm};
use crate::components::set_fields::SetFields;
use model::{FormState, Player, RefusedRows, Row};

/// A workout that is open gets its sets; otherwise one is entered as it was.
#[component]
pub(super) fn Sheet(player: Player, times: FormState, refused: RefusedRows) -> impl IntoView {
    let (workout, started) = (player.id.to_string(), player.started);
    // One that comes back keeps the zone that its times were typed in.
    let zone = match times.values.value("zone") {
        "" => player.zone.clone(),
        zone => zone.to_owned(),
    };
    let explained = if started {
        "Fill in what you have done. Rows without repetitions are left out."
    } else {
        "For a workout that is over: fill in when it was and what you have done. Rows without repetitions are left out."
    };
    view! {
        <p>{explained} " " <a href="/workout">"Back to one set at a time"</a></p>
        // With scripts the browser names its zone when the form is sent.
        <p class="muted without-script">{super::assumed_zone(&player)}</p>
        <PostForm action="/api/workouts/sheet" state=times>
            <Hidden name="workout" value=workout />
            {started.then(|| view! { <Hidden name="open" value="true" /> })}
            {(!started).then(|| view! {
                <Hidden name="zone" value=zone.clone() />
                <TimeFields zone=zone />
            })}
            <Rows player=player refused=refused />
            <button class="primary">{if started { "Log all" } else { "Save workout" }}</button>
        </PostForm>
    }
}

/// When a workout was, in its own zone, which is said: the person's is not always known.
#[component]
pub(crate) fn TimeFields(zone: String) -> impl IntoView {
    view! {
        <p class="muted">{format!("Times in {zone}.")}</p>
        <div class="pair">
            <Field kind=Kind::Date name="day" label="Day" />
            <Field kind=Kind::Time name="start" label="Start" />
            <Field kind=Kind::Time name="end" label="End" />
        </div>
    }
}

/// The load that is planned, and no amount: what is planned does not count as done.
fn planned(row: &Row) -> Option<FormState> {
    let values = row.values.keep(&["weight", "load", "band"]);
    (!row.state.is_logged()).then(|| FormState { values, ..FormState::default() })
}

/// The rows of all exercises. Each has the id of its operation, so that a sheet that is sent twice counts once.
#[component]
pub(crate) fn Rows(player: Player, refused: RefusedRows) -> impl IntoView {
    player
        .cards
        .into_iter()
        .map(|card| {
            let rows = card
                .ramp
                .into_iter()
                .chain(card.rows)
                .map(|row| {
                    let named = |name: &str| format!("{}-{name}", row.slot);
                    let form = refused.rows.get(&row.slot).cloned().or_else(|| planned(&row));
                    view! {
                        <div class="set planned" id=row.slot.to_string() role="group" aria-label=row.name.clone()>
                            <Hidden name=named("operation") value=row.operation.to_string() />
                            <Hidden name=named("exercise") value=row.exercise.to_string() />
                            <Hidden name=named("unit") value=row.unit.word() />
                            // Emptied is only what was filled: another device may log this set meanwhile.
                            {row.state.is_logged().then(|| view! { <Hidden name=named("logged") value="true" /> })}
                            <p class="set-label">{row.label.clone()}</p>
                            <div class="row set-fields"><SetFields row=row.clone() form=form one_of_many=true /></div>
                        </div>
                    }
                })
                .collect::<Vec<_>>();
            view! {
                <section class="sheet-block" aria-labelledby=card.block.to_string()>
                    <h2 id=card.block.to_string()>{card.name}</h2>
                    <p class="muted">{card.amount}</p>
                    <div class="sheet-rows">{rows}</div>
                </section>
            }
        })
        .collect::<Vec<_>>()
}
