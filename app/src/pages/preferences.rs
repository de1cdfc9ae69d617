//! `/preferences`: how a person wants to train.

use domain::preferences::Theme;
use domain::workout::training::{Equipment, Goal, Level, Units};
use leptos::prelude::*;

use crate::components::field::{Field, check_boxes, select};
use crate::components::form::{csrf_field, submit};
use crate::components::message::{alert, status};
use crate::islands::WorkoutPreview;
use crate::model::{Chrome, PreferencesPage};

pub(crate) fn view(chrome: &Chrome, page: &PreferencesPage) -> AnyView {
    let form = &page.form;
    let kept = if chrome.display_name.is_some() {
        "Saved in this session and with your account, so your other devices have them too."
    } else {
        "Saved in this browser’s session. With an account they follow you to other devices."
    };
    let saved = page.preferences.to_form();
    let fields = saved.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let preview = view! { <WorkoutPreview fields=fields day=page.day /> }.into_any();
    view! {
        <h1>"Preferences"</h1>
        <p class="lead">{kept}</p>
        {status(page.saved.then_some("Preferences saved."))}
        {alert(form.alert)}
        <div class="columns">
            <form method="post" action="/api/preferences" id="preferences" novalidate="">
                {csrf_field(chrome)}
                <div class="pair">
                    {select(form, "goal", "Goal", Goal::ALL.iter().map(|c| (c.word(), c.label())))}
                    {select(form, "level", "Level", Level::ALL.iter().map(|c| (c.word(), c.label())))}
                    {Field::number("days_per_week", "Days per week", 1, 7).hint("1 to 7").view(form)}
                    {Field::number("session_minutes", "Minutes per session", 15, 120).hint("15 to 120").view(form)}
                </div>
                {check_boxes(
                    form,
                    "equipment",
                    "Equipment",
                    "Tick nothing to train with your body weight alone.",
                    Equipment::ALL.iter().map(|c| (c.word(), c.label())),
                )}
                {Field::number("rest_seconds", "Rest between sets", 15, 600).hint("In seconds, 15 to 600").view(form)}
                <div class="pair">
                    {select(form, "units", "Units", Units::ALL.iter().map(|c| (c.word(), c.label())))}
                    {select(form, "theme", "Theme", Theme::ALL.iter().map(|c| (c.word(), c.label())))}
                </div>
                {submit("Save preferences")}
            </form>
            <section class="card sticky" aria-labelledby="today">
                <h2 id="today">"Today with these"</h2>
                {preview}
            </section>
        </div>
    }
    .into_any()
}
