//! What is kept in the browser's storage: operations, an entry for each, so that two tabs never overwrite each other's; and
//! the rest, as its buttons have changed it.

use std::fmt;

use domain::account::UserId;
use domain::workout::document::{Entry, OperationId, WorkoutId};
use leptos::prelude::window;
use web_sys::Storage;

/// An operation is given up after this long, in milliseconds: 7 days.
const KEPT: i64 = 7 * 24 * 3_600_000;
/// The first part of every key.
const PREFIX: &str = "wt";
/// The owner of what was done without an account.
const VISITOR: &str = "visitor";
/// The key of the rest. There is one: nobody rests twice at a time.
const REST: &str = "rest";

/// An operation that no answer has named yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) key: Key,
    /// When it was stored, in milliseconds since 1970 by the clock of the device; later for each one, so that it also
    /// tells their order.
    pub(super) at: i64,
    pub(super) entry: Entry,
}

/// `wt/<owner>/<workout>/<operation>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) owner: Option<UserId>,
    pub(super) workout: WorkoutId,
    pub(super) operation: OperationId,
}

impl Key {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (prefix, owner) = (parts.next()?, parts.next()?);
        let workout = WorkoutId::parse(parts.next()?).ok()?;
        let operation = OperationId::parse(parts.next()?).ok()?;
        let owner = if owner == VISITOR { None } else { Some(UserId::parse(owner)?) };
        (prefix == PREFIX && parts.next().is_none()).then_some(Self { owner, workout, operation })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = self.owner.as_ref().map_or(VISITOR, UserId::as_str);
        write!(f, "{PREFIX}/{owner}/{}/{}", self.workout, self.operation)
    }
}

/// The time, a space, and the entry.
pub(super) fn write(at: i64, entry: &Entry) -> String {
    format!("{at} {entry}")
}

pub(super) fn read(value: &str) -> Option<(i64, Entry)> {
    let (at, entry) = value.split_once(' ')?;
    Some((at.parse().ok()?, Entry::try_from(entry.to_owned()).ok()?))
}

/// `None` if the browser refuses.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Everything that waits, of all owners, oldest first. Removes what is too old, but nothing that cannot be read: another
/// version of this page has written that, and may come back.
pub(super) fn all(now: i64) -> Vec<Waiting> {
    let Some(storage) = storage() else { return Vec::new() };
    // Removing shifts the indices, so the keys are collected first.
    let keys: Vec<String> = (0..storage.length().unwrap_or_default())
        .filter_map(|i| storage.key(i).ok().flatten())
        .filter(|key| key.starts_with("wt/"))
        .collect();
    let mut found = Vec::<Waiting>::new();
    for text in keys {
        let value = storage.get_item(&text).ok().flatten().unwrap_or_default();
        let (Some(key), Some((at, entry))) = (Key::parse(&text), read(&value)) else { continue };
        if now - at < KEPT {
            // In order at once: the sorting of the standard library is made for more than a few sets.
            let place = found.partition_point(|one| one.at <= at);
            found.insert(place, Waiting { key, at, entry });
        } else {
            forget(&key);
        }
    }
    found
}

/// Whether it is safe now. The browser may refuse: private windows, or no room.
pub(super) fn keep(waiting: &Waiting) -> bool {
    let value = write(waiting.at, &waiting.entry);
    storage().is_some_and(|storage| storage.set_item(&waiting.key.to_string(), &value).is_ok())
}

pub(super) fn forget(key: &Key) {
    if let Some(storage) = storage() {
        // It can only fail if there is no storage, and then there is nothing to remove.
        let _ = storage.remove_item(&key.to_string());
    }
}

/// A rest that was begun, prolonged, shortened or skipped by hand. Times are milliseconds since 1970 by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::islands) struct KeptRest {
    /// When the set was logged that it follows, 0 if there is none: the next set begins a rest of its own.
    pub(in crate::islands) after: i64,
    pub(in crate::islands) end: i64,
    /// What it takes in all, in seconds.
    pub(in crate::islands) total: i64,
}

impl KeptRest {
    pub(in crate::islands) fn read() -> Option<Self> {
        Self::parse(&storage()?.get_item(REST).ok()??)
    }

    /// Where the browser refuses, the change lasts as long as the page.
    pub(in crate::islands) fn keep(self) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(REST, &self.text());
        }
    }

    pub(super) fn text(self) -> String {
        format!("{} {} {}", self.after, self.end, self.total)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(' ').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self { after: next()?, end: next()?, total: next()? })
    }
}
