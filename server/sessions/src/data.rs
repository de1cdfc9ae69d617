//! What a session contains: one struct per purpose, and sections for other packages' data.
//!
//! How it is written and read is in `data/stored.rs`.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod checks;
mod entries;
mod stored;

use std::marker::PhantomData;

use domain::account::UserId;
use domain::preferences::Preferences;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

pub use self::entries::Entries;
pub use self::stored::warn_unreadable;

/// Who is signed in, since when and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// The whole record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionData {
    /// Present while somebody is signed in.
    pub login: Option<Login>,
    pub preferences: Option<Preferences>,
    pub(crate) end_reason: Option<EndReason>,
    /// While nothing in it is worth keeping for longer: when the session ends, whatever its activity.
    pub(crate) ends_at: Option<OffsetDateTime>,
    /// The keys of tower-sessions extractors and layers, separate from ours so that neither can modify the
    /// other's.
    pub(crate) tower_sessions: Map<String, Value>,
    /// Data of other packages, and whatever another version of this program has written.
    pub sections: Sections,
}

impl SessionData {
    /// Whether there is nothing worth a row in the store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Self { ends_at: None, ..self.clone() } == Self::default()
    }

    /// There are preferences that this version cannot read: they must not pass for the defaults.
    #[must_use]
    pub fn has_unreadable_preferences(&self) -> bool {
        self.preferences.is_none() && self.sections.0.contains_key(stored::PREFERENCES)
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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sections(Map<String, Value>);

impl Sections {
    /// The section's value; the default if there is none, or if it cannot be read.
    #[must_use]
    pub fn get<T: DeserializeOwned + Default>(&self, section: Section<T>) -> T {
        stored::read(&self.0, section.key).unwrap_or_default()
    }

    /// Takes over the sections of another session.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.clone());
    }

    /// Sets the value. A default value is removed to save space. If what is there cannot be read, it has the default
    /// here, so setting the default changes nothing: another version can read it.
    pub fn set<T>(&mut self, section: Section<T>, value: &T)
    where
        T: Serialize + DeserializeOwned + Default + PartialEq,
    {
        if *value == T::default() {
            let is_readable = |stored: &Value| T::deserialize(stored).is_ok();
            if self.0.get(section.key).is_some_and(is_readable) {
                self.0.remove(section.key);
            }
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
mod tests;
