//! What goes in and what comes out: rows, and the outcomes of the operations on them.

use std::fmt;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

/// SHA-256 of a session's id. The id itself is never stored, so a stolen copy of the collection holds nothing a
/// browser could send.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub [u8; 32]);

impl Key {
    /// The key of an id, whatever its form.
    pub fn of(id: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(id.as_ref()).into())
    }
}

impl fmt::Debug for Key {
    /// The first four bytes: enough to follow a session through a log, useless for finding its id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "{a:02x}{b:02x}{c:02x}{d:02x}…")
    }
}

/// What is written when a session begins or gets a new key. Times are kept to the millisecond.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRow {
    /// Hash of the session's id.
    pub key: Key,
    /// Public and random: names the session towards its owner, good for nothing but [`Rows::end`](crate::Rows::end).
    pub handle: String,
    /// Whose session it is; `None` for a visitor who has not signed in.
    pub owner: Option<String>,
    /// The session's data, opaque to the store.
    pub data: Vec<u8>,
    /// When the session began.
    pub created_at: OffsetDateTime,
    /// When it was last used.
    pub last_activity: OffsetDateTime,
    /// From then on the row is refused and may be removed.
    pub expires_at: OffsetDateTime,
    /// From then on the session counts as live no more, although the row stays until `expires_at`. If you have
    /// no use for the difference, give both the same value.
    pub live_until: OffsetDateTime,
}

impl fmt::Debug for NewRow {
    /// With the length of the data instead of the data: these are the secrets of somebody's session.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewRow")
            .field("key", &self.key)
            .field("handle", &self.handle)
            .field("owner", &self.owner)
            .field("data", &format_args!("{} bytes", self.data.len()))
            .field("created_at", &self.created_at)
            .field("last_activity", &self.last_activity)
            .field("expires_at", &self.expires_at)
            .field("live_until", &self.live_until)
            .finish()
    }
}

/// A stored session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What was written at the beginning, with later changes.
    pub row: NewRow,
    /// Counts the saves, from 1; a save names the revision it has loaded.
    pub revision: i64,
}

/// What a key leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// A session that has not expired.
    Found(Box<Row>),
    /// A session that has another key since, and this one's time as a tombstone is not over.
    Replaced,
    /// Neither a session nor a tombstone.
    Missing,
}

/// Until when a session is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// The earlier of [`NewRow::expires_at`] and [`NewRow::live_until`]; the latter may have passed.
    Until(OffsetDateTime),
    /// See [`Lookup::Replaced`].
    Replaced,
    /// See [`Lookup::Missing`].
    Missing,
}

/// Outcome of [`Rows::create`](crate::Rows::create).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// Inserted, with revision 1.
    Inserted,
    /// The key is taken, by a row (expired or not) or a tombstone: nothing was written.
    KeyExists,
}

/// Outcome of [`Rows::save`](crate::Rows::save).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Written; this is the new revision.
    Written(i64),
    /// Somebody else has saved since the row was loaded: nothing was written.
    Stale,
    /// The row is gone, expired or replaced: nothing was written.
    Gone,
}

/// Outcome of [`Rows::replace`](crate::Rows::replace).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The new row is there with revision 1, the old key is a tombstone.
    Done,
    /// The old row has another revision than the one named: nothing was written.
    Stale,
    /// The old row is gone, expired or replaced already: nothing was written.
    Gone,
    /// The new key is taken: nothing was written.
    KeyExists,
}

/// The times that [`Rows::touch`](crate::Rows::touch) moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// See [`NewRow::last_activity`].
    pub last_activity: OffsetDateTime,
    /// See [`NewRow::expires_at`].
    pub expires_at: OffsetDateTime,
    /// See [`NewRow::live_until`].
    pub live_until: OffsetDateTime,
}

/// Outcome of [`Rows::stats`](crate::Rows::stats).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Live sessions that have an owner.
    pub signed_in: u64,
    /// Live sessions, with or without an owner.
    pub live: u64,
    /// Sessions that are live no more and not yet removed; tombstones do not count.
    pub expired: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_holds_neither_the_data_nor_the_whole_key() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let row = NewRow {
            key: Key::of("id"),
            handle: "handle".into(),
            owner: None,
            data: b"secret".to_vec(),
            created_at: now,
            last_activity: now,
            expires_at: now,
            live_until: now,
        };
        let printed = format!("{:?}", Lookup::Found(Box::new(Row { row, revision: 1 })));
        assert!(printed.contains("data: 6 bytes") && !printed.contains("115"), "{printed}");
        assert!(printed.contains('…'), "{printed}");
    }
}
