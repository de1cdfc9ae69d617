//! How a person wants to train, and how the pages look to them.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use self::choice::{Equipment, Goal, Level, Theme, Units};
use crate::form::{FieldErrors, FormFields};

mod choice;

/// Session-backed preferences; the field names are those of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Units of weight.
    pub units: Units,
    /// What the training is for.
    pub goal: Goal,
    /// Training experience.
    pub level: Level,
    /// 1 to 7.
    pub days_per_week: u8,
    /// 15 to 120 minutes.
    pub session_minutes: u8,
    /// Empty: body weight.
    pub equipment: BTreeSet<Equipment>,
    /// 15 to 600 seconds.
    pub rest_seconds: u16,
    /// Colours of the pages.
    pub theme: Theme,
    /// When they were saved; `None` for the defaults.
    #[serde(with = "time::serde::rfc3339::option")]
    pub updated_at: Option<OffsetDateTime>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            units: Units::Kg,
            goal: Goal::Strength,
            level: Level::Beginner,
            days_per_week: 3,
            session_minutes: 45,
            equipment: BTreeSet::new(),
            rest_seconds: 90,
            theme: Theme::System,
            updated_at: None,
        }
    }
}

/// What `days_per_week` may be.
pub const DAYS_PER_WEEK: RangeInclusive<u32> = 1..=7;
/// What `session_minutes` may be.
pub const SESSION_MINUTES: RangeInclusive<u32> = 15..=120;
/// What `rest_seconds` may be.
pub const REST_SECONDS: RangeInclusive<u32> = 15..=600;

impl Preferences {
    /// Parses the form. All fields but `equipment` are required once; `equipment` may repeat or be absent.
    ///
    /// `now` becomes `updated_at`, cut to the milliseconds that every store keeps: a copy that went through a
    /// database must not look older than the one that did not.
    ///
    /// # Errors
    /// What is wrong, field by field, all of it at once.
    pub fn from_form(fields: &FormFields, now: OffsetDateTime) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let units = errors.check("units", fields.required("units").and_then(Units::parse));
        let goal = errors.check("goal", fields.required("goal").and_then(Goal::parse));
        let level = errors.check("level", fields.required("level").and_then(Level::parse));
        let days_per_week = errors.check("days_per_week", fields.number("days_per_week", DAYS_PER_WEEK));
        let session_minutes =
            errors.check("session_minutes", fields.number("session_minutes", SESSION_MINUTES));
        let equipment = errors.check("equipment", fields.all("equipment").map(Equipment::parse).collect());
        let rest_seconds = errors.check("rest_seconds", fields.number("rest_seconds", REST_SECONDS));
        let theme = errors.check("theme", fields.required("theme").and_then(Theme::parse));

