//! Account data that several databases treat in the same way.

pub(super) mod workouts; // slim: trainer

use domain::account::EmailAddress;
use domain::preferences::Preferences;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use accounts::ports::{EventCursor, Kinds, User};
use storage::fault::StoreFailure;

use super::DatabaseError;
use domain::millis::{from_millis, to_millis};

/// [`read_preferences`] from JSON text.
pub(super) fn decode_preferences(user: &str, json: &str) -> Option<Preferences> {
    read_preferences(user, serde_json::from_str(json).unwrap_or_default())
}

/// Preferences as any version wrote them, older or newer: fields this one does not know are ignored, missing ones have
/// their default. A value it cannot read is dropped, alone, and of a list only the entry; the person is neither locked
/// out nor loses the rest. `None` if nothing can be read.
///
/// Only reads: what is stored stays until the person saves preferences again.
pub(super) fn read_preferences(user: &str, stored: Value) -> Option<Preferences> {
    let Value::Object(stored) = stored else {
        tracing::warn!(user.id = user, "stored preferences cannot be read");
        return None;
    };
    // The fields of this version, each with its default.
    let Ok(Value::Object(defaults)) = serde_json::to_value(Preferences::default()) else { return None };
    let is_readable = |field: &str, value: &Value| {
        let mut probe = defaults.clone();
        probe.insert(field.to_owned(), value.clone());
        serde_json::from_value::<Preferences>(probe.into()).is_ok()
    };
    let mut readable = Map::new();
    for (field, value) in stored.into_iter().filter(|(field, _)| defaults.contains_key(field)) {
        if is_readable(&field, &value) {
            readable.insert(field, value);
            continue;
        }
        tracing::warn!(user.id = user, field, "a stored preference cannot be read");
        if let Value::Array(mut entries) = value {
            entries.retain(|entry| is_readable(&field, &Value::from(vec![entry.clone()])));
            let entries = Value::from(entries);
            // A newer version may have made a list of what is a single value here.
            if is_readable(&field, &entries) {
                readable.insert(field, entries);
            }
        }
    }
    if readable.is_empty() {
        return None;
    }
    let mut merged = defaults.clone();
    merged.extend(readable);
    serde_json::from_value(merged.into()).ok()
}

/// The columns of the first migration. No rows are read; a table that is missing, or of our name and something else, is
/// an error. Those of later migrations stay out: this is also asked of databases that have not been migrated yet.
// slim: trainer
pub(super) const COLUMNS: &str = "\
SELECT u.id, u.email, u.email_key, u.email_verified, u.display_name, u.password_hash, u.credentials_version, \
u.preferences, u.preferences_at, u.created_at, i.id, i.user_id, i.provider, i.subject, i.linked_at, w.user_id, w.name, \
w.started_at, w.finished_at, w.sets_done, e.id, e.user_id, e.at, e.kind, e.ip_address, f.id, f.account, f.address, f.at \
FROM users u, identities i, workouts w, security_events e, login_failures f WHERE 1 = 0";
// slim: instead
// pub(super) const COLUMNS: &str = "\
// SELECT u.id, u.email, u.email_key, u.email_verified, u.display_name, u.password_hash, u.credentials_version, \
// u.preferences, u.preferences_at, u.created_at, i.id, i.user_id, i.provider, i.subject, i.linked_at, \
// e.id, e.user_id, e.at, e.kind, e.ip_address, f.id, f.account, f.address, f.at \
// FROM users u, identities i, security_events e, login_failures f WHERE 1 = 0";
// slim: end

/// As bound in SQL: what is smaller than these two comes behind the cursor.
pub(super) fn sql_cursor(cursor: Option<&EventCursor>) -> Result<(i64, i64), DatabaseError> {
    let Some(EventCursor { at, id }) = cursor else { return Ok((i64::MAX, i64::MAX)) };
    Ok((to_millis(*at), id.parse().map_err(|_| DatabaseError::corrupt("the cursor"))?))
}

/// As bound in SQL: the only kind asked for, and the kind left out.
pub(super) fn sql_kinds(kinds: Kinds<'_>) -> (Option<&str>, Option<&str>) {
    match kinds {
        Kinds::All => (None, None),
        Kinds::Only(kind) => (Some(kind), None),
        Kinds::Except(kind) => (None, Some(kind)),
    }
}

/// Drops what cannot be read, and says so: one row of another version must not hide the others.
pub(super) fn readable<T>(row: Result<T, DatabaseError>) -> Option<T> {
    row.inspect_err(|error| tracing::warn!(%error, "a stored row cannot be read")).ok()
}

/// As stored: JSON, and the time that decides which are newer.
pub(super) fn encode_preferences(preferences: &Preferences) -> Result<(String, Option<i64>), DatabaseError> {
    let json = serde_json::to_string(preferences).map_err(|_| unwritable())?;
    Ok((json, preferences.updated_at.map(to_millis)))
}

pub(super) fn unwritable() -> DatabaseError {
    DatabaseError::described(StoreFailure::rejected("a value that cannot be written"))
}

