//! Charts as SVG, each with a sentence and its data as a table. Colours come from the style sheet, and everything has
//! a shape besides its colour.

use domain::workout::volume::Volume;
use domain::workout::week::TrainedWeek;
use leptos::prelude::*;
use time::Date;

use crate::components::markup::IntoMarkup as _;
use model::Line;
use model::dates::{iso, short_date};
use model::wording::counted;

/// A column for each week, with a dot for each day of training.
#[component]
pub(super) fn Weeks(weeks: Vec<TrainedWeek>, today: Date, goal: u8) -> impl IntoView {
    let count = weeks.len();
    let trained: u32 = weeks.iter().map(|week| week.workouts).sum();
    let said = format!(
        "{} in the last {}. The goal is {} a week.",
        counted(trained, "workout"),
        counted(count as u32, "week"),
        goal,
    );
    let columns = weeks
        .iter()
        .enumerate()
        .map(|(i, week)| {
            let x = i * 26 + 13;
            let dots = (0..7_i64)
                .map(|n| {
                    let day = week.week.monday() + time::Duration::days(n);
                    let y = n * 14 + 10;
                    let class = match (week.days.contains(&day), day == today) {
                        (true, true) => "dot trained today",
                        (true, false) => "dot trained",
                        (false, true) => "dot today",
                        (false, false) => "dot",
                    };
                    let radius = if week.days.contains(&day) { "5" } else { "1.5" };
                    view! { <circle cx=x cy=y r=radius class=class></circle> }
                })
                .collect::<Vec<_>>();
            let label = (i % 3 == 2 || i + 1 == count).then(
                || view! { <text text-anchor="middle" x=x y="116">{short_date(week.week.monday())}</text> },
            );
            view! { {dots} {label} }
        })
        .collect::<Vec<_>>();
    let rows = weeks
        .iter()
        .map(|week| {
            view! { <tr><th scope="row">{iso(week.week.monday())}</th><td class="number">{week.workouts}</td></tr> }
        })
        .collect::<Vec<_>>();
    view! {
        <figure class="card chart">
            <figcaption>{said.clone()}</figcaption>
            <svg viewBox=format!("0 0 {} 122", count * 26 + 24) role="img" aria-label=said font-size="11">{columns}</svg>
            <Data><Head of="Week from" what="Workouts" /><tbody>{rows}</tbody></Data>
        </figure>
    }
    .into_markup()
}

/// The estimated one-repetition maximum of the main lifts, each on its own.
#[component]
pub(super) fn Lines(lines: Vec<Line>) -> impl IntoView {
    let lines = lines.into_iter().map(|line| view! { <LineChart line=line /> }).collect::<Vec<_>>();
    (!lines.is_empty()).then(|| {
        view! {
            <section aria-labelledby="progress">
                <h2 id="progress">"Progress"</h2>
                <p class="muted">
                    "What you could lift once, estimated from your sets of up to 12 repetitions (Epley’s formula)."
                </p>
                <div class="multiples">{lines}</div>
            </section>
        }
    })
}

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 90.0;
/// Around the line, for its dots.
const MARGIN: f64 = 8.0;
/// On the right, for the label at its end.
const LABEL: f64 = 62.0;

#[component]
fn LineChart(line: Line) -> impl IntoView {
    let sentence = line.sentence();
    let drawn = (line.points.len() > 1).then(|| view! { <LineDrawing line=line.clone() /> });
    let rows = line
        .points
        .iter()
        .map(|(day, weight)| {
            view! { <tr><th scope="row">{iso(*day)}</th><td class="number">{weight.for_reader(line.unit)}</td></tr> }
        })
        .collect::<Vec<_>>();
    view! {
        <figure class="card chart">
            <figcaption><b>{line.exercise}</b> " " {sentence}</figcaption>
            {drawn}
            <Data><Head of="Day" what="Estimate" /><tbody>{rows}</tbody></Data>
        </figure>
    }
    .into_markup()
}

#[component]
fn LineDrawing(line: Line) -> impl IntoView {
    let label = format!("{}: {}", line.exercise, line.sentence());
    let places = places(&line);
    let path = places
        .iter()
        .enumerate()
        .map(|(i, (x, y))| format!("{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" }))
        .collect::<String>();
    // Where the line has come to; the days between are in the table.
    let dot = places
        .last()
        .map(|(x, y)| view! { <circle cx=format!("{x:.1}") cy=format!("{y:.1}") r="4"></circle> });
    let end = places.last().zip(line.points.last()).map(|((x, y), (_, weight))| {
        view! {
            <text class="end" x=format!("{:.1}", x + 8.0) y=format!("{:.1}", y + 4.0)>{weight.to_unit(line.unit).to_string()}</text>
        }
    });
    view! {
        <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label font-size="11">
            <path class="line" fill="none" stroke-width="2.5" stroke-linejoin="round" d=path></path>
            {dot}
            {end}
        </svg>
    }
    .into_markup()
}

