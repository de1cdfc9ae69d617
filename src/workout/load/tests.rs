use std::cmp::Ordering::{self, Equal, Greater, Less};

use time::macros::datetime;

use super::*;
use crate::form::{FieldError, FieldErrors, FormFields};

const NOW: OffsetDateTime = datetime!(2026-03-01 18:04:05.123_456 UTC);

fn kg(typed: &str) -> Weight {
    Weight::parse(typed, Units::Kg).unwrap()
}

fn lb(typed: &str) -> Weight {
    Weight::parse(typed, Units::Lb).unwrap()
}

/// An exercise of this kind, whatever the catalogue says.
fn exercise(load: LoadKind) -> Exercise {
    let any = *Exercise::find("plank").unwrap();
    Exercise { load, weighted: false, per_side: false, timed: false, ..any }
}

fn read(exercise: &Exercise, fields: &[(&str, &str)]) -> Result<LoggedSet, FieldErrors> {
    let mut form = FormFields::default();
    for (name, value) in fields {
        form.push(*name, *value);
    }
    LoggedSet::from_form(&form, exercise.into(), exercise.into(), Units::Kg, NOW)
}

fn load(exercise: &Exercise, fields: &[(&str, &str)]) -> Load {
    read(exercise, &[fields, &[("reps", "8")]].concat()).unwrap().load
}

fn error(exercise: &Exercise, fields: &[(&str, &str)]) -> Vec<(&'static str, FieldError)> {
    read(exercise, fields).unwrap_err().iter().collect()
}

#[test]
fn the_stored_text_of_a_set_stays_what_it_is() {
    let set = LoggedSet {
        exercise: ExerciseId::parse("back_squat").unwrap(),
        load: Load::Bar(kg("62.5")),
        amount: Amount::Sides { left: 8, right: 7 },
        rir: Some(Rir::Two),
        note: Note::parse("belt").unwrap(),
        logged_at: datetime!(2026-03-01 18:04:05.123 UTC),
    };
    let stored = concat!(
        r#"{"exercise":"back_squat","load":{"bar":"62.5 kg"},"amount":{"sides":{"left":8,"right":7}},"#,
        r#""rir":"2","note":"belt","logged_at":"2026-03-01T18:04:05.123Z"}"#
    );
    assert_eq!(serde_json::to_string(&set).unwrap(), stored);
    assert_eq!(serde_json::from_str::<LoggedSet>(stored).unwrap(), set);
}

