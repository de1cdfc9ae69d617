//! `/workout`: the player.

use leptos::prelude::*;

use crate::components::card::Card;
use crate::components::field::{Field, Kind};
use crate::components::form::{Hidden, PostForm, Submit};
use crate::components::message::{ErrorSummary, NoticeMessage};
use crate::components::time::rfc3339;
use crate::components::workout_blocks::{CheckList, ShortList, WorkoutFigures};
use crate::islands::{RestTimer, SetProgress};
use crate::model::{self, FormState, Notice};
use crate::wording::spoken;

#[component]
pub(crate) fn WorkoutPage(page: model::WorkoutPage) -> impl IntoView {
    let model::WorkoutPage { workout, rest_seconds, notice, signed_in, started_at, form } = page;
    let summary = form.clone();
    let planned = workout.planned_sets();
    let name = workout.name.clone();
    // The name includes the day, so yesterday's ticks do not reappear.
    let key = format!("{} {name}", started_at.date());
    let (warm_up, main) = (workout.warm_up.clone(), workout.main.clone());
    view! {
        <h1>{name.clone()}</h1>
        <NoticeMessage notice=notice />
        <ErrorSummary form=summary />
        <WorkoutFigures workout=workout />
        <div class="player">
            <div class="plan">
                <h2>"Warm-up"</h2>
                <ShortList blocks=warm_up />
                <h2>"Main part"</h2>
                <SetProgress planned=planned key=key done=notice == Some(Notice::WorkoutFinished) />
                <CheckList blocks=main />
            </div>
            <div class="side">
                <Card id="rest" title="Between sets" class="card rest">
                    <p class="rest-time">{format!("Rest for {}.", spoken(rest_seconds.into()))}</p>
                    <RestTimer rest_seconds=rest_seconds />
                    <p class="muted without-script">"The countdown needs JavaScript. Any clock will do instead."</p>
                </Card>
                <Card id="finish" title="When you are done">
                    <PostForm action="/api/workouts" state=filled_in(form, planned)>
                        <Hidden name="workout" value=name />
                        <Hidden name="started_at" value=rfc3339(started_at) />
                        <Field kind=Kind::Number(0, 200) name="sets_done" label="Sets done" />
                        <Submit label="Finish workout" />
                        {(!signed_in).then(|| view! {
                            <p class="muted">
                                "You are not logged in, so your result will not be saved. Log in first to find it in your history."
                            </p>
                        })}
                    </PostForm>
                </Card>
            </div>
        </div>
    }
}

/// The value that was sent, or everything planned.
fn filled_in(mut form: FormState, planned: u32) -> FormState {
    if form.values.value("sets_done").is_empty() {
        form.values.push("sets_done", planned.to_string());
    }
    form
}