        match (units, goal, level, days_per_week, session_minutes, equipment, rest_seconds, theme) {
            (
                Some(units),
                Some(goal),
                Some(level),
                Some(days_per_week),
                Some(session_minutes),
                Some(equipment),
                Some(rest_seconds),
                Some(theme),
            ) => Ok(Self {
                units,
                goal,
                level,
                days_per_week,
                session_minutes,
                equipment,
                rest_seconds,
                theme,
                updated_at: Some(now.truncate_to_millisecond()),
            }),
            _ => Err(errors),
        }
    }

    /// The form's fields with these values: what `from_form` reads back.
    #[must_use]
    pub fn to_form(&self) -> FormFields {
        let mut fields = FormFields::default();
        fields.push("units", self.units.word());
        fields.push("goal", self.goal.word());
        fields.push("level", self.level.word());
        fields.push("days_per_week", self.days_per_week.to_string());
        fields.push("session_minutes", self.session_minutes.to_string());
        for equipment in &self.equipment {
            fields.push("equipment", equipment.word());
        }
        fields.push("rest_seconds", self.rest_seconds.to_string());
        fields.push("theme", self.theme.word());
        fields
    }

    /// The rule at login: the newer side wins. A side never saved is the older one; of two equally old ones
    /// the account's stays, so that a login which changes nothing writes nothing.
    #[must_use]
    pub fn newer(session: Option<Self>, account: Option<Self>) -> Option<Self> {
        match (session, account) {
            // `None` orders before every time.
            (Some(session), Some(account)) if session.updated_at > account.updated_at => Some(session),
            (session, account) => account.or(session),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    use super::*;
    use crate::form::FieldError;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-03-01 12:00:00.123_456_789 UTC);

    /// A valid form with some fields replaced (or, with no value, removed).
    fn form(changes: &[(&str, &[&str])]) -> FormFields {
        let mut fields = Preferences::default()
            .to_form()
            .iter()
            .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<FormFields>();
        for (name, values) in changes {
            for value in *values {
                fields.push(*name, *value);
            }
        }
        fields
    }

    fn error(name: &'static str, values: &[&str]) -> FieldError {
        let errors = Preferences::from_form(&form(&[(name, values)]), NOW).unwrap_err();
        assert_eq!(errors.iter().count(), 1, "{name}: {errors:?}");
        errors.get(name).unwrap()
    }

    prop_compose! {
        fn any_preferences()(
            units in select(Units::ALL), goal in select(Goal::ALL), level in select(Level::ALL),
            days_per_week in 1_u8..=7, session_minutes in 15_u8..=120, rest_seconds in 15_u16..=600,
            equipment in subsequence(Equipment::ALL, 0..=Equipment::ALL.len()), theme in select(Theme::ALL),
        ) -> Preferences {
            Preferences {
                units, goal, level, days_per_week, session_minutes, rest_seconds, theme,
                equipment: equipment.into_iter().collect(),
                updated_at: Some(NOW.truncate_to_millisecond()),
            }
        }
    }

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

        #[test]
        fn no_form_leads_to_preferences_out_of_bounds(days: String, minutes: String, rest: String) {
            let form = form(&[
                ("days_per_week", &[&days]), ("session_minutes", &[&minutes]), ("rest_seconds", &[&rest]),
            ]);
            if let Ok(preferences) = Preferences::from_form(&form, NOW) {
                prop_assert!(DAYS_PER_WEEK.contains(&preferences.days_per_week.into()));
                prop_assert!(SESSION_MINUTES.contains(&preferences.session_minutes.into()));
                prop_assert!(REST_SECONDS.contains(&preferences.rest_seconds.into()));
            }
        }
    }

    #[test]
    fn the_defaults_are_valid() {
        let saved = Preferences::from_form(&Preferences::default().to_form(), NOW).unwrap();
        assert_eq!(Preferences { updated_at: None, ..saved }, Preferences::default());
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
            ["dumbbell", "barbell", "kettlebell", "band", "machine", "pull_up_bar"]
        );
        assert_eq!(words(Theme::ALL, Theme::word), ["system", "light", "dark"]);
    }

    #[test]
    fn saving_notes_the_time_in_milliseconds() {
        let saved = Preferences::from_form(&form(&[]), NOW).unwrap();
        assert_eq!(saved.updated_at, Some(time::macros::datetime!(2026-03-01 12:00:00.123 UTC)));
    }

    #[test]
    fn bounds_belong_to_the_range() {
        for (name, low, high) in
            [("days_per_week", "1", "7"), ("session_minutes", "15", "120"), ("rest_seconds", "15", "600")]
        {
            for value in [low, high] {
                assert!(Preferences::from_form(&form(&[(name, &[value])]), NOW).is_ok(), "{name}={value}");
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
        for name in ["units", "goal", "level", "theme", "equipment"] {
            assert_eq!(error(name, &["KG"]), FieldError::UnknownChoice, "{name}");
        }
        assert_eq!(error("equipment", &["dumbbell", "cannon"]), FieldError::UnknownChoice);
    }

    #[test]
    fn every_field_but_equipment_is_required() {
        let errors = Preferences::from_form(&FormFields::default(), NOW).unwrap_err();
        let missing: Vec<_> = errors.iter().collect();
        let names = ["days_per_week", "goal", "level", "rest_seconds", "session_minutes", "theme", "units"];
        assert_eq!(missing, names.map(|name| (name, FieldError::Required)));
    }

    #[test]
    fn only_equipment_may_repeat() {
        for (name, value) in [("units", "kg"), ("goal", "muscle"), ("days_per_week", "3"), ("theme", "dark")]
        {
            assert_eq!(error(name, &[value, value]), FieldError::Repeated, "{name}");
        }
        let two =
            Preferences::from_form(&form(&[("equipment", &["band", "dumbbell", "band"])]), NOW).unwrap();
        assert_eq!(two.equipment, BTreeSet::from([Equipment::Dumbbell, Equipment::Band]));
    }

    #[test]
    fn the_newer_side_wins_at_login() {
        let saved = |seconds, theme| {
            Some(Preferences {
                updated_at: Some(NOW + time::Duration::seconds(seconds)),
                theme,
                ..Preferences::default()
            })
        };
        let never_saved = Some(Preferences { theme: Theme::Light, ..Preferences::default() });

        let (older, newer) = (saved(0, Theme::Light), saved(1, Theme::Dark));
        assert_eq!(Preferences::newer(older.clone(), newer.clone()), newer);
        assert_eq!(Preferences::newer(newer.clone(), older.clone()), newer);
        // Equally old: the account's.
        assert_eq!(Preferences::newer(saved(0, Theme::Dark), older.clone()), older);
        // Never saved is older than anything saved.
        assert_eq!(Preferences::newer(never_saved.clone(), older.clone()), older);
        assert_eq!(Preferences::newer(older.clone(), never_saved.clone()), older);
        // One side only.
        assert_eq!(Preferences::newer(None, older.clone()), older);
        assert_eq!(Preferences::newer(older.clone(), None), older);
        assert_eq!(Preferences::newer(never_saved.clone(), None), never_saved);
        assert_eq!(Preferences::newer(None, None), None);
    }
}