#[test]
fn every_load_and_amount_is_read_back() {
    let loads = [
        (Load::Body, r#""body""#),
        (Load::Added(kg("10")), r#"{"added":"10 kg"}"#),
        (Load::Assisted(lb("20")), r#"{"assisted":"20 lb"}"#),
        (Load::Bar(kg("60")), r#"{"bar":"60 kg"}"#),
        (Load::PerHand(kg("12.5")), r#"{"per_hand":"12.5 kg"}"#),
        (Load::Stack(kg("45")), r#"{"stack":"45 kg"}"#),
        (Load::Band(Tone::ExtraHeavy), r#"{"band":"extra_heavy"}"#),
        (Load::AssistedBand(Tone::Light), r#"{"assisted_band":"light"}"#),
    ];
    for (load, stored) in loads {
        assert_eq!(serde_json::to_string(&load).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Load>(stored).unwrap(), load);
    }
    for (amount, stored) in [(Amount::Reps(10), r#"{"reps":10}"#), (Amount::Seconds(45), r#"{"seconds":45}"#)]
    {
        assert_eq!(serde_json::to_string(&amount).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Amount>(stored).unwrap(), amount);
    }
}

#[test]
fn unknown_fields_of_a_set_are_skipped() {
    let stored = concat!(
        r#"{"exercise":"plank","load":"body","amount":{"seconds":30},"heart_rate":120,"#,
        r#""logged_at":"2026-03-01T18:04:05Z"}"#
    );
    assert_eq!(serde_json::from_str::<LoggedSet>(stored).unwrap().rir, None);
}

#[test]
fn loads_are_compared_across_units_but_not_across_kinds() {
    for (one, other, order) in [
        (Load::Bar(kg("100")), Load::Bar(lb("220.46")), Some(Greater)),
        (Load::Bar(kg("100")), Load::Bar(lb("220.47")), Some(Less)),
        (Load::Assisted(kg("10")), Load::Assisted(kg("15")), Some(Greater)),
        (Load::Assisted(kg("10")), Load::Body, Some(Less)),
        (Load::Added(kg("2.5")), Load::Body, Some(Greater)),
        (Load::Assisted(kg("0")), Load::Added(kg("0")), Some(Equal)),
        (Load::Band(Tone::Light), Load::Band(Tone::Medium), Some(Less)),
        (Load::Stack(kg("50")), Load::Bar(kg("50")), None),
        (Load::Body, Load::Band(Tone::Light), None),
        (Load::AssistedBand(Tone::Light), Load::AssistedBand(Tone::Medium), Some(Greater)),
        (Load::AssistedBand(Tone::ExtraLight), Load::Body, Some(Less)),
        (Load::AssistedBand(Tone::ExtraLight), Load::Added(kg("5")), Some(Less)),
        (Load::AssistedBand(Tone::Light), Load::Assisted(kg("5")), None),
        (Load::AssistedBand(Tone::Light), Load::Band(Tone::Light), None),
    ] {
        assert_eq!(one.compare(other), order, "{one:?} {other:?}");
        assert_eq!(other.compare(one), order.map(Ordering::reverse));
    }
}

#[test]
fn amounts_have_limits() {
    for fine in [Amount::Reps(0), Amount::Reps(100), Amount::Seconds(1), Amount::Seconds(3_600)] {
        assert!(fine.is_valid(), "{fine:?}");
    }
    for wrong in [
        Amount::Reps(101),
        Amount::Seconds(0),
        Amount::Seconds(3_601),
        Amount::Sides { left: 101, right: 0 },
        Amount::Sides { left: 0, right: 101 },
    ] {
        assert!(!wrong.is_valid(), "{wrong:?}");
    }
}

#[test]
fn the_weaker_side_counts() {
    assert_eq!(Amount::Sides { left: 8, right: 10 }.counted(), 8);
    assert_eq!(Amount::Sides { left: 10, right: 8 }.words(), "10 left, 8 right");
    assert_eq!(Amount::Seconds(1).words(), "1 second");
}

#[test]
fn what_a_form_shows_is_read_back() {
    let both = Exercise { weighted: true, per_side: true, ..exercise(LoadKind::Body) };
    let timed = Exercise { timed: true, ..exercise(LoadKind::Assisted) };
    let (assisted, band) = (exercise(LoadKind::Assisted), exercise(LoadKind::AssistedBand));
    for (exercise, typed) in [
        (both, vec![("weight", "2.5"), ("left", "8"), ("right", "7")]),
        (both, vec![("reps", "8")]),
        (timed, vec![("weight", "20"), ("seconds", "45")]),
        (assisted, vec![("load", "added"), ("weight", "5"), ("reps", "3")]),
        (assisted, vec![("reps", "3")]),
        (band, vec![("band", "light"), ("reps", "3"), ("rir", "1"), ("note", "slow")]),
        (band, vec![("load", "added"), ("weight", "5"), ("reps", "3")]),
        (exercise(LoadKind::Band), vec![("band", "heavy"), ("reps", "3")]),
        (exercise(LoadKind::Bar), vec![("weight", "62,5"), ("reps", "5")]),
    ] {
        let set = read(&exercise, &typed).unwrap();
        let shown = set.to_form(SetFormat::from(&exercise), Units::Kg);
        let again = read(&exercise, &shown.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!((again.load, again.rir, &again.note), (set.load, set.rir, &set.note), "{typed:?}");
        assert_eq!(again.amount.counted(), set.amount.counted(), "{typed:?}");
    }
}

#[test]
fn a_load_fits_its_exercise() {
    let body = exercise(LoadKind::Body);
    let weighted = Exercise { weighted: true, ..body };
    assert!(
        Load::Body.fits(&body) && !Load::Added(kg("5")).fits(&body) && Load::Added(kg("5")).fits(&weighted)
    );
    let assisted = exercise(LoadKind::Assisted);
    assert!(
        [Load::Body, Load::Added(kg("5")), Load::Assisted(kg("5"))].iter().all(|load| load.fits(&assisted))
    );
    assert!(Load::PerHand(kg("16")).fits(&exercise(LoadKind::Kettlebell)));
    for (kind, load) in [
        (LoadKind::Bar, Load::PerHand(kg("20"))),
        (LoadKind::Bar, Load::Body),
        (LoadKind::Stack, Load::Bar(kg("20"))),
        (LoadKind::Band, Load::Body),
        (LoadKind::Body, Load::Assisted(kg("20"))),
        (LoadKind::AssistedBand, Load::Assisted(kg("20"))),
        (LoadKind::AssistedBand, Load::Band(Tone::Light)),
        (LoadKind::Assisted, Load::AssistedBand(Tone::Light)),
        (LoadKind::PerHand, Load::Stack(kg("20"))),
    ] {
        assert!(!load.fits(&exercise(kind)), "{kind:?} {load:?}");
    }
}

#[test]
fn an_amount_fits_its_exercise() {
    let both = exercise(LoadKind::Body);
    let each = Exercise { per_side: true, ..both };
    let timed = Exercise { timed: true, ..both };
    let (reps, sides, seconds) = (Amount::Reps(8), Amount::Sides { left: 8, right: 8 }, Amount::Seconds(8));
    for (exercise, fits) in
        [(both, [true, false, false]), (each, [true, true, false]), (timed, [false, false, true])]
    {
        assert_eq!([reps, sides, seconds].map(|amount| amount.fits(&exercise)), fits);
    }
}

#[test]
fn the_form_of_a_row_is_read() {
    let fields = [("weight", "62,5"), ("reps", "10"), ("rir", "2"), ("note", " slow ")];
    assert_eq!(
        read(&exercise(LoadKind::Bar), &fields).unwrap(),
        LoggedSet {
            exercise: ExerciseId::parse("plank").unwrap(),
            load: Load::Bar(kg("62.5")),
            amount: Amount::Reps(10),
            rir: Some(Rir::Two),
            note: Note::parse("slow").unwrap(),
            logged_at: datetime!(2026-03-01 18:04:05.123 UTC),
        }
    );
}

#[test]
fn the_form_knows_every_kind_of_load() {
    let weight = [("weight", "20")];
    assert_eq!(load(&exercise(LoadKind::PerHand), &weight), Load::PerHand(kg("20")));
    assert_eq!(load(&exercise(LoadKind::Kettlebell), &weight), Load::PerHand(kg("20")));
    assert_eq!(load(&exercise(LoadKind::Stack), &weight), Load::Stack(kg("20")));
    assert_eq!(load(&exercise(LoadKind::Band), &[("band", "heavy")]), Load::Band(Tone::Heavy));
    let body = exercise(LoadKind::Body);
    let weighted = Exercise { weighted: true, ..body };
    assert_eq!(load(&body, &[]), Load::Body);
    assert_eq!(load(&weighted, &weight), Load::Added(kg("20")));
    let assisted = exercise(LoadKind::Assisted);
    for nothing in ["", " ", "0", "0,0"] {
        assert_eq!(load(&weighted, &[("weight", nothing)]), Load::Body, "{nothing:?}");
        assert_eq!(load(&assisted, &[("weight", nothing)]), Load::Body, "{nothing:?}");
    }
    assert_eq!(load(&assisted, &weight), Load::Assisted(kg("20")));
    assert_eq!(load(&assisted, &[("weight", "5"), ("load", "added")]), Load::Added(kg("5")));
    let by_band = exercise(LoadKind::AssistedBand);
    assert_eq!(load(&by_band, &[("band", "heavy")]), Load::AssistedBand(Tone::Heavy));
    assert_eq!(
        load(&by_band, &[("band", "light"), ("load", "assisted_band")]),
        Load::AssistedBand(Tone::Light)
    );
    assert_eq!(load(&by_band, &[("band", "")]), Load::Body, "no help");
    assert_eq!(load(&by_band, &[("weight", "5"), ("load", "added")]), Load::Added(kg("5")));
}

#[test]
fn sides_are_read_where_there_are_sides() {
    let each = Exercise { per_side: true, ..exercise(LoadKind::Body) };
    let sides = [("left", "8"), ("right", "7")];
    assert_eq!(read(&each, &sides).unwrap().amount, Amount::Sides { left: 8, right: 7 });
    assert_eq!(read(&each, &[("reps", "8"), ("left", "")]).unwrap().amount, Amount::Reps(8));
    assert_eq!(error(&each, &[("left", "8")]), [("right", FieldError::Required)]);
    assert_eq!(error(&exercise(LoadKind::Body), &sides), [("reps", FieldError::Required)]);
}

#[test]
fn all_errors_of_a_row_are_reported_at_once() {
    let fields = [("weight", "much"), ("reps", "101"), ("rir", "4"), ("note", "a\nb")];
    assert_eq!(
        error(&exercise(LoadKind::Bar), &fields),
        [
            ("note", FieldError::Invalid),
            ("reps", FieldError::OutOfRange(0, 100)),
            ("rir", FieldError::UnknownChoice),
            ("weight", FieldError::Invalid),
        ]
    );
    assert_eq!(error(&exercise(LoadKind::Band), &[("reps", "8")]), [("band", FieldError::Required)]);
    let timed = Exercise { timed: true, ..exercise(LoadKind::Body) };
    assert_eq!(error(&timed, &[("seconds", "0")]), [("seconds", FieldError::OutOfRange(1, 3_600))]);
    let odd = [("reps", "8"), ("load", "bar")];
    for kind in [LoadKind::Assisted, LoadKind::AssistedBand] {
        assert_eq!(error(&exercise(kind), &odd), [("load", FieldError::UnknownChoice)]);
    }
    let blue = [("reps", "8"), ("band", "blue")];
    assert_eq!(error(&exercise(LoadKind::AssistedBand), &blue), [("band", FieldError::UnknownChoice)]);
}
