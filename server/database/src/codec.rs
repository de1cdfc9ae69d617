//! Account data that SQLite and PostgreSQL encode in the same way.

use domain::preferences::Preferences;
use time::OffsetDateTime;

use super::DatabaseError;
use domain::millis::{from_millis, to_millis};

/// Preferences this program cannot read (a newer version wrote them) must not lock the person out.
pub(super) fn decode_preferences(user: &str, json: &str) -> Option<Preferences> {
    serde_json::from_str(json)
        .inspect_err(|error| tracing::warn!(user.id = user, %error, "stored preferences cannot be read"))
        .ok()
}

/// As stored: JSON, and the time that decides which are newer.
pub(super) fn encode_preferences(preferences: &Preferences) -> Result<(String, Option<i64>), DatabaseError> {
    let json = serde_json::to_string(preferences).map_err(DatabaseError::new)?;
    Ok((json, preferences.updated_at.map(to_millis)))
}

/// What a read of this time will return: times have a resolution of one millisecond.
pub(super) fn rounded(at: OffsetDateTime) -> OffsetDateTime {
    from_millis(to_millis(at))
}
