//! `/history`: past workouts.

use domain::workout::log::FinishedWorkout;
use leptos::prelude::*;
use time::{Date, Duration};

use crate::components::card::Fact;
use crate::components::message::NoticeMessage;
use crate::components::time::Day;
use crate::model;
use crate::wording::counted;

/// Weeks in the chart.
const WEEKS: usize = 8;

#[component]
pub(crate) fn HistoryPage(page: model::HistoryPage) -> impl IntoView {
    let model::HistoryPage { workouts, notice } = page;
    let content = if workouts.is_empty() {
        view! {
            <div class="card empty">
                <p class="lead">"Nothing here yet. Finish your first workout to get started."</p>
                <p><a class="button primary" href="/workout">"Start training"</a></p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <Records workouts=workouts.clone() />
            <Chart weeks=by_week(&workouts) />
            <WorkoutTable workouts=workouts />
        }
        .into_any()
    };
    view! {
        <h1>"History"</h1>
        <NoticeMessage notice=notice />
        {content}
    }
}

#[component]
fn Records(workouts: Vec<FinishedWorkout>) -> impl IntoView {
    let sets = workouts.iter().map(|w| u32::from(w.sets_done));
    let (total, most) = (sets.clone().sum::<u32>(), sets.max().unwrap_or(0));
    let longest = workouts.iter().map(minutes).max().unwrap_or(0);
    view! {
        <dl class="figures">
            <Fact name="Workouts">{workouts.len()}</Fact>
            <Fact name="Total sets">{total}</Fact>
            <Fact name="Most sets in one workout">{most}</Fact>
            <Fact name="Longest workout">{format!("{longest} min")}</Fact>
        </dl>
    }
}

/// Sets per week up to the newest workout: Monday and sum, oldest first.
fn by_week(workouts: &[FinishedWorkout]) -> Vec<(Date, u32)> {
    let monday = |w: &FinishedWorkout| {
        let date = w.finished_at.date();
        date - Duration::days(date.weekday().number_days_from_monday().into())
    };
    let Some(last) = workouts.iter().map(monday).max() else { return Vec::new() };
    (0..WEEKS)
        .rev()
        .map(|back| {
            let week = last - Duration::weeks(back as i64);
            let sets = workouts.iter().filter(|w| monday(w) == week).map(|w| u32::from(w.sets_done)).sum();
            (week, sets)
        })
        .collect()
}

/// Bars, and the same in words for people who cannot see them.
#[component]
fn Chart(
    /// Monday and number of sets of each week, oldest first.
    weeks: Vec<(Date, u32)>,
) -> impl IntoView {
    let most = weeks.iter().map(|(_, sets)| *sets).max().unwrap_or(0).max(1);
    let said = weeks.iter().map(|(_, sets)| sets.to_string()).collect::<Vec<_>>().join(", ");
    let bars = weeks
        .iter()
        .enumerate()
        .map(|(i, (week, sets))| {
            let (x, height) = (i * 40, sets * 100 / most);
            view! {
                <rect x=x + 6 y=120 - height width="28" height=height.max(1) rx="4" />
                <text x=x + 20 y=114 - height>{*sets}</text>
                <text x=x + 20 y="138" class="week">{format!("{}/{}", week.day(), u8::from(week.month()))}</text>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <figure class="card chart">
            <figcaption>"Sets per week (the dates are Mondays)"</figcaption>
            <svg viewBox="0 0 320 144" role="img" aria-label=format!("Sets per week, oldest first: {said}")>
                {bars}
            </svg>
        </figure>
    }
}

#[component]
fn WorkoutTable(workouts: Vec<FinishedWorkout>) -> impl IntoView {
    let rows = workouts
        .iter()
        .map(|workout| {
            view! {
                <tr>
                    <td><Day at=workout.finished_at /></td>
                    <th scope="row">{workout.name.clone()}</th>
                    <td class="number">{workout.sets_done}</td>
                    <td class="number">{format!("{} min", minutes(workout))}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <table>
            <caption class="visually-hidden">{counted(workouts.len() as u32, "finished workout")}</caption>
            <thead>
                <tr>
                    <th scope="col">"Day"</th>
                    <th scope="col">"Workout"</th>
                    <th scope="col" class="number">"Sets"</th>
                    <th scope="col" class="number">"Time"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn minutes(workout: &FinishedWorkout) -> i64 {
    (workout.finished_at - workout.started_at).whole_minutes().max(0)
}
