use proptest::prelude::*;

use super::*;
use crate::form::{FieldError, FieldErrors, FormFields};

/// The default form with some fields replaced (or removed, if no value is given).
fn form(changes: &[(&str, &[&str])]) -> FormFields {
    let mut fields = FormFields::default();
    Training::default().write(&mut fields);
    let kept = fields.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let mut fields: FormFields = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (name, values) in changes {
        for value in *values {
            fields.push(*name, *value);
        }
    }
    fields
}

fn read(changes: &[(&str, &[&str])]) -> Result<Training, FieldErrors> {
    let mut errors = FieldErrors::default();
    Training::read(&form(changes), &mut errors).ok_or(errors)
}

fn error(name: &'static str, values: &[&str]) -> FieldError {
    let errors = read(&[(name, values)]).unwrap_err();
    assert_eq!(errors.iter().count(), 1, "{name}: {errors:?}");
    errors.get(name).unwrap()
}

proptest! {
    #[test]
    fn no_form_leads_to_values_out_of_bounds(days: String, minutes: String, rest: String) {
        let typed: [(&str, &[&str]); 3] =
            [("days_per_week", &[&days]), ("session_minutes", &[&minutes]), ("rest_seconds", &[&rest])];
        if let Ok(training) = read(&typed) {
            prop_assert!(DAYS_PER_WEEK.contains(&training.days_per_week.into()));
            prop_assert!(SESSION_MINUTES.contains(&training.session_minutes.into()));
            prop_assert!(REST_SECONDS.contains(&training.rest_seconds.into()));
        }
    }
}

#[test]
fn the_words_of_the_contract_are_the_words_of_the_form() {
    fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().copied().map(word).collect()
    }
    assert_eq!(words(Units::ALL, Units::word), ["kg", "lb"]);
    assert_eq!(words(Goal::ALL, Goal::word), ["strength", "muscle", "endurance", "fat_loss", "mobility"]);
    assert_eq!(words(Level::ALL, Level::word), ["beginner", "intermediate", "advanced"]);
    assert_eq!(
        words(Equipment::ALL, Equipment::word),
        ["dumbbell", "barbell", "kettlebell", "band", "machine", "pull_up_bar", "bench", "rack", "cable"]
    );
}

#[test]
fn bounds_belong_to_the_range() {
    for (name, low, high) in
        [("days_per_week", "1", "7"), ("session_minutes", "15", "120"), ("rest_seconds", "15", "600")]
    {
        for value in [low, high] {
            assert!(read(&[(name, &[value])]).is_ok(), "{name}={value}");
        }
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    assert_eq!(error("days_per_week", &["0"]), FieldError::OutOfRange(1, 7));
    assert_eq!(error("days_per_week", &["8"]), FieldError::OutOfRange(1, 7));
    assert_eq!(error("days_per_week", &["257"]), FieldError::OutOfRange(1, 7));
    assert_eq!(error("session_minutes", &["14"]), FieldError::OutOfRange(15, 120));
    assert_eq!(error("session_minutes", &["121"]), FieldError::OutOfRange(15, 120));
    assert_eq!(error("rest_seconds", &["601"]), FieldError::OutOfRange(15, 600));
    assert_eq!(error("rest_seconds", &["99999999999999999999"]), FieldError::OutOfRange(15, 600));
}

#[test]
fn a_number_is_nothing_but_digits() {
    for typed in ["+3", "-3", " 3", "3 ", "3.0", "3e0", "0x3", "٣", "३", "three", "3\0"] {
        assert_eq!(error("days_per_week", &[typed]), FieldError::Invalid, "{typed:?}");
    }
}

#[test]
fn unknown_words_are_refused() {
    for name in ["units", "goal", "level", "equipment"] {
        assert_eq!(error(name, &["KG"]), FieldError::UnknownChoice, "{name}");
    }
    assert_eq!(error("equipment", &["dumbbell", "cannon"]), FieldError::UnknownChoice);
}

#[test]
fn only_equipment_may_repeat() {
    for (name, value) in [("units", "kg"), ("goal", "muscle"), ("days_per_week", "3")] {
        assert_eq!(error(name, &[value, value]), FieldError::Repeated, "{name}");
    }
    let two = read(&[("equipment", &["band", "dumbbell", "band"])]).unwrap();
    assert_eq!(two.equipment, BTreeSet::from([Equipment::Dumbbell, Equipment::Band]));
}

#[test]
fn a_preset_is_what_ticking_its_boxes_gives() {
    for preset in Preset::ALL {
        let words: Vec<_> = preset.equipment.iter().map(|equipment| equipment.word()).collect();
        let ticked = read(&[("equipment", &words)]).unwrap().equipment;
        assert_eq!(ticked.into_iter().collect::<Vec<_>>(), preset.equipment, "{}", preset.name);
    }
    let names: BTreeSet<_> = Preset::ALL.iter().map(|preset| preset.name).collect();
    assert_eq!(names.len(), Preset::ALL.len());
}

#[test]
fn a_preset_ticks_its_boxes_and_keeps_everything_else() {
    let typed = form(&[("equipment", &["band", "barbell"]), ("days_per_week", &["many"])]);
    for preset in Preset::ALL {
        let ticked = preset.tick(&typed);
        let words: Vec<_> = preset.equipment.iter().map(|equipment| equipment.word()).collect();
        assert_eq!(ticked.all("equipment").collect::<Vec<_>>(), words);
        assert_eq!(ticked.value("days_per_week"), "many");
        assert_eq!(ticked.keep(&["goal", "units"]), typed.keep(&["goal", "units"]));
    }
    let words: BTreeSet<_> = Preset::ALL.iter().map(|preset| preset.word).collect();
    assert_eq!(words.len(), Preset::ALL.len());
}
