//! The fields of a set: its load, its amount, and what a person may add.

use domain::form::FieldError;
use domain::workout::document::Slot;
use domain::workout::load::{Rir, Tone};
use leptos::prelude::*;

use crate::components::markup::IntoMarkup as _;
use model::{AmountFields, FormState, LoadField, Row};

/// The fields of a row, filled in with `form` or, where that is `None`, with what the row holds.
///
/// In a form of its own a field is called `weight`; in a form with several rows it is `b2s3-weight`, which is also
/// its id in both.
#[component]
pub(crate) fn SetFields(
    row: Row,
    #[prop(optional_no_strip)] form: Option<FormState>,
    /// The form holds other rows, too.
    #[prop(default = false)]
    one_of_many: bool,
    /// An island will show the buttons that change a number.
    #[prop(default = false)]
    has_steppers: bool,
) -> impl IntoView {
    let unit = row.unit.word();
    let form = form.unwrap_or_else(|| FormState { values: row.values.clone(), ..FormState::default() });
    let place = Place { slot: row.slot, one_of_many, has_steppers };
    let load = match row.load_field {
        LoadField::Nothing => ().into_markup(),
        LoadField::Weight | LoadField::Added => view! {
            <SetField place=place form=form.clone() name="weight" label="Weight" unit=unit decimal=true />
        }
        .into_markup(),
        LoadField::Assisted => view! {
            <SetChoice place=place form=form.clone() name="load" label="Help or added" options=ASSISTED.to_vec() />
            <SetField place=place form=form.clone() name="weight" label="Weight" unit=unit decimal=true />
        }
        .into_markup(),
        LoadField::Band => view! {
            <SetChoice place=place form=form.clone() name="band" label="Band" options=bands("Choose") />
        }
        .into_markup(),
        LoadField::AssistedBand => view! {
            <SetChoice place=place form=form.clone() name="load" label="Help or added" options=BAND_HELP.to_vec() />
            <SetChoice place=place form=form.clone() name="band" label="Band" options=bands("No help") />
            <SetField place=place form=form.clone() name="weight" label="Weight" unit=unit decimal=true />
        }
        .into_markup(),
    };
    let amount = match row.amount_fields {
        AmountFields::Reps => view! {
            <SetField place=place form=form.clone() name="reps" label="Repetitions" />
        }
        .into_markup(),
        AmountFields::Sides => view! {
            <SetField place=place form=form.clone() name="left" label="Repetitions left" />
            <SetField place=place form=form.clone() name="right" label="Repetitions right" />
        }
        .into_markup(),
        AmountFields::Seconds => view! {
            <SetField place=place form=form.clone() name="seconds" label="Seconds" />
        }
        .into_markup(),
    };
    let effort = row.asks_effort.then(|| {
        let options = Rir::ALL.iter().map(|rir| (rir.word(), rir.label()));
        let options = std::iter::once(("", "–")).chain(options).collect();
        view! { <SetChoice place=place form=form.clone() name="rir" label="How many more?" options=options /> }
    });
    view! {
        {load}
        {amount}
        {effort}
        <SetNote place=place form=form />
    }
}

/// Nothing typed beside either is the body alone.
const ASSISTED: [(&str, &str); 2] = [("assisted", "Help"), ("added", "Added")];
const BAND_HELP: [(&str, &str); 2] = [("assisted_band", "Help"), ("added", "Added")];

/// The strengths of a band, after what an empty choice means.
fn bands(empty: &'static str) -> Vec<(&'static str, &'static str)> {
    let bands = Tone::ALL.iter().map(|tone| (tone.word(), tone.label()));
    std::iter::once(("", empty)).chain(bands).collect()
}

/// Where a field belongs.
#[derive(Clone, Copy)]
struct Place {
    slot: Slot,
    one_of_many: bool,
    has_steppers: bool,
}

impl Place {
    fn id(self, name: &str) -> String {
        format!("{}-{name}", self.slot)
    }

    fn name(self, name: &str) -> String {
        if self.one_of_many { self.id(name) } else { name.to_owned() }
    }
}

#[component]
fn SetField(
    place: Place,
    form: FormState,
    name: &'static str,
    label: &'static str,
    #[prop(optional)] unit: Option<&'static str>,
    /// With a decimal comma or point.
    #[prop(default = false)]
    decimal: bool,
) -> impl IntoView {
    let id = place.id(name);
    let error = form.errors.get(name);
    let unit_id = format!("{id}-unit");
    let described = match (error.is_some(), unit.is_some()) {
        (true, true) => Some(format!("{id}-error {unit_id}")),
        (true, false) => Some(format!("{id}-error")),
        (false, true) => Some(unit_id.clone()),
        (false, false) => None,
    };
    // Named so that no other field of the row is found by the same words.
    let (fewer, many) = match name {
        "weight" => ("Lighter", "Heavier"),
        "seconds" => ("Shorter", "Longer"),
        "left" => ("Fewer, left", "More, left"),
        "right" => ("Fewer, right", "More, right"),
        _ => ("Fewer", "More"),
    };
    let stepper = |sign: &'static str, direction, label: &'static str| {
        place.has_steppers.then(|| {
            view! {
                <button type="button" class="step" data-step=format!("{name} {direction}") aria-label=label hidden>
                    {sign}
                </button>
            }
        })
    };
    let (less, more) = (stepper("−", "-", fewer), stepper("+", "+", many));
    view! {
        <div class="set-field">
            <label for=id.clone()>{label}</label>
            <span class="row figure">
                {less}
                <input
                    id=id.clone()
                    name=place.name(name)
                    type="text"
                    inputmode=if decimal { "decimal" } else { "numeric" }
                    autocomplete="off"
                    value=form.values.value(name).to_owned()
                    aria-invalid=error.map(|_| "true")
                    aria-describedby=described
                />
                {unit.map(|unit| view! { <span class="unit" id=unit_id>{unit}</span> })}
                {more}
            </span>
            <SetError id=id error=error />
        </div>
    }
}

#[component]
fn SetChoice(
    place: Place,
    form: FormState,
    name: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let id = place.id(name);
    let error = form.errors.get(name);
    let chosen = form.values.value(name).to_owned();
    let options = options
        .into_iter()
        .map(|(word, label)| view! { <option value=word selected=word == chosen>{label}</option> })
        .collect::<Vec<_>>();
    view! {
        <div class="set-field">
            <label for=id.clone()>{label}</label>
            <select
                id=id.clone()
                name=place.name(name)
                aria-invalid=error.map(|_| "true")
                aria-describedby=error.map(|_| format!("{id}-error"))
            >
                {options}
            </select>
            <SetError id=id error=error />
        </div>
    }
}

/// Folded away until there is one: most sets need none.
#[component]
fn SetNote(place: Place, form: FormState) -> impl IntoView {
    let id = place.id("note");
    let error = form.errors.get("note");
    let value = form.values.value("note").to_owned();
    let open = !value.is_empty() || error.is_some();
    view! {
        <details class="set-note" open=open>
            <summary>"Note"</summary>
            <div class="set-field">
                <label class="visually-hidden" for=id.clone()>"Note"</label>
                <input
                    id=id.clone()
                    name=place.name("note")
                    type="text"
                    autocomplete="off"
                    value=value
                    aria-invalid=error.map(|_| "true")
                    aria-describedby=error.map(|_| format!("{id}-error"))
                />
                <SetError id=id error=error />
            </div>
        </details>
    }
}

#[component]
fn SetError(id: String, error: Option<FieldError>) -> impl IntoView {
    error.map(|error| view! { <p class="error" id=format!("{id}-error")>{error.to_string()}</p> })
}
