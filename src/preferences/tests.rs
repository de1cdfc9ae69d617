use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::sample::subsequence; // slim: trainer
use time::macros::datetime;

use super::*;
use crate::form::FieldError;
use crate::workout::document::Zone; // slim: trainer
use crate::workout::training::{Equipment, Goal, Level, RestMode, Units, YesNo}; // slim: trainer
use crate::workout::weight::Weight; // slim: trainer

const NOW: OffsetDateTime = datetime!(2026-03-01 12:00:00.123_456_789 UTC);

/// The site's part of [`STORED`].
macro_rules! stored_site {
    () => {
        r#""theme":"dark""#
    };
}

/// Of [`STORED_DEFAULTS`].
macro_rules! stored_site_defaults {
    () => {
        r#""theme":"system""#
    };
}

// As in stores, exports and `/session-info`. Accounts keep this text for years, so it must not change.
// slim: trainer
const STORED: &str = concat!(
    r#"{"units":"lb","goal":"fat_loss","level":"intermediate","days_per_week":4,"session_minutes":60,"#,
    r#""equipment":["dumbbell","pull_up_bar"],"rest_seconds":75,"rest_mode":"auto","#,
    r#""time_zone":"America/Denver","bar":"35 lb","smallest_plate":"1.25 lb","body_weight":"81.5 kg","#,
    r#""effort":"no","sound":"yes","#,
    stored_site!(),
    r#","updated_at":"2026-03-01T12:00:00.123Z"}"#
);
const STORED_DEFAULTS: &str = concat!(
    r#"{"units":"kg","goal":"strength","level":"beginner","days_per_week":3,"session_minutes":45,"#,
    r#""equipment":[],"rest_seconds":90,"rest_mode":"fixed","time_zone":null,"bar":null,"#,
    r#""smallest_plate":null,"body_weight":null,"effort":null,"sound":"no","#,
    stored_site_defaults!(),
    r#","updated_at":null}"#
);

/// As stored before there were details.
const STORED_BEFORE: &str = concat!(
    r#"{"units":"lb","goal":"fat_loss","level":"intermediate","days_per_week":4,"session_minutes":60,"#,
    r#""equipment":["dumbbell","pull_up_bar"],"rest_seconds":75,"rest_mode":"auto","#,
    stored_site!(),
    r#","updated_at":"2026-03-01T12:00:00.123Z"}"#
);

fn weight(typed: &str, unit: Units) -> Option<Weight> {
    Some(Weight::parse(typed, unit).unwrap())
}
// slim: instead
// const STORED: &str = concat!("{", stored_site!(), r#","updated_at":"2026-03-01T12:00:00.123Z"}"#);
// const STORED_DEFAULTS: &str = concat!("{", stored_site_defaults!(), r#","updated_at":null}"#);
// slim: end

/// The site's fields that older forms and stored texts do not have.
const ADDED_TO_SITE: &[&str] = &[];

// slim: trainer
/// The trainer's.
const ADDED_TO_TRAINING: &[&str] =
    &["rest_mode", "time_zone", "bar", "smallest_plate", "body_weight", "effort", "sound"];
// slim: end

fn added_later(name: &str) -> bool {
    let added = [
        ADDED_TO_SITE,
        ADDED_TO_TRAINING, // slim: trainer
    ];
    added.concat().contains(&name)
}

fn changed_site() -> SitePreferences {
    SitePreferences { theme: Theme::Dark }
}

/// Every field with a value other than its default.
fn changed() -> Preferences {
    Preferences {
        // slim: trainer
        training: Training {
            units: Units::Lb,
            goal: Goal::FatLoss,
            level: Level::Intermediate,
            days_per_week: 4,
            session_minutes: 60,
            equipment: BTreeSet::from([Equipment::Dumbbell, Equipment::PullUpBar]),
            rest_seconds: 75,
            rest_mode: RestMode::Auto,
        },
        details: TrainingDetails {
            time_zone: Some(Zone::parse("America/Denver").unwrap()),
            bar: weight("35", Units::Lb),
            smallest_plate: weight("1.25", Units::Lb),
            body_weight: weight("81.5", Units::Kg),
            effort: Some(YesNo::No),
            sound: YesNo::Yes,
        },
        // slim: end
        site: changed_site(),
        updated_at: Some(NOW.truncate_to_millisecond()),
    }
}

prop_compose! {
    fn any_site()(theme in select(Theme::ALL)) -> SitePreferences {
        SitePreferences { theme }
    }
}

