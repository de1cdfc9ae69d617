//! The buttons beside weight and repetitions.

use domain::workout::stepper::{next_reps, next_seconds, next_weight};
use domain::workout::steps::Steps;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::form::RowForm;

/// Shows the buttons, which do nothing without this island.
pub(super) fn show(form: &RowForm) {
    let Ok(buttons) = form.group().query_selector_all("[data-step]") else { return };
    for i in 0..buttons.length() {
        if let Some(button) = buttons.item(i) {
            let _ = button.unchecked_into::<Element>().remove_attribute("hidden");
        }
    }
}

/// What a button does: `weight +`, `reps -`.
pub(super) fn step(form: &RowForm, button: &Element) {
    let what = button.get_attribute("data-step").unwrap_or_default();
    let Some((name, direction)) = what.split_once(' ') else { return };
    let Some(field) = form.input(name) else { return };
    let (typed, up) = (field.value(), direction == "+");
    let next = match name {
        "weight" => form
            .steps()
            .and_then(|steps| Steps::parse(&steps))
            .and_then(|steps| next_weight(&typed, &steps, form.unit(), up)),
        "seconds" => next_seconds(&typed, up),
        _ => next_reps(&typed, up),
    };
    if let Some(next) = next {
        field.set_value(&next);
        form.show_plates();
    }
}
