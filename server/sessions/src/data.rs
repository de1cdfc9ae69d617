//! What a session contains: one serde struct per purpose, and sections for other packages' data.

use std::marker::PhantomData;

use domain::account::UserId;
use domain::preferences::Preferences;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

/// Who is signed in, since when and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The account; everything else about the person is loaded by this id.
    pub user_id: UserId,
    /// The absolute lifetime starts here.
    #[serde(with = "time::serde::rfc3339")]
    pub login_time: OffsetDateTime,
    /// When the person last confirmed their identity: at login, or by a fresh login since.
    #[serde(with = "time::serde::rfc3339")]
    pub fresh_at: OffsetDateTime,
    /// The client's address at login.
    pub ip_address: Option<String>,
    /// The client's `User-Agent` at login, at most 512 characters.
    pub user_agent: Option<String>,
    /// `password` or the provider's path name.
    pub provider: String,
}

/// Why a session is no longer signed in. Kept until `/login` has shown it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Idle timeout or absolute lifetime.
    Expired,
}

/// The whole record, as sealed and stored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionData {
    /// Present while somebody is signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferences: Option<Preferences>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end_reason: Option<EndReason>,
    /// The keys of tower-sessions extractors and layers, separate from ours so that neither can modify the
    /// other's.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) tower_sessions: Map<String, Value>,
    /// Data of other packages.
    #[serde(flatten)]
    pub sections: Sections,
}

impl SessionData {
    /// Whether there is nothing worth a row in the store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The name and type of a section. The package that owns the type declares one constant:
///
/// ```
/// use sessions::{Section, Sections};
///
/// const BASKET: Section<Vec<String>> = Section::new("basket");
///
/// let mut sections = Sections::default();
/// sections.set(BASKET, &vec!["apple".to_owned()]);
/// assert_eq!(sections.get(BASKET), ["apple"]);
/// ```
#[derive(Debug)]
pub struct Section<T> {
    key: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Section<T> {
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self { key, value: PhantomData }
    }
}

impl<T> Clone for Section<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Section<T> {}

/// Data that a session carries for other packages, without knowing what it means.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sections(Map<String, Value>);

impl Sections {
    /// The section's value; the default if there is none, or if it cannot be read.
    #[must_use]
    pub fn get<T: DeserializeOwned + Default>(&self, section: Section<T>) -> T {
        let Some(value) = self.0.get(section.key) else { return T::default() };
        T::deserialize(value).unwrap_or_else(|error| {
            tracing::warn!(section = section.key, %error, "a section of a session cannot be read");
            T::default()
        })
    }

    /// Sets the value. A default value is removed to save space.
    pub fn set<T: Serialize + Default + PartialEq>(&mut self, section: Section<T>, value: &T) {
        if *value == T::default() {
            self.0.remove(section.key);
            return;
        }
        match serde_json::to_value(value) {
            Ok(value) => drop(self.0.insert(section.key.to_owned(), value)),
            Err(error) => {
                tracing::error!(section = section.key, %error, "a section of a session cannot be written")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Section<Vec<String>> = Section::new("names");

    #[test]
    fn a_record_of_the_first_version_is_read_and_keeps_what_it_does_not_know() {
        let stored = r#"{"login":{"user_id":"0123456789abcdef0123456789abcdef","login_time":"2026-03-01T09:00:00Z",
            "fresh_at":"2026-03-01T09:00:00Z","ip_address":null,"user_agent":"x","provider":"password"},
            "preferences":{"units":"kg","goal":"strength","level":"beginner","days_per_week":3,"session_minutes":45,
            "equipment":["band"],"rest_seconds":90,"theme":"dark","updated_at":"2026-03-01T09:00:00Z"},
            "oauth_attempts":[],"later":{"a":1}}"#;
        let data: SessionData = serde_json::from_str(stored).unwrap();
        assert_eq!(data.login.as_ref().unwrap().provider, "password");
        assert_eq!(data.preferences.as_ref().unwrap().site.theme.word(), "dark");
        let again = serde_json::to_value(&data).unwrap();
        assert_eq!(again, serde_json::from_str::<Value>(stored).unwrap());
    }

    #[test]
    fn a_default_value_takes_no_room() {
        let mut data = SessionData::default();
        assert_eq!(serde_json::to_string(&data).unwrap(), "{}");
        data.sections.set(NAMES, &vec!["a".to_owned()]);
        assert_eq!(serde_json::to_string(&data).unwrap(), r#"{"names":["a"]}"#);
        data.sections.set(NAMES, &Vec::new());
        assert!(data.is_empty());
    }

    #[test]
    fn a_section_that_cannot_be_read_is_as_good_as_none() {
        let data: SessionData = serde_json::from_str(r#"{"names":7}"#).unwrap();
        assert_eq!(data.sections.get(NAMES), Vec::<String>::new());
    }
}