// slim: trainer
prop_compose! {
    fn any_details()(
        zone in prop::option::of("[A-Z][a-z]{2,9}/[A-Z][a-z_]{2,20}"), unit in select(Units::ALL),
        bar in prop::option::of(5_u8..=50), plate in prop::option::of(1_u8..=25),
        body in prop::option::of(45_u16..=400), effort in prop::option::of(select(YesNo::ALL)),
        sound in select(YesNo::ALL),
    ) -> TrainingDetails {
        TrainingDetails {
            time_zone: zone.map(|name| Zone::parse(&name).unwrap()),
            bar: bar.and_then(|number| weight(&format!("{number}.25"), unit)).filter(|_| bar < Some(50)),
            smallest_plate: plate.and_then(|number| weight(&number.to_string(), unit)),
            body_weight: body.and_then(|number| weight(&number.to_string(), unit)),
            effort,
            sound,
        }
    }
}

prop_compose! {
    fn any_preferences()(
        units in select(Units::ALL), goal in select(Goal::ALL), level in select(Level::ALL),
        days_per_week in 1_u8..=7, session_minutes in 15_u8..=120, rest_seconds in 15_u16..=600,
        rest_mode in select(RestMode::ALL), site in any_site(),
        equipment in subsequence(Equipment::ALL, 0..=Equipment::ALL.len()),
        details in any_details(),
    ) -> Preferences {
        let equipment = equipment.into_iter().collect();
        Preferences {
            training: Training {
                units, goal, level, days_per_week, session_minutes, equipment, rest_seconds, rest_mode,
            },
            details,
            site,
            updated_at: Some(NOW.truncate_to_millisecond()),
        }
    }
}
// slim: instead
// prop_compose! {
//     fn any_preferences()(site in any_site()) -> Preferences {
//         Preferences { site, updated_at: Some(NOW.truncate_to_millisecond()) }
//     }
// }
// slim: end

proptest! {
    #[test]
    fn a_form_reads_back_what_was_written(preferences in any_preferences()) {
        prop_assert_eq!(Preferences::from_form(&preferences.to_form(), NOW).unwrap(), preferences);
    }

    #[test]
    fn storage_gives_back_what_was_stored(preferences in any_preferences()) {
        let json = serde_json::to_string(&preferences).unwrap();
        prop_assert_eq!(serde_json::from_str::<Preferences>(&json).unwrap(), preferences);
    }
}

#[test]
fn the_stored_text_stays_what_it_is() {
    for (preferences, text) in [(changed(), STORED), (Preferences::default(), STORED_DEFAULTS)] {
        assert_eq!(serde_json::to_string(&preferences).unwrap(), text);
        assert_eq!(serde_json::from_slice::<Preferences>(text.as_bytes()).unwrap(), preferences);
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&preferences).unwrap(), value);
        assert_eq!(serde_json::from_value::<Preferences>(value).unwrap(), preferences);
    }
}

