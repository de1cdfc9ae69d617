//! `/workout/review`: what is missing, before a workout ends.

use leptos::prelude::*;

use crate::components::card::Card;
use crate::components::form::{Hidden, Owner, PostForm};
use crate::components::time::rfc3339;
use model::dates::hour;
use model::wording::counted;

#[component]
pub(crate) fn ReviewPage(page: model::ReviewPage) -> impl IntoView {
    let model::ReviewPage { workout, name, missing, logged, discards, last_set_at, operation } = page;
    let (id, operation) = (workout.to_string(), operation.to_string());
    let total: usize = missing.iter().map(|(_, sets)| sets).sum();
    let rows = missing
        .into_iter()
        .map(|(name, sets)| view! { <li><span>{name}</span><b>{counted(sets as u32, "set")}</b></li> })
        .collect::<Vec<_>>();
    let discard = {
        let id = id.clone();
        let lost = match logged {
            0 => "Nothing is logged, so there is nothing to keep.".to_owned(),
            sets => format!("{} would be lost.", counted(sets as u32, "logged set")),
        };
        view! {
            <Card id="discard" title="Discard it">
                <p>{lost}</p>
                <PostForm action="/api/workouts/discard">
                    <Hidden name="workout" value=id />
                    <Hidden name="confirmed" value="true" />
                    <button class="danger">"Discard workout"</button>
                </PostForm>
            </Card>
        }
    };
    let finish = (logged > 0 && !discards).then(|| {
        let form = move |at: Option<time::OffsetDateTime>, label: String| {
            view! {
                <PostForm action="/api/workouts/finish">
                    <Hidden name="workout" value=id.clone() />
                    <Owner />
                    <Hidden name="operation" value=operation.clone() />
                    <Hidden name="confirmed" value="true" />
                    {at.map(|at| view! { <Hidden name="at" value=rfc3339(at) /> })}
                    <button class="primary">{label}</button>
                </PostForm>
            }
        };
        let at_last_set =
            last_set_at.map(|at| form.clone()(Some(at), format!("Finish at {} (your last set)", hour(at))));
        view! {
            <Card id="missing" title="Not logged">
                <ol class="plain-blocks">{rows}</ol>
                {at_last_set.map(|form| view! { {form} <p>"Or count the time until now:"</p> })}
                {form(None, "Finish without them".to_owned())}
            </Card>
        }
    });
    let lead = match (discards, logged) {
        (true, _) | (_, 0) => format!("Discard {name}?"),
        (false, _) => format!("{} not logged. Leave them out, or log them now.", are(total)),
    };
    view! {
        <h1>{if discards || logged == 0 { "Discard workout" } else { "Finish workout" }}</h1>
        <p class="lead">{lead}</p>
        <p><a class="button" href="/workout">"Back to the workout"</a></p>
        {finish}
        {discard}
    }
}

/// `1 set is`, `2 sets are`.
fn are(sets: usize) -> String {
    format!("{} {}", counted(sets as u32, "set"), if sets == 1 { "is" } else { "are" })
}
