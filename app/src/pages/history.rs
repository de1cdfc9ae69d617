//! `/history`: past workouts.

use domain::workout::log::FinishedWorkout;
use leptos::prelude::*;
use time::{Date, Duration};

use crate::components::message::status;
use crate::components::when::day;
use crate::model::HistoryPage;
use crate::wording::counted;

/// Weeks in the chart.
const WEEKS: usize = 8;

pub(crate) fn view(page: &HistoryPage) -> AnyView {
    let content = if page.workouts.is_empty() {
        view! {
            <div class="card empty">
                <p class="lead">"Nothing here yet. Your first workout makes the start."</p>
                <p><a class="button primary" href="/workout">"Start training"</a></p>
            </div>
        }
        .into_any()
    } else {
        view! {
            {records(&page.workouts)}
            {chart(&page.workouts)}
            {table(&page.workouts)}
        }
        .into_any()
    };
    view! {
        <h1>"History"</h1>
        {status(page.saved.then_some("Workout saved. Well done!"))}
        {content}
    }
    .into_any()
}

fn records(workouts: &[FinishedWorkout]) -> AnyView {
    let sets = workouts.iter().map(|w| u32::from(w.sets_done));
    view! {
        <dl class="figures">
            <div><dt>"Workouts"</dt><dd>{workouts.len()}</dd></div>
            <div><dt>"Sets in all"</dt><dd>{sets.clone().sum::<u32>()}</dd></div>
            <div><dt>"Most sets at once"</dt><dd>{sets.max().unwrap_or(0)}</dd></div>
            <div><dt>"Longest"</dt><dd>{format!("{} min", workouts.iter().map(minutes).max().unwrap_or(0))}</dd></div>
        </dl>
    }
    .into_any()
}

/// Sets in each of the weeks up to the newest workout: Monday of the week and its sum, oldest first.
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

fn chart(workouts: &[FinishedWorkout]) -> AnyView {
    let weeks = by_week(workouts);
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
            <figcaption>"Sets a week, by the Monday it began with"</figcaption>
            <svg viewBox="0 0 320 144" role="img" aria-label=format!("Sets a week, oldest first: {said}")>
                {bars}
            </svg>
        </figure>
    }
    .into_any()
}

fn table(workouts: &[FinishedWorkout]) -> AnyView {
    let rows = workouts
        .iter()
        .map(|workout| {
            view! {
                <tr>
                    <td>{day(workout.finished_at)}</td>
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
    .into_any()
}

fn minutes(workout: &FinishedWorkout) -> i64 {
    (workout.finished_at - workout.started_at).whole_minutes().max(0)
}
