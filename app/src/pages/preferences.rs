//! `/preferences`: how a person wants to train.

mod details;
mod site;

use domain::workout::training::{Equipment, Goal, Level, Preset, Units};
use leptos::prelude::*;

use self::details::Details;
use self::site::SiteFields;
use crate::components::card::Card;
use crate::components::field::{CheckBoxes, Field, Kind, Select};
use crate::components::form::{PostForm, Submit};
use crate::components::message::{ErrorSummary, NoticeMessage};
use crate::islands::{Handed as _, Preview, WorkoutPreview};
use model::{self, Layout};

#[component]
pub(crate) fn PreferencesPage(page: model::PreferencesPage) -> impl IntoView {
    let model::PreferencesPage { form, notice, ticked, training, zones, ordinal } = page;
    let summary = form.clone();
    let kept = if expect_context::<Layout>().display_name.is_some() {
        "Saved in this session and in your account, so your other devices have them too."
    } else {
        "Saved in this browser’s session. With an account, they follow you to other devices."
    };
    let preview = Preview { fields: training.to_form(), ordinal }.hand_over();
    let ticked = ticked.map(|name| format!("The boxes of “{name}” are ticked. Nothing is saved yet."));
    view! {
        <h1>"Preferences"</h1>
        <p class="lead">{kept}</p>
        <NoticeMessage notice=notice />
        {ticked.map(|said| view! { <p class="status" role="status">{said}</p> })}
        <ErrorSummary form=summary />
        <div class="columns">
            <PostForm action="/api/preferences" id="preferences" state=form>
                // Enter in a field presses the first button of a form, and that must be one that saves.
                <button class="visually-hidden" tabindex="-1" aria-hidden="true"></button>
                <div class="pair">
                    <Select name="goal" label="Goal" options=Goal::ALL.iter().map(|c| (c.word(), c.label())) />
                    <Select name="level" label="Level" options=Level::ALL.iter().map(|c| (c.word(), c.label())) />
                    <Field kind=Kind::Number(1, 7) name="days_per_week" label="Days per week" hint="1 to 7" />
                    <Field
                        kind=Kind::Number(15, 120)
                        name="session_minutes"
                        label="Minutes per session"
                        hint="15 to 120"
                    />
                </div>
                <CheckBoxes
                    name="equipment"
                    legend="Equipment"
                    hint="Leave all boxes unticked to train with your body weight alone."
                    options=Equipment::ALL.iter().map(|c| (c.word(), c.label()))
                />
                <Presets />
                <div class="pair">
                    <Field
                        kind=Kind::Number(15, 600)
                        name="rest_seconds"
                        label="Rest between sets"
                        hint="In seconds, 15 to 600"
                    />
                    <Select name="units" label="Units" options=Units::ALL.iter().map(|c| (c.word(), c.label())) />
                    <SiteFields />
                </div>
                <Details zones=zones />
                <Submit label="Save preferences" />
            </PostForm>
            <Card id="today" title="Your next workout with these preferences" class="card sticky">
                {preview}
                <WorkoutPreview />
            </Card>
        </div>
    }
}

/// Buttons that tick several boxes and save nothing.
#[component]
fn Presets() -> impl IntoView {
    let buttons = Preset::ALL
        .iter()
        .map(|preset| view! { <button class="quiet" name="preset" value=preset.word>{preset.name}</button> })
        .collect::<Vec<_>>();
    view! {
        <div class="row field" role="group" aria-labelledby="presets">
            <span class="hint" id="presets">"Tick at once:"</span>
            {buttons}
        </div>
    }
}