/// What a read of this time will return: times have a resolution of one millisecond.
pub(super) fn rounded(at: OffsetDateTime) -> OffsetDateTime {
    from_millis(to_millis(at))
}

/// Of the accounts found under the keys of an address, each with its own key: the one of this address. Earlier
/// versions may have stored one for each spelling; then that of this spelling.
pub(super) fn of_address(
    email: &EmailAddress,
    found: impl IntoIterator<Item = Result<(String, User), DatabaseError>>,
) -> Result<Option<User>, DatabaseError> {
    let mut found = found.into_iter().collect::<Result<Vec<_>, _>>()?;
    found.retain(|(_, user)| user.email == *email);
    let order = |key: &String| email.keys().iter().position(|own| own == key);
    Ok(found.into_iter().min_by_key(|(key, _)| order(key)).map(|(_, user)| user))
}

#[cfg(test)]
mod tests {
    use domain::preferences::Theme;
    use domain::workout::training::{Equipment, Goal, Training, TrainingDetails}; // slim: trainer
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    // As the first version stores them.
    // slim: trainer
    const GOLDEN: &str = concat!(
        r#"{"units":"kg","goal":"mobility","level":"beginner","days_per_week":3,"session_minutes":45,"#,
        r#""equipment":["band","pull_up_bar"],"rest_seconds":75,"theme":"dark","updated_at":"2025-06-01T12:00:00.5Z"}"#
    );
    // slim: instead
    // const GOLDEN: &str = r#"{"theme":"dark","updated_at":"2025-06-01T12:00:00.5Z"}"#;
    // slim: end

    fn golden() -> Preferences {
        let mut golden = Preferences {
            // slim: trainer
            training: Training {
                goal: Goal::Mobility,
                equipment: [Equipment::Band, Equipment::PullUpBar].into(),
                rest_seconds: 75,
                ..Training::default()
            },
            details: TrainingDetails::default(),
            // slim: end
            updated_at: Some(datetime!(2025-06-01 12:00:00.5 UTC)),
            ..Preferences::default()
        };
        golden.site.theme = Theme::Dark;
        golden
    }

    fn golden_json() -> Map<String, Value> {
        serde_json::from_str(GOLDEN).unwrap()
    }

    #[test]
    fn what_the_first_version_stored_is_read_and_still_written() {
        assert_eq!(decode_preferences("ann", GOLDEN), Some(golden()));
        let written: Value = serde_json::from_str(&encode_preferences(&golden()).unwrap().0).unwrap();
        // What a later version adds is no reason to change what the first has stored.
        for (field, value) in golden_json() {
            assert_eq!(written[&field], value, "{field}");
        }
    }

    #[test]
    fn every_field_may_be_missing() {
        for field in golden_json().keys() {
            let mut older = golden_json();
            older.remove(field);
            let read = read_preferences("ann", older.into()).unwrap();
            assert_eq!(read.site.theme == Theme::Dark, field != "theme", "{field}");
            assert_eq!(read.training.rest_seconds == 75, field != "rest_seconds", "{field}"); // slim: trainer
            assert_eq!(read.updated_at.is_some(), field != "updated_at", "{field}");
        }
    }

    #[test]
    fn a_field_of_a_newer_version_is_ignored() {
        let mut newer = golden_json();
        newer.insert("language".to_owned(), json!({"of": ["tomorrow"]}));
        assert_eq!(read_preferences("ann", newer.into()), Some(golden()));
    }

    #[test]
    fn a_single_value_that_became_a_list_is_dropped_alone() {
        for (field, value) in golden_json() {
            let mut newer = golden_json();
            newer.insert(field.clone(), json!([value]));
            let mut expected = golden_json();
            // slim: trainer
            match field.as_str() {
                "equipment" => expected.insert(field.clone(), json!([])),
                _ => expected.remove(&field),
            };
            // slim: instead
            // expected.remove(&field);
            // slim: end
            let read = read_preferences("ann", newer.into());
            assert_eq!(read, read_preferences("ann", expected.into()), "{field}");
            assert!(read.is_some(), "{field}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_read_is_dropped_alone() {
        for field in golden_json().keys() {
            for value in [json!("of tomorrow"), json!(-1), json!({"of": "tomorrow"}), json!(1e99)] {
                let mut newer = golden_json();
                newer.insert(field.clone(), value.clone());
                let mut expected = golden_json();
                expected.remove(field);
                let read = read_preferences("ann", newer.into());
                assert_eq!(read, read_preferences("ann", expected.into()), "{field} {value}");
            }
        }
        // slim: trainer
        let mut newer = golden_json();
        newer.insert("equipment".to_owned(), json!(["band", "sandbag", "pull_up_bar", 7]));
        assert_eq!(read_preferences("ann", newer.into()), Some(golden()));
        // slim: end
    }

    #[test]
    fn what_is_no_record_at_all_is_nothing() {
        for stored in [json!(null), json!("{}"), json!([]), json!({}), json!({"theme": "of tomorrow"})] {
            assert_eq!(read_preferences("ann", stored), None);
        }
        assert_eq!(decode_preferences("ann", "{\"theme\":"), None);
    }
}
