//! `/workout`: the player.

use leptos::prelude::*;

use crate::components::card::Card;
use crate::components::field::{Field, Kind};
use crate::components::form::{Hidden, PostForm, Submit};
use crate::components::message::{ErrorSummary, NoticeMessage};
use crate::components::time::rfc3339;
use crate::components::workout_blocks::{CheckList, Remarks, WarmUp, WorkoutFigures};
use crate::islands::{Handed as _, Progress, Rest, RestTimer, SetProgress};
use crate::model::{self, FormState, Notice};
use crate::wording::spoken;

#[component]
pub(crate) fn WorkoutPage(page: model::WorkoutPage) -> impl IntoView {
    let model::WorkoutPage { workout, notice, signed_in, started_at, form } = page;
    let summary = form.clone();
    let (name, planned, rest_seconds) = (workout.name, workout.planned_sets(), workout.longest_rest());
    // With the day and the number of the workout, ticks of another one do not reappear.
    let key = format!("{} {} {name}", started_at.date(), workout.ordinal);
    let done = notice == Some(Notice::WorkoutFinished);
    let progress = Progress { planned, done, key }.hand_over();
    let rest = Rest { seconds: rest_seconds }.hand_over();
    let (warm_up, blocks) = (workout.warm_up.clone(), workout.blocks.clone());
    let remarks = workout.remarks.clone();
    view! {
        <h1>{name}</h1>
        <NoticeMessage notice=notice />
        <ErrorSummary form=summary />
        <WorkoutFigures workout=workout />
        <div class="player">
            <div class="plan">
                <h2>"Warm-up"</h2>
                <WarmUp exercises=warm_up />
                <h2>"Main part"</h2>
                {progress}
                <SetProgress />
                <CheckList blocks=blocks />
                <Remarks remarks=remarks />
            </div>
            <div class="side">
                <Card id="rest" title="Between sets" class="card rest">
                    <p class="rest-time">{format!("Rest for {}.", spoken(rest_seconds.into()))}</p>
                    {rest}
                    <RestTimer />
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
