//! `/history/{id}`: one workout with its sets, and the pages on which it is corrected and deleted.

use leptos::prelude::*;

use crate::components::card::{Card, Fact};
use crate::components::form::{Hidden, PostForm};
use crate::components::message::{NoticeMessage, RowsSummary};
use crate::pages::workout::{Rows, TimeFields};
use model::dates::{hour, long_date};
use model::wording::counted;
use model::{self, DoneExercise};

#[component]
pub(crate) fn WorkoutDetailPage(page: model::WorkoutDetailPage) -> impl IntoView {
    let minutes = (page.ended_at - page.started_at).whole_minutes().max(0);
    let records: usize = page.exercises.iter().map(|exercise| exercise.records.len()).sum();
    let times = format!("{}–{}, {}", hour(page.started_at), hour(page.ended_at), page.zone);
    let exercises = page.exercises.into_iter().map(|done| view! { <Done done=done /> }).collect::<Vec<_>>();
    let muscles = page
        .muscles
        .iter()
        .map(|(muscle, half_sets)| {
            let sets =
                if half_sets % 2 == 0 { (half_sets / 2).to_string() } else { format!("{}.5", half_sets / 2) };
            view! { <li><span>{muscle.label()}</span><b>{sets}</b></li> }
        })
        .collect::<Vec<_>>();
    let muscles = (!muscles.is_empty()).then(|| {
        view! {
            <Card id="muscles" title="Sets per muscle">
                <ol class="plain-blocks">{muscles}</ol>
            </Card>
        }
    });
    let next = page.next.map(|next| {
        view! { <Card id="next" title="Next time"><p>{next}</p></Card> }
    });
    view! {
        <h1>{page.name}</h1>
        <p class="lead">{long_date(page.day)} ", " {times}</p>
        <NoticeMessage notice=page.notice />
        <dl class="figures">
            <Fact name="minutes">{minutes}</Fact>
            <Fact name="sets">{page.sets}</Fact>
            <Fact name="records">{records}</Fact>
        </dl>
        <div class="player">
            <div class="plan">{exercises}</div>
            <div class="side">
                {next}
                {muscles}
                <p class="row">
                    <a class="button" href=format!("/history/{}/edit", page.id)>"Edit workout"</a>
                </p>
                <PostForm action="/api/workouts/delete">
                    <Hidden name="workout" value=page.id.to_string() />
                    <button class="danger">"Delete workout"</button>
                </PostForm>
            </div>
        </div>
    }
}

#[component]
fn Done(done: DoneExercise) -> impl IntoView {
    let skipped = done.skipped.map(|why| format!("Skipped: {}.", why.label().to_lowercase()));
    let sets = done.sets.into_iter().map(|set| view! { <li>{set}</li> }).collect::<Vec<_>>();
    let records = done
        .records
        .into_iter()
        .map(|record| view! { <p class="record">"★ " {record}</p> })
        .collect::<Vec<_>>();
    view! {
        <section class="done-exercise">
            <h2>{done.name}</h2>
            <ol class="done-sets">{sets}</ol>
            {records}
            {skipped.map(|text| view! { <p class="skipped">{text}</p> })}
        </section>
    }
}

#[component]
pub(crate) fn EditWorkoutPage(page: model::EditWorkoutPage) -> impl IntoView {
    let model::EditWorkoutPage { player, times, refused } = page;
    let (id, zone) = (player.id.to_string(), player.zone.clone());
    let title = format!("Edit {}", player.name);
    let back = format!("/history/{}", player.id);
    view! {
        <h1>{title}</h1>
        <p class="lead">"Times are in " {zone} ". Empty the repetitions of a set to remove it."</p>
        <RowsSummary refused=refused.clone() around=times.clone() />
        <PostForm action="/api/workouts/edit" state=times>
            <Hidden name="workout" value=id />
            <TimeFields zone=player.zone.clone() />
            <Rows player=player refused=refused />
            <p class="row">
                <button class="primary">"Save changes"</button>
                <a class="button" href=back>"Cancel"</a>
            </p>
        </PostForm>
    }
}

#[component]
pub(crate) fn DeleteWorkoutPage(page: model::DeleteWorkoutPage) -> impl IntoView {
    let back = format!("/history/{}", page.id);
    view! {
        <h1>"Delete workout"</h1>
        <p class="lead">
            {format!("{} of {}, with {}, will be gone for good.", page.name, long_date(page.day), counted(page.sets as u32, "set"))}
        </p>
        <PostForm action="/api/workouts/delete">
            <Hidden name="workout" value=page.id.to_string() />
            <Hidden name="confirmed" value="true" />
            <p class="row">
                <button class="danger">"Delete for good"</button>
                <a class="button" href=back>"Cancel"</a>
            </p>
        </PostForm>
    }
}
