//! The shape of a document, and nothing else knows it.
//!
//! | field | active | pending | replaced | |
//! |---|---|---|---|---|
//! | `_id` | ✓ | ✓ | ✓ | the key, 32 bytes (binary, subtype 0) |
//! | `state` | ✓ | ✓ | ✓ | `active`, `pending` or `replaced` |
//! | `expireAt` | ✓ | ✓ | ✓ | date; the TTL index is on it. Pending and replaced: end of the tombstone |
//! | `owner` | ? | ? | ? | text, absent for nobody. Replaced: the owner of the session that went on |
//! | `revision` | ✓ | ✓ | | 64-bit, from 1 |
//! | `handle` | ✓ | ✓ | | text |
//! | `data` | ✓ | ✓ | | binary, subtype 0 |
//! | `createdAt`, `lastActivity`, `liveUntil` | ✓ | ✓ | | dates |
//! | `replaces` | | ✓ | | key of the row this one is to replace |
//! | `expireAtOnceActive` | | ✓ | | date: `expireAt` from the moment it is active |
//! | `replacedBy` | | | ✓ | key of the successor |
//!
//! Whatever else lies in the collection, records of release 0.11 above all, has no `state` (and an `_id` of another
//! type): no filter of this store matches it.

use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, DateTime, Document, doc};
use time::OffsetDateTime;

use crate::error::{MongoDBStoreError, Result};
use crate::row::{Key, NewRow, Row};

/// A session that is there.
pub(crate) const ACTIVE: &str = "active";
/// A successor that is there as soon as its predecessor's tombstone names it.
pub(crate) const PENDING: &str = "pending";
/// A tombstone.
pub(crate) const REPLACED: &str = "replaced";

/// Bytes as BSON keeps them.
pub(crate) fn binary(bytes: &[u8]) -> Binary {
    Binary { subtype: BinarySubtype::Generic, bytes: bytes.to_vec() }
}

impl From<&Key> for mongodb::bson::Bson {
    fn from(key: &Key) -> Self {
        Self::Binary(binary(&key.0))
    }
}

/// A time as BSON keeps it: milliseconds, cut off (never a moment later than the one given).
pub(crate) fn date(time: OffsetDateTime) -> DateTime {
    let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
    // The years that `OffsetDateTime` knows fit hundreds of times over.
    DateTime::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// The document of a new session.
pub(crate) fn active(row: &NewRow) -> Document {
    let mut document = doc! {
        "_id": &row.key,
        "state": ACTIVE,
        "revision": 1_i64,
        "handle": &row.handle,
        "data": binary(&row.data),
        "createdAt": date(row.created_at),
        "lastActivity": date(row.last_activity),
        "liveUntil": date(row.live_until),
        "expireAt": date(row.expires_at),
    };
    if let Some(owner) = &row.owner {
        document.insert("owner", owner);
    }
    document
}

/// The document of a session that is to replace another.
pub(crate) fn pending(row: &NewRow, replaces: &Key, until: OffsetDateTime) -> Document {
    let mut document = active(row);
    document.insert("state", PENDING);
    document.insert("replaces", replaces);
    document.insert("expireAt", date(until));
    document.insert("expireAtOnceActive", date(row.expires_at));
    document
}

/// What stays of a session under its old key (the filter names the `_id`).
pub(crate) fn tombstone(successor: &NewRow, until: OffsetDateTime) -> Document {
    let mut document = doc! { "state": REPLACED, "replacedBy": &successor.key, "expireAt": date(until) };
    if let Some(owner) = &successor.owner {
        document.insert("owner", owner);
    }
    document
}

/// Does a field hold this text?
pub(crate) fn has(document: &Document, field: &str, text: &str) -> bool {
    document.get_str(field).is_ok_and(|found| found == text)
}

/// The key in a field.
pub(crate) fn key(document: &Document, field: &str) -> Result<Key> {
    let bytes = document.get_binary_generic(field)?;
    Ok(Key(bytes.as_slice().try_into().map_err(|_| MongoDBStoreError::Unknown("kind of key"))?))
}

/// The time in a field.
pub(crate) fn time(document: &Document, field: &str) -> Result<OffsetDateTime> {
    let millis = document.get_datetime(field)?.timestamp_millis();
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .map_err(|_| MongoDBStoreError::Unknown("time"))
}

/// The session in an active document.
pub(crate) fn row(document: &Document) -> Result<Row> {
    let owner =
        if document.contains_key("owner") { Some(document.get_str("owner")?.to_owned()) } else { None };
    Ok(Row {
        row: NewRow {
            key: key(document, "_id")?,
            handle: document.get_str("handle")?.to_owned(),
            owner,
            data: document.get_binary_generic("data")?.clone(),
            created_at: time(document, "createdAt")?,
            last_activity: time(document, "lastActivity")?,
            expires_at: time(document, "expireAt")?,
            live_until: time(document, "liveUntil")?,
        },
        revision: document.get_i64("revision")?,
    })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn new_row() -> NewRow {
        NewRow {
            key: Key([7; 32]),
            handle: "handle".into(),
            owner: Some("owner".into()),
            data: vec![0, 255],
            created_at: datetime!(2030-01-02 03:04:05.006 UTC),
            last_activity: datetime!(2030-01-02 03:04:05.007 UTC),
            expires_at: datetime!(2030-01-03 00:00 UTC),
            live_until: datetime!(1969-12-31 23:59:59.999 UTC),
        }
    }

    #[test]
    fn a_row_survives_the_way_there_and_back() {
        for owner in [None, Some("owner".to_owned()), Some(String::new())] {
            let new = NewRow { owner, ..new_row() };
            assert_eq!(row(&active(&new)).unwrap(), Row { row: new, revision: 1 });
        }
    }

    #[test]
    fn times_are_cut_to_the_millisecond_before_them() {
        assert_eq!(
            date(datetime!(2030-01-02 03:04:05.0069 UTC)),
            date(datetime!(2030-01-02 03:04:05.006 UTC))
        );
        assert_eq!(date(datetime!(1969-12-31 23:59:59.9991 UTC)).timestamp_millis(), -1);
    }

    #[test]
    fn a_tombstone_keeps_nothing_of_the_session_but_where_it_went() {
        let tombstone = tombstone(&new_row(), datetime!(2030-01-02 03:05 UTC));
        let fields: Vec<_> = tombstone.keys().map(String::as_str).collect();
        assert_eq!(fields, ["state", "replacedBy", "expireAt", "owner"]);
        assert_eq!(key(&tombstone, "replacedBy").unwrap(), Key([7; 32]));
    }

    #[test]
    fn a_document_of_another_shape_is_an_error() {
        for field in
            ["_id", "revision", "handle", "data", "createdAt", "lastActivity", "liveUntil", "expireAt"]
        {
            let mut document = active(&new_row());
            document.remove(field);
            assert!(row(&document).is_err(), "without {field}");
            document.insert(field, "something else");
            if field != "handle" {
                assert!(row(&document).is_err(), "{field} of another type");
            }
        }
        let mut short = active(&new_row());
        short.insert("_id", binary(b"too short"));
        assert!(row(&short).is_err());
    }
}
