//! `/history`: past workouts, and what became of them.

mod charts;
mod detail;

use leptos::prelude::*;
use time::Date;

use self::charts::{Lines, VolumeChart, Weeks};
pub(super) use self::detail::{DeleteWorkoutPage, EditWorkoutPage, WorkoutDetailPage};
use crate::components::markup::{IntoMarkup as _, Markup};
use crate::components::message::NoticeMessage;
use domain::workout::week::streak_words;
use model::dates::{month, weekday_date};
use model::{self, HistoryItem};

#[component]
pub(crate) fn HistoryPage(page: model::HistoryPage) -> impl IntoView {
    let notice = page.notice;
    let content = if page.workouts.is_empty() && !page.is_older {
        view! {
            <div class="card empty">
                <p class="lead">"Nothing here yet. Finish your first workout, and this is where your progress will be drawn."</p>
                <p class="row">
                    <a class="button primary" href="/workout">"Start training"</a>
                    <a class="button" href="/workout?sheet&past">"Add a past workout"</a>
                </p>
            </div>
            <Weeks weeks=page.weeks today=page.today goal=page.week.goal />
        }
        .into_markup()
    } else {
        // No text of anybody's goes around the renderer: it is what the renderer made of the same page.
        let rendered = page.rendered.clone();
        Markup::new(rendered.get_or_render(|| view! { <Filled page=page /> }.to_html()))
    };
    view! {
        <h1>"History"</h1>
        <NoticeMessage notice=notice />
        {content}
    }
}

#[component]
fn Filled(page: model::HistoryPage) -> impl IntoView {
    let older = page.older.map(|before| {
        view! { <p><a class="button" href=format!("/history?before={before}")>"Older workouts"</a></p> }
    });
    let streak = streak_words(page.streak).map(|words| format!(", {words}")).unwrap_or_default();
    let week = (!page.is_older).then(|| {
        view! { <p class="lead">{format!("{}{streak}.", page.week.words())}</p> }
    });
    let weeks = (!page.is_older).then(|| {
        view! { <Weeks weeks=page.weeks today=page.today goal=page.week.goal /> }
    });
    let progress = (!page.is_older).then(|| {
        view! {
            <div>
                <Lines lines=page.lines />
                <VolumeChart volume=page.volume />
            </div>
        }
    });
    view! {
        {week}
        <div class="columns history">
            {weeks}
            <div class="months">
                <Months workouts=page.workouts />
                {older}
                <p class="row">
                    <a class="button" href="/history/export.csv" download="">"Export as CSV"</a>
                    <a class="button" href="/workout?sheet&past">"Add a past workout"</a>
                </p>
            </div>
            {progress}
        </div>
    }
    .into_markup()
}

/// The list, by month.
#[component]
fn Months(workouts: Vec<HistoryItem>) -> impl IntoView {
    let same_month = |one: &HistoryItem, next: &HistoryItem| month_of(one.day) == month_of(next.day);
    workouts
        .chunk_by(same_month)
        .map(|items| {
            let title = items.first().map(|item| month(item.day)).unwrap_or_default();
            let rows = items.iter().map(|item| view! { <Item item=item.clone() /> }).collect::<Vec<_>>();
            view! {
                <section class="month">
                    <h2>{title}</h2>
                    <ul class="workouts">{rows}</ul>
                </section>
            }
        })
        .collect::<Vec<_>>()
}

const fn month_of(day: Date) -> (i32, u8) {
    (day.year(), day.month() as u8)
}

#[component]
fn Item(item: HistoryItem) -> impl IntoView {
    // Read as one name: "Full body A, Tue, 24 Nov".
    let name = view! {
        {item.name} <span class="visually-hidden">", "</span> <small>{weekday_date(item.day)}</small>
    };
    let name = match item.id {
        Some(id) => view! { <a href=format!("/history/{id}")>{name}</a> }.into_markup(),
        // Of these, nothing more is known.
        None => view! { <span>{name}</span> }.into_markup(),
    };
    let figure = |number: String, unit: &'static str| view! { <b>{number} <small>" " {unit}</small></b> };
    let records = (item.records > 0).then(|| {
        let unit = if item.records == 1 { "record" } else { "records" };
        view! { <b class="record">{format!("★ {}", item.records)} <small>" " {unit}</small></b> }
    });
    view! {
        <li>
            {name}
            {figure(item.minutes.to_string(), "min")}
            {figure(item.sets.to_string(), if item.sets == 1 { "set" } else { "sets" })}
            {records}
        </li>
    }
    .into_markup()
}