// slim: trainer
#[test]
fn what_was_stored_before_there_was_a_choice_of_rests_has_a_fixed_one() {
    let before = STORED_BEFORE.replace(r#""rest_mode":"auto","#, "");
    assert!(!before.contains("rest_mode"));
    let read = serde_json::from_str::<Preferences>(&before).unwrap();
    assert_eq!(read.training, Training { rest_mode: RestMode::Fixed, ..changed().training });
}

#[test]
fn what_was_stored_before_there_were_details_has_the_usual_ones() {
    let read = serde_json::from_str::<Preferences>(STORED_BEFORE).unwrap();
    assert_eq!(read, Preferences { details: TrainingDetails::default(), ..changed() });
}

#[test]
fn a_form_without_a_choice_of_rests_means_a_fixed_one() {
    let mut form = changed().to_form();
    let others: Vec<_> = Preferences::fields().filter(|name| *name != "rest_mode").collect();
    form = form.keep(&others);
    let fixed = |form: &FormFields| Preferences::from_form(form, NOW).unwrap().training.rest_mode;
    assert_eq!(fixed(&form), RestMode::Fixed);
    form.push("rest_mode", "");
    assert_eq!(fixed(&form), RestMode::Fixed);
    form.push("rest_mode", "auto");
    let errors = Preferences::from_form(&form, NOW).unwrap_err();
    assert_eq!(errors.iter().collect::<Vec<_>>(), [("rest_mode", FieldError::Repeated)]);
}
// slim: end

#[test]
fn a_stored_text_with_a_field_missing_or_out_of_type_is_refused() {
    let whole: serde_json::Value = serde_json::from_str(STORED).unwrap();
    for name in Preferences::fields().chain(["updated_at"]) {
        let mut less = whole.clone();
        less.as_object_mut().unwrap().remove(name).unwrap();
        assert_eq!(serde_json::from_value::<Preferences>(less).is_ok(), added_later(name), "{name} missing");
        let mut wrong = whole.clone();
        wrong[name] = serde_json::json!({ "of": "tomorrow" });
        assert!(serde_json::from_value::<Preferences>(wrong).is_err(), "{name} wrong");
    }
}

#[test]
fn form_and_storage_have_the_same_fields() {
    let listed: BTreeSet<_> = Preferences::fields().collect();
    assert_eq!(listed.len(), Preferences::fields().count(), "each name belongs to one field only");

    let form = changed().to_form();
    assert_eq!(form.iter().map(|(name, _)| name).collect::<BTreeSet<_>>(), listed);

    let stored = serde_json::to_value(changed()).unwrap();
    let stored = stored.as_object().unwrap().keys().map(String::as_str);
    assert_eq!(stored.filter(|name| *name != "updated_at").collect::<BTreeSet<_>>(), listed);

    // Each of them is also read: without it, the form is rejected or yields a different result.
    for name in &listed {
        let others: Vec<_> = listed.iter().filter(|other| *other != name).copied().collect();
        let read = Preferences::from_form(&form.keep(&others), NOW);
        assert_ne!(read.ok(), Some(changed()), "{name}");
    }
}

#[test]
fn the_defaults_are_valid() {
    let saved = Preferences::from_form(&Preferences::default().to_form(), NOW).unwrap();
    assert_eq!(Preferences { updated_at: None, ..saved }, Preferences::default());
}

#[test]
fn the_words_of_the_contract_are_the_words_of_the_form() {
    assert_eq!(Theme::ALL.iter().map(|theme| theme.word()).collect::<Vec<_>>(), ["system", "light", "dark"]);
}

#[test]
fn the_theme_is_one_known_word() {
    let refusal = |themes: &[&str]| {
        let others: Vec<_> = Preferences::fields().filter(|name| *name != "theme").collect();
        let mut form = Preferences::default().to_form().keep(&others);
        themes.iter().for_each(|theme| form.push("theme", *theme));
        Preferences::from_form(&form, NOW).unwrap_err().iter().collect::<Vec<_>>()
    };
    assert_eq!(refusal(&["KG"]), [("theme", FieldError::UnknownChoice)]);
    assert_eq!(refusal(&["dark", "dark"]), [("theme", FieldError::Repeated)]);
}

#[test]
fn saving_notes_the_time_in_milliseconds() {
    let saved = Preferences::from_form(&Preferences::default().to_form(), NOW).unwrap();
    assert_eq!(saved.updated_at, Some(datetime!(2026-03-01 12:00:00.123 UTC)));
}

#[test]
fn every_field_but_lists_and_those_added_later_is_required() {
    let errors = Preferences::from_form(&FormFields::default(), NOW).unwrap_err();
    let missing: Vec<_> = errors.iter().collect();
    let names = [
        // slim: trainer
        "days_per_week",
        "goal",
        "level",
        "rest_seconds",
        "session_minutes",
        // slim: end
        "theme",
        "units", // slim: trainer
    ];
    assert_eq!(missing, names.map(|name| (name, FieldError::Required)));
}

#[test]
fn the_newer_side_wins_at_login() {
    let with = |theme, updated_at| {
        let mut preferences = Preferences { updated_at, ..Preferences::default() };
        preferences.site.theme = theme;
        Some(preferences)
    };
    let saved = |seconds, theme| with(theme, Some(NOW + time::Duration::seconds(seconds)));
    let never_saved = with(Theme::Light, None);

    let (older, newer) = (saved(0, Theme::Light), saved(1, Theme::Dark));
    assert_eq!(Preferences::newer(older.clone(), newer.clone()), newer);
    assert_eq!(Preferences::newer(newer.clone(), older.clone()), newer);
    // Equally old: the account's wins.
    assert_eq!(Preferences::newer(saved(0, Theme::Dark), older.clone()), older);
    // Never saved counts as older than anything saved.
    assert_eq!(Preferences::newer(never_saved.clone(), older.clone()), older);
    assert_eq!(Preferences::newer(older.clone(), never_saved.clone()), older);
    // One side only.
    assert_eq!(Preferences::newer(None, older.clone()), older);
    assert_eq!(Preferences::newer(older.clone(), None), older);
    assert_eq!(Preferences::newer(never_saved.clone(), None), never_saved);
    assert_eq!(Preferences::newer(None, None), None);
}
