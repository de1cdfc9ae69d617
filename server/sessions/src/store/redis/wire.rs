//! How rows are written as arguments of scripts and read from their results.

use redis::{ScriptInvocation, Value, from_redis_value};
use time::OffsetDateTime;

use domain::millis::{from_millis, to_millis};
use session_rows::{Lifetime, Lookup, NewRow, Row, RowKey, StoreError};
use storage::fault::StoreFailure;

/// revision, handle, owner, data, created_at, last_activity, expires_at, live_until
pub(super) type Fields = (i64, String, Option<String>, Vec<u8>, i64, i64, i64, i64);

/// The key as the scripts know it.
pub(super) fn hex(key: &RowKey) -> String {
    hex::encode(key.0)
}

/// The inverse of [`hex()`].
fn key(hex: &str) -> Option<RowKey> {
    let mut key = [0; 32];
    hex::decode_to_slice(hex, &mut key).ok()?;
    Some(RowKey(key))
}

/// Adds a new row: key, time to live from `begun` on, then the fields. The optional owner comes last.
pub(super) fn add(script: &mut ScriptInvocation<'_>, row: &NewRow, begun: OffsetDateTime) {
    let expires_at = to_millis(row.expires_at);
    script
        .arg(hex(&row.key))
        .arg(expires_at.saturating_sub(to_millis(begun)).max(0))
        .arg(&row.handle)
        .arg(&row.data)
        .arg(to_millis(row.created_at))
        .arg(to_millis(row.last_activity))
        .arg(expires_at)
        .arg(to_millis(row.live_until));
    if let Some(owner) = &row.owner {
        script.arg(owner);
    }
}

/// The result of `load.lua`.
pub(super) fn lookup(asked: &RowKey, answer: Value) -> Result<Lookup, StoreError> {
    Ok(match answer {
        Value::Nil => Lookup::Missing,
        Value::Int(_) => Lookup::Replaced,
        found => Lookup::Found(Box::new(row(*asked, from_redis_value(found).map_err(StoreError::new)?))),
    })
}

/// One result of `lifetimes.lua`.
pub(super) fn lifetime(answer: Value) -> Result<Lifetime, StoreError> {
    Ok(match answer {
        Value::Nil => Lifetime::Missing,
        Value::Int(_) => Lifetime::Replaced,
        until => Lifetime::Until(from_millis(from_redis_value(until).map_err(StoreError::new)?)),
    })
}

/// The result of `list.lua`: the total count, and the first sessions.
pub(super) type Listed = (u64, Vec<(String, Fields)>);

/// The same as rows.
pub(super) fn rows((total, listed): Listed) -> Result<(Vec<Row>, u64), StoreError> {
    let rows = listed.into_iter().map(|(hex, fields)| {
        let key = key(&hex).ok_or_else(|| StoreError::new(StoreFailure::unreadable("an index")))?;
        Ok(row(key, fields))
    });
    Ok((rows.collect::<Result<_, StoreError>>()?, total))
}

fn row(key: RowKey, fields: Fields) -> Row {
    let (revision, handle, owner, data, created_at, last_activity, expires_at, live_until) = fields;
    Row {
        row: NewRow {
            key,
            handle,
            owner,
            data,
            created_at: from_millis(created_at),
            last_activity: from_millis(last_activity),
            expires_at: from_millis(expires_at),
            live_until: from_millis(live_until),
        },
        revision,
    }
}
