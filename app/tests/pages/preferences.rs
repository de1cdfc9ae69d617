//! `/preferences`: eight fields, and more of them behind a line to open.

use domain::form::{FieldError, FieldErrors};
use domain::workout::training::{Training, TrainingDetails};
use model::{Alert, FormState, Page, PreferencesPage};
use scraper::Html;

use super::{samples, select, text};

fn render(values: &[(&str, &str)], errors: FieldErrors) -> Html {
    let alert = (!errors.is_empty()).then_some(Alert::CheckFields);
    let form = FormState { values: samples::fields(values), errors, alert };
    let page = PreferencesPage { form, ..samples::preferences_page(true) };
    Html::parse_document(&app::document::render(samples::layout(false), Page::Preferences(page)))
}

fn is_open(page: &Html) -> bool {
    select(page, "form#preferences details")[0].attr("open").is_some()
}

#[test]
fn the_fields_have_the_labels_of_the_contract() {
    let page = render(&[], FieldErrors::default());
    let labels = [
        ("time_zone", "Time zone"),
        ("rest_mode", "Rest"),
        ("bar", "Weight of the bar"),
        ("smallest_plate", "Smallest plate"),
        ("body_weight", "Body weight"),
        ("effort", "Ask how many more repetitions"),
        ("sound", "Sound when the rest ends"),
    ];
    for (name, label) in labels {
        let field = format!("details [name='{name}']");
        assert_eq!(select(&page, &field)[0].attr("required"), None, "{name}");
        assert_eq!(text(select(&page, &format!("details label[for='{name}']"))[0]), label);
    }
    let listed: Vec<_> = TrainingDetails::FIELDS.iter().chain(&["rest_mode"]).collect();
    assert_eq!(listed.len(), labels.len(), "each of them is tested");
    assert!(listed.iter().all(|name| labels.iter().any(|(tested, _)| tested == *name)));
}

#[test]
fn the_line_is_open_if_something_behind_it_was_chosen_or_is_wrong() {
    let none = FieldErrors::default;
    assert!(!is_open(&render(&[("rest_mode", "fixed"), ("sound", "no"), ("bar", "")], none())));
    for chosen in [
        ("rest_mode", "auto"),
        ("sound", "yes"),
        ("effort", "no"),
        ("bar", "15 kg"),
        ("smallest_plate", "0.5 kg"),
        ("body_weight", "80 kg"),
        ("time_zone", "Europe/Berlin"),
    ] {
        assert!(is_open(&render(&[chosen], none())), "{chosen:?}");
        assert!(is_open(&render(&[], FieldErrors::from((chosen.0, FieldError::Invalid)))), "{chosen:?}");
    }
    assert!(!is_open(&render(&[], FieldErrors::from(("goal", FieldError::Required)))), "of the other fields");
}

#[test]
fn what_was_typed_stays_beside_its_error() {
    let page = render(&[("bar", "heavy"), ("sound", "yes")], FieldErrors::from(("bar", FieldError::Invalid)));
    let bar = select(&page, "#bar")[0];
    assert_eq!((bar.attr("value"), bar.attr("aria-invalid")), (Some("heavy"), Some("true")));
    assert_eq!(bar.attr("inputmode"), Some("decimal"));
    assert_eq!(text(select(&page, "#bar-error")[0]), FieldError::Invalid.to_string());
    assert!(select(&page, "#sound")[0].attr("checked").is_some());
}

#[test]
fn zones_are_suggested() {
    let page = render(&[], FieldErrors::default());
    let list = select(&page, "#time_zone")[0].attr("list").expect("a list");
    let offered: Vec<_> = select(&page, &format!("datalist#{list} option"))
        .iter()
        .filter_map(|option| option.attr("value"))
        .collect();
    assert_eq!(offered, ["Africa/Lagos", "Europe/Berlin", "UTC"]);
}

#[test]
fn enter_does_not_press_a_preset() {
    let page = render(&[], FieldErrors::default());
    let buttons = select(&page, "form#preferences button");
    assert_eq!(buttons[0].attr("name"), None, "the first button is the one that Enter presses");
    assert_eq!(buttons[0].attr("type"), None, "it submits");
    assert_eq!((buttons[0].attr("aria-hidden"), buttons[0].attr("tabindex")), (Some("true"), Some("-1")));
    let presets: Vec<_> = buttons.iter().filter(|button| button.attr("name") == Some("preset")).collect();
    let words: Vec<_> = presets.iter().filter_map(|button| button.attr("value")).collect();
    assert_eq!(words, ["gym", "dumbbells", "nothing"]);
}

#[test]
fn a_ticked_preset_is_said_not_to_be_saved() {
    let page = PreferencesPage { ticked: Some("Gym"), notice: None, ..samples::preferences_page(true) };
    let page = Html::parse_document(&app::document::render(samples::layout(false), Page::Preferences(page)));
    let said: Vec<_> = select(&page, "[role=status]").into_iter().map(text).collect();
    assert_eq!(said, ["The boxes of “Gym” are ticked. Nothing is saved yet."]);
}

#[test]
fn the_preview_gets_what_the_plan_depends_on_and_no_more() {
    let page = render(&[("body_weight", "80 kg")], FieldErrors::default());
    let handed = select(&page, "#preview-values")[0].attr("value").expect("values");
    for name in Training::FIELDS.iter().filter(|name| **name != "equipment") {
        assert!(handed.contains(&format!("&{name}=")), "{name}");
    }
    assert!(!handed.contains("theme") && !handed.contains("80"), "{handed}");
}