/// Where the points of a line are drawn: the time along the width, from the lightest to the heaviest.
fn places(line: &Line) -> Vec<(f64, f64)> {
    let days = |day: Date| f64::from(day.to_julian_day());
    let weights = || line.points.iter().map(|(_, weight)| weight.exact() as f64);
    let (low, high) = weights().fold((f64::MAX, f64::MIN), |(low, high), w| (low.min(w), high.max(w)));
    let first = line.points.first().map_or(0.0, |(day, _)| days(*day));
    let last = line.points.last().map_or(0.0, |(day, _)| days(*day));
    let share = |value: f64, from: f64, to: f64| if to > from { (value - from) / (to - from) } else { 0.5 };
    line.points
        .iter()
        .map(|(day, weight)| {
            let x = MARGIN + share(days(*day), first, last) * (WIDTH - 2.0 * MARGIN - LABEL);
            let y = HEIGHT - MARGIN - share(weight.exact() as f64, low, high) * (HEIGHT - 2.0 * MARGIN);
            (x, y)
        })
        .collect()
}

/// Hard sets per muscle and week, with a line at the aim.
#[component]
pub(super) fn VolumeChart(volume: Vec<Volume>) -> impl IntoView {
    let trained: Vec<Volume> = volume.into_iter().filter(|volume| volume.half_sets > 0).collect();
    (!trained.is_empty()).then(|| view! { <VolumeBars volume=trained /> })
}

/// Where the bars begin, right of the names, and how wide a set is.
const BARS: u32 = 84;
const PER_SET: u32 = 10;
/// More sets than this are drawn like this.
const MOST: u32 = 20;
/// Where the numbers end, below each other.
const NUMBERS: u32 = BARS + MOST * PER_SET + 44;

#[component]
fn VolumeBars(volume: Vec<Volume>) -> impl IntoView {
    let enough = volume.iter().filter(|volume| volume.is_enough()).count();
    let said = format!(
        "Sets a week over four weeks: {} of {} reach {}.",
        enough,
        counted(volume.len() as u32, "muscle"),
        Volume::WEEKLY_AIM,
    );
    let aim = BARS + Volume::WEEKLY_AIM * PER_SET;
    let height = volume.len() * 22 + 8;
    let bars = volume
        .iter()
        .enumerate()
        .map(|(i, volume)| {
            let y = i * 22 + 4;
            let width = (volume.weekly_tenths() * PER_SET / 10).clamp(1, MOST * PER_SET);
            let mark = if volume.is_enough() { " ✓" } else { "" };
            view! {
                <text text-anchor="end" x=BARS - 6 y=y + 13>{volume.muscle.label()}</text>
                <rect x=BARS y=y width=width height="16" rx="3"></rect>
                <text class="end" text-anchor="end" x=NUMBERS y=y + 13>{volume.weekly()} {mark}</text>
            }
        })
        .collect::<Vec<_>>();
    let rows = volume
        .iter()
        .map(|volume| {
            view! { <tr><th scope="row">{volume.muscle.label()}</th><td class="number">{volume.weekly()}</td></tr> }
        })
        .collect::<Vec<_>>();
    view! {
        <section aria-labelledby="muscles">
            <h2 id="muscles">"Sets per muscle"</h2>
            <figure class="card chart">
                <figcaption>{said.clone()}</figcaption>
                <svg viewBox=format!("0 0 {NUMBERS} {height}") role="img" aria-label=said font-size="11">
                    // Dashed, so that it is not taken for a bar.
                    <path class="aim" stroke-dasharray="4 3" d=format!("M{aim} 0V{height}")></path>
                    {bars}
                </svg>
                <Data><Head of="Muscle" what="Sets a week" /><tbody>{rows}</tbody></Data>
            </figure>
        </section>
    }
    .into_markup()
}

/// The same as a table, for people who cannot see the drawing or want the figures.
#[component]
fn Data<Content: IntoView + 'static>(children: TypedChildren<Content>) -> impl IntoView {
    view! {
        <details class="data">
            <summary>"As a table"</summary>
            <table>{children.into_inner()()}</table>
        </details>
    }
}

#[component]
fn Head(of: &'static str, what: &'static str) -> impl IntoView {
    view! { <thead><tr><th scope="col">{of}</th><th scope="col" class="number">{what}</th></tr></thead> }
}
