use proptest::prelude::*;

use super::*;
use crate::form::FieldErrors;

fn read(pairs: &[(&str, &str)]) -> Result<TrainingDetails, FieldErrors> {
    let fields: FormFields =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut errors = FieldErrors::default();
    TrainingDetails::read(&fields, &mut errors).ok_or(errors)
}

fn error(name: &'static str, value: &str) -> Option<FieldError> {
    let errors = read(&[("units", "kg"), (name, value)]).unwrap_err();
    assert_eq!(errors.iter().count(), 1, "{name}: {errors:?}");
    errors.get(name)
}

#[test]
fn nothing_of_it_is_required() {
    assert_eq!(read(&[]), Ok(TrainingDetails::default()));
    let names = ["time_zone", "bar", "smallest_plate", "body_weight"];
    assert_eq!(read(&names.map(|name| (name, "  "))), Ok(TrainingDetails::default()));
    assert_eq!(read(&[("effort", ""), ("sound", "")]), Ok(TrainingDetails::default()));
    assert!(TrainingDetails::default().is_default());
    assert!(!read(&[("sound", "yes")]).unwrap().is_default());
}

#[test]
fn a_number_is_in_the_units_of_the_form() {
    let bar = |units, typed| read(&[("units", units), ("bar", typed)]).unwrap().bar.unwrap().to_string();
    assert_eq!(bar("kg", "15"), "15 kg");
    assert_eq!(bar("lb", "35"), "35 lb");
    assert_eq!(bar("kg", " 7,5 "), "7.5 kg");
}

#[test]
fn a_change_of_the_units_makes_no_pounds_of_kilograms() {
    let mut shown = FormFields::default();
    read(&[("units", "kg"), ("bar", "20"), ("body_weight", "80")]).unwrap().write(&mut shown);
    shown.push("units", "lb");
    let after = TrainingDetails::read(&shown, &mut FieldErrors::default()).unwrap();
    assert_eq!(after.bar.unwrap().to_string(), "20 kg");
    assert_eq!(after.body_weight.unwrap().to_string(), "80 kg");
    let typed = read(&[("units", "lb"), ("bar", "20kg")]).unwrap();
    assert_eq!(typed.bar, after.bar);
}

#[test]
fn weights_have_bounds() {
    for (name, low, high) in
        [("bar", "1", "50"), ("smallest_plate", "0.1", "25"), ("body_weight", "20", "400")]
    {
        for fine in [low, high] {
            assert!(read(&[("units", "kg"), (name, fine)]).is_ok(), "{name}={fine}");
        }
        assert!(error(name, "0").is_some(), "{name}");
        assert!(error(name, &format!("{high}.01")).is_some(), "{name}");
    }
    assert_eq!(error("bar", "0.99"), Some(FieldError::OutOfRange(1, 50)));
    assert_eq!(error("bar", "111 lb"), Some(FieldError::OutOfRange(2, 110)));
    assert_eq!(error("body_weight", "8"), Some(FieldError::OutOfRange(20, 400)));
    assert_eq!(error("smallest_plate", "0.09"), Some(FieldError::Invalid));
    for wrong in ["twenty", "-20", "20 st", "kg", "20 kg kg", "1e1"] {
        assert_eq!(error("bar", wrong), Some(FieldError::Invalid), "{wrong}");
    }
}

#[test]
fn choices_and_zones_are_known_words() {
    assert_eq!(error("effort", "maybe"), Some(FieldError::UnknownChoice));
    assert_eq!(error("sound", "on"), Some(FieldError::UnknownChoice));
    assert_eq!(error("time_zone", "Middle Earth"), Some(FieldError::UnknownChoice));
    let zone = read(&[("time_zone", " Europe/Berlin ")]).unwrap().time_zone;
    assert_eq!(zone.unwrap().as_str(), "Europe/Berlin");
}

#[test]
fn nothing_may_repeat() {
    for name in TrainingDetails::FIELDS {
        let errors = read(&[(name, ""), (name, "")]).unwrap_err();
        assert_eq!(errors.iter().collect::<Vec<_>>(), [(*name, FieldError::Repeated)]);
    }
}

#[test]
fn effort_is_asked_by_level_unless_the_person_chooses() {
    let asks = |effort| {
        Level::ALL
            .iter()
            .map(move |level| TrainingDetails { effort, ..TrainingDetails::default() }.asks_effort(*level))
    };
    assert!(asks(None).eq([false, true, true]));
    assert!(asks(Some(YesNo::Yes)).all(|asks| asks));
    assert!(!asks(Some(YesNo::No)).any(|asks| asks));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(typed: String, units: String) {
        for name in TrainingDetails::FIELDS {
            let _ = read(&[("units", &units), (name, &typed)]);
        }
    }
}
