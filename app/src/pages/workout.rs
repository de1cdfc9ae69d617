//! `/workout`: the player.

use leptos::prelude::*;

use crate::components::blocks::{check_list, figures, short_list};
use crate::components::field::Field;
use crate::components::form::{hidden, post_form, submit};
use crate::components::message::{alert, status};
use crate::components::when::rfc3339;
use crate::islands::{RestTimer, SetProgress};
use crate::model::{Chrome, FormState, WorkoutPage};
use crate::wording::spoken;

pub(crate) fn view(chrome: &Chrome, page: &WorkoutPage) -> AnyView {
    let WorkoutPage { workout, rest_seconds, done, signed_in, started_at, form } = page;
    let planned = workout.planned_sets();
    // One workout a day under one name: ticks of yesterday do not come back.
    let key = format!("{} {}", started_at.date(), workout.name);
    let finish = view! {
        {hidden("workout", workout.name.clone())}
        {hidden("started_at", rfc3339(*started_at))}
        {Field::number("sets_done", "Sets done", 0, 200).view(&filled_in(form, planned))}
        {submit("Finish workout")}
        {(!signed_in).then(|| view! {
            <p class="muted">"Your result is not kept: you are not logged in. Log in first to find it in your history."</p>
        })}
    };
    let timer = view! { <RestTimer rest_seconds=*rest_seconds /> }.into_any();
    let set_progress = view! { <SetProgress planned=planned key=key done=*done /> }.into_any();
    view! {
        <h1>{workout.name.clone()}</h1>
        {status(done.then_some(if *signed_in {
            "Workout finished and saved. Well done!"
        } else {
            "Workout finished. Well done!"
        }))}
        {alert(form.alert)}
        {figures(workout)}
        <div class="player">
            <div class="plan">
                <h2>"Warm-up"</h2>
                {short_list(&workout.warm_up)}
                <h2>"Main part"</h2>
                {set_progress}
                {check_list(&workout.main)}
            </div>
            <div class="side">
                <section class="card rest" aria-labelledby="rest">
                    <h2 id="rest">"Between two sets"</h2>
                    <p class="rest-time">{format!("Rest for {}.", spoken((*rest_seconds).into()))}</p>
                    {timer}
                    <p class="muted without-script">"The countdown needs JavaScript. Any clock will do instead."</p>
                </section>
                <section class="card" aria-labelledby="finish">
                    <h2 id="finish">"When you are through"</h2>
                    {post_form(chrome, "/api/workouts", finish)}
                </section>
            </div>
        </div>
    }
    .into_any()
}

/// What was sent, or everything planned.
fn filled_in(form: &FormState, planned: u32) -> FormState {
    let mut form = form.clone();
    if form.values.value("sets_done").is_empty() {
        form.values.push("sets_done", planned.to_string());
    }
    form
}
