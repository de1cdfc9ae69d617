//! Preferences that few people need, behind a line to open.

use domain::workout::training::{RestMode, TrainingDetails, YesNo};
use leptos::prelude::*;

use crate::components::field::{CheckBox, Field, Kind, Select};
use crate::components::markup::IntoMarkup as _;
use model::FormState;

/// Open if something in it needs attention or was chosen: what is in effect must not be hidden.
#[component]
pub(super) fn Details(
    /// The names of time zones to offer.
    zones: &'static [String],
) -> impl IntoView {
    let form = expect_context::<FormState>();
    let usual = |name: &str, value: &str| match name {
        "rest_mode" => value == RestMode::Fixed.word(),
        "sound" => value == YesNo::No.word(),
        _ => false,
    };
    let fields = || TrainingDetails::FIELDS.iter().copied().chain(["rest_mode"]);
    let open = fields().any(|name| {
        let value = form.values.value(name);
        form.errors.get(name).is_some() || !(value.is_empty() || usual(name, value))
    });
    let rests = RestMode::ALL.iter().map(|c| (c.word(), c.label()));
    let effort = [("", "By level")].into_iter().chain(YesNo::ALL.iter().map(|c| (c.word(), c.label())));
    let zones = zones.iter().map(|zone| view! { <option value=zone.as_str()></option> }).collect::<Vec<_>>();
    view! {
        <details class="field" open=open>
            <summary>"More about your training"</summary>
            <div class="pair">
                <Select name="rest_mode" label="Rest" options=rests />
                <Select name="effort" label="Ask how many more repetitions" options=effort />
                <Field
                    kind=Kind::Decimal
                    name="bar"
                    label="Weight of the bar"
                    hint="Empty: 20 kg or 45 lb"
                    optional=true
                />
                <Field
                    kind=Kind::Decimal
                    name="smallest_plate"
                    label="Smallest plate"
                    hint="0.1 to 25 kg, or 0.2 to 55 lb. Empty: 1.25 kg or 2.5 lb"
                    optional=true
                />
                <Field
                    kind=Kind::Decimal
                    name="body_weight"
                    label="Body weight"
                    hint="For estimates of exercises with weight added to it"
                    optional=true
                />
                <Field
                    name="time_zone"
                    label="Time zone"
                    hint="Such as Europe/Berlin. Empty: as your browser says"
                    list="time-zones"
                    autocomplete="off"
                    optional=true
                />
            </div>
            <p class="hint">
                "Weights are in the units chosen above, unless you write another: 20 kg. Bar and plates count while you \
                 train in their unit."
            </p>
            <CheckBox name="sound" label="Sound when the rest ends" />
            <datalist id="time-zones">{zones}</datalist>
        </details>
    }
    .into_markup()
}
