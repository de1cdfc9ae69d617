//! Shows how a change of the preferences affects the next workout.

use domain::form::FormFields;
use domain::workout::programme::{Session, programme};
use domain::workout::training::Training;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{FormData, HtmlFormElement};

use super::handed::{Handed, handed};
use super::{Shown, flag, follow, listen, ready_mark, text};
use model::wording::{amount, counted, spoken};

/// What [`WorkoutPreview`] starts with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Names and values of the form as they are saved: words and numbers.
    pub fields: FormFields,
    /// How many workouts came before it.
    pub ordinal: u32,
}

/// `7&goal=strength&level=advanced`
impl Handed for Preview {
    const ID: &'static str = "preview-values";

    fn write(&self) -> String {
        let fields = self.fields.iter().map(|(name, value)| format!("&{name}={value}"));
        format!("{}{}", self.ordinal, fields.collect::<String>())
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('&');
        let ordinal = parts.next()?.parse().ok()?;
        let fields =
            parts.map(|part| part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
        Some(Self { fields: fields.collect::<Option<Vec<_>>>()?.into_iter().collect(), ordinal })
    }
}

/// The next workout for the current values of the form `#preferences`, which is plain HTML outside the island.
#[island]
pub fn WorkoutPreview() -> impl IntoView {
    let Preview { fields, ordinal } = handed().unwrap_or_default();
    let workout = Shown::new(plan(fields, ordinal).unwrap_or_else(|| {
        // The saved values are valid, so this is never shown.
        programme(&Training::default(), ordinal)
    }));
    let valid = Shown::new(true);
    let read = move || {
        let planned = form_fields().and_then(|fields| plan(fields, ordinal));
        valid.set(planned.is_some());
        if let Some(planned) = planned
            && workout.get_untracked() != planned
        {
            workout.set(planned);
        }
    };
    follow(move || {
        // Browsers restore what was typed before a reload.
        read();
        listen("input", move |_| read());
        listen("change", move |_| read());
    });

    view! {
        <div class="preview" data-ready=ready_mark() class:stale=flag(move || !valid.get())>
            <p class="preview-name">{text(move || workout.get().name)}</p>
            <p class="muted" aria-live="polite">
                {text(move || if valid.get() { summary(&workout.get()) } else { "One of the values is not possible.".to_owned() })}
            </p>
            <ol class="plain-blocks">
                {move || workout.get().blocks.iter().map(|block| view! {
                    <li><span>{block.exercise.name}</span><b>{amount(block)}</b></li>
                }).collect::<Vec<_>>()}
            </ol>
        </div>
    }
}

/// `5 exercises, about 42 minutes, up to 1 minute 30 seconds of rest.`
fn summary(workout: &Session) -> String {
    format!(
        "{}, about {} minutes, up to {} of rest.",
        counted(workout.blocks.len() as u32, "exercise"),
        workout.minutes,
        spoken(u32::from(workout.longest_rest())),
    )
}

fn plan(fields: FormFields, ordinal: u32) -> Option<Session> {
    Some(programme(&Training::from_form(&fields).ok()?, ordinal))
}

/// The current content of the form.
fn form_fields() -> Option<FormFields> {
    let form: HtmlFormElement = document().get_element_by_id("preferences")?.dyn_into().ok()?;
    let data = FormData::new_with_form(&form).ok()?;
    let mut fields = FormFields::default();
    for name in Training::FIELDS {
        for value in data.get_all(name).iter().filter_map(|value| value.as_string()) {
            fields.push(*name, value);
        }
    }
    Some(fields)
}
