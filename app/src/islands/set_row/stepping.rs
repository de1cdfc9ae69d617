//! The buttons beside weight and repetitions.

use domain::workout::steps::Steps;
use domain::workout::weight::Weight;
use web_sys::Element;

use super::form::RowForm;

/// The highest number of repetitions that can be typed.
const MOST: i32 = 100;

/// Shows the buttons, which do nothing without this island.
pub(super) fn show(form: &RowForm) {
    let Ok(buttons) = form.group().query_selector_all("[data-step]") else { return };
    for i in 0..buttons.length() {
        if let Some(button) = buttons.item(i) {
            use leptos::wasm_bindgen::JsCast as _;
            let _ = button.unchecked_into::<Element>().remove_attribute("hidden");
        }
    }
}

/// What a button does: `weight +`, `reps -`.
pub(super) fn step(form: &RowForm, button: &Element) {
    let what = button.get_attribute("data-step").unwrap_or_default();
    let Some((name, direction)) = what.split_once(' ') else { return };
    let Some(field) = form.input(name) else { return };
    let up = direction == "+";
    let next = match name {
        "weight" => form
            .steps()
            .and_then(|steps| Steps::parse(&steps))
            .and_then(|steps| next_weight(&field.value(), &steps, form.unit(), up)),
        _ => next_count(&field.value(), if name == "seconds" { 5 } else { 1 }, up),
    };
    if let Some(next) = next {
        field.set_value(&next);
    }
}

/// The next weight that can be loaded; nothing typed counts as nothing. `None` where there is none.
fn next_weight(
    typed: &str,
    steps: &Steps,
    unit: domain::workout::training::Units,
    up: bool,
) -> Option<String> {
    let exact = if typed.trim().is_empty() { -1 } else { Weight::parse(typed, unit).ok()?.exact() };
    let next = if up { steps.above(exact) } else { steps.below(exact) };
    next.map(|weight| weight.to_unit(unit).number())
}

fn next_count(typed: &str, by: i32, up: bool) -> Option<String> {
    let now: i32 = if typed.trim().is_empty() { 0 } else { typed.trim().parse().ok()? };
    let next = if up { now + by } else { now - by };
    let most = if by == 1 { MOST } else { 3_600 };
    Some(next.clamp(0, most).to_string())
}

#[cfg(test)]
mod tests {
    use domain::workout::training::Units;

    use super::*;

    #[test]
    fn a_weight_goes_to_the_next_that_can_be_loaded() {
        let bar = Steps::parse("kg 2000 250").unwrap();
        let to = |typed, up| next_weight(typed, &bar, Units::Kg, up);
        assert_eq!(to("60", true).as_deref(), Some("62.5"));
        assert_eq!(to("61,3", true).as_deref(), Some("62.5"));
        assert_eq!(to("61,3", false).as_deref(), Some("60"));
        assert_eq!(to("", true).as_deref(), Some("20"), "the empty bar");
        assert_eq!(to("20", false), None);
        assert_eq!(to("much", true), None, "what was typed stays");
        let bells = Steps::parse("kg kettlebell").unwrap();
        assert_eq!(next_weight("16", &bells, Units::Kg, true).as_deref(), Some("20"));
        assert_eq!(next_weight("48", &bells, Units::Kg, true), None);
    }

    #[test]
    fn a_count_stays_within_what_can_be_typed() {
        assert_eq!(next_count("10", 1, true).as_deref(), Some("11"));
        assert_eq!(next_count("", 1, true).as_deref(), Some("1"));
        assert_eq!(next_count("0", 1, false).as_deref(), Some("0"));
        assert_eq!(next_count("100", 1, true).as_deref(), Some("100"));
        assert_eq!(next_count("40", 5, true).as_deref(), Some("45"));
        assert_eq!(next_count("ten", 1, true), None);
    }
}
