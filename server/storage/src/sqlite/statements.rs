//! Prepared statements. A connection keeps those it has run, so each is parsed once.
//!
//! A row is read into any value, a `Result` too: a row that cannot be understood is not an error of SQLite.

use rusqlite::{Connection, OptionalExtension as _, Params, Row};

/// Runs a statement that returns no rows; how many it changed.
///
/// # Errors
/// Those of SQLite.
pub fn execute(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<u64> {
    let changed = connection.prepare_cached(sql)?.execute(params)?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// The first row of a query. Not for statements that change something: they are only done after their last row.
///
/// # Errors
/// Those of SQLite.
pub fn first<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> T,
) -> rusqlite::Result<Option<T>> {
    connection.prepare_cached(sql)?.query_row(params, |row| Ok(read(row))).optional()
}

/// All rows.
///
/// # Errors
/// Those of SQLite.
pub fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> T,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| Ok(read(row)))?;
    rows.collect()
}
