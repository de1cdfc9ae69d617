//! Lists in a section, which instances of several versions may change in turn.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::stored::warn_unreadable;

/// A list of which a version reads what it can. What it cannot read stays in its place when the list is saved, for the
/// version that wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Entries<T>(Vec<Entry<T>>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Entry<T> {
    Read(T),
    Unreadable(Value),
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Entries<T> {
    /// Those that can be read, first to last.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|entry| match entry {
            Entry::Read(entry) => Some(entry),
            Entry::Unreadable(_) => None,
        })
    }

    pub fn push(&mut self, entry: T) {
        self.0.push(Entry::Read(entry));
    }

    /// Removes those that can be read and are not to be kept.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|entry| match entry {
            Entry::Read(entry) => keep(entry),
            Entry::Unreadable(_) => true,
        });
    }

    /// Removes the first ones of all if there are more than `most`.
    pub fn keep_last(&mut self, most: usize) {
        let surplus = self.0.len().saturating_sub(most);
        self.0.drain(..surplus);
    }

    /// Of all, also those that cannot be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Vec::<Value>::deserialize(deserializer)?;
        let read = |value: Value| match T::deserialize(&value) {
            Ok(entry) => Entry::Read(entry),
            Err(_) => {
                warn_unreadable::<T>("an entry of a list");
                Entry::Unreadable(value)
            }
        };
        Ok(Self(stored.into_iter().map(read).collect()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(stored: Value) -> Entries<u8> {
        serde_json::from_value(stored).unwrap()
    }

    #[test]
    fn what_cannot_be_read_stays_in_its_place() {
        let stored = json!([1, { "of": "tomorrow" }, 2, 300]);
        let mut entries = read(stored.clone());
        assert_eq!(json!(entries), stored);
        assert_eq!(entries.iter().copied().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(entries.len(), 4);
        entries.retain(|number| *number != 1);
        entries.push(3);
        assert_eq!(json!(entries), json!([{ "of": "tomorrow" }, 2, 300, 3]));
    }

    #[test]
    fn the_first_make_room_whatever_they_are() {
        let mut entries = read(json!(["of tomorrow", 1, 2]));
        entries.keep_last(3);
        assert_eq!(entries.len(), 3);
        entries.push(3);
        entries.keep_last(3);
        assert_eq!(json!(entries), json!([1, 2, 3]));
        entries.retain(|_| false);
        assert_eq!(entries, Entries::default());
        assert!(entries.is_empty());
    }
}
