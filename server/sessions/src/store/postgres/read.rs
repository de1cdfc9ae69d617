//! Reads result rows.

use sqlx::postgres::{PgRow, Postgres};
use sqlx::{Decode, Row as _, Type};

use domain::millis::from_millis;
use session_rows::{Lifetime, NewRow, Row, RowKey, StoreError};

pub(super) fn get<'r, T>(row: &'r PgRow, column: &str) -> Result<T, StoreError>
where
    T: Decode<'r, Postgres> + Type<Postgres>,
{
    row.try_get(column).map_err(StoreError::new)
}

/// A count; PostgreSQL has no unsigned numbers, and no negative counts.
pub(super) fn count(row: &PgRow, column: &str) -> Result<u64, StoreError> {
    u64::try_from(get::<i64>(row, column)?).map_err(StoreError::new)
}

fn key(row: &PgRow) -> Result<RowKey, StoreError> {
    let key: &[u8] = get(row, "key")?;
    Ok(RowKey(key.try_into().map_err(StoreError::new)?))
}

/// A key, and where it leads.
pub(super) fn lifetime(row: &PgRow) -> Result<(RowKey, Lifetime), StoreError> {
    let until = get(row, "live_until").map(from_millis)?;
    Ok((key(row)?, if get(row, "replaced")? { Lifetime::Replaced } else { Lifetime::Until(until) }))
}

/// A stored session. Only for rows that are not tombstones.
pub(super) fn session(row: &PgRow) -> Result<Row, StoreError> {
    let time = |column| get(row, column).map(from_millis);
    Ok(Row {
        row: NewRow {
            key: key(row)?,
            handle: get(row, "handle")?,
            owner: get(row, "owner")?,
            data: get(row, "data")?,
            created_at: time("created_at")?,
            last_activity: time("last_activity")?,
            expires_at: time("expires_at")?,
            live_until: time("live_until")?,
        },
        revision: get(row, "revision")?,
    })
}
