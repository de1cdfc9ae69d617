//! The operations of the trait.

use std::collections::HashMap;

use async_trait::async_trait;
use sqlx::Connection as _;
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::Query;
use time::OffsetDateTime;

use super::read::{count, get, lifetime, session};
use super::{PostgresRows, statements};
use domain::millis::to_millis;
use session_rows::{
    Created, Lifetime, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError,
};
use storage::postgres::PooledConnection;

/// Binds the eight columns of a new row, in the order in which both inserts list them.
fn bind_row<'q>(
    query: Query<'q, Postgres, PgArguments>,
    row: &'q NewRow,
) -> Query<'q, Postgres, PgArguments> {
    query
        .bind(&row.key.0[..])
        .bind(to_millis(row.created_at))
        .bind(to_millis(row.last_activity))
        .bind(to_millis(row.expires_at))
        .bind(to_millis(row.live_until))
        .bind(row.owner.as_deref())
        .bind(&row.handle)
        .bind(&row.data)
}

/// See [`statements::IS_THERE`].
async fn is_there(
    connection: &mut PgConnection,
    key: &RowKey,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(statements::IS_THERE).bind(&key.0[..]).bind(to_millis(now)).fetch_one(connection).await
}

/// Saves, or says why not.
async fn save(
    connection: &mut PgConnection,
    key: &RowKey,
    revision: i64,
    data: &[u8],
    now: OffsetDateTime,
) -> Result<Saved, sqlx::Error> {
    let done = sqlx::query(statements::SAVE)
        .bind(&key.0[..])
        .bind(revision)
        .bind(data)
        .bind(to_millis(now))
        .execute(&mut *connection)
        .await?;
    if done.rows_affected() > 0 {
        return Ok(Saved::Written(revision + 1));
    }
    Ok(if is_there(connection, key, now).await? { Saved::Stale } else { Saved::Gone })
}

/// Replaces, or says why not.
async fn replace(
    connection: &mut PgConnection,
    old: &RowKey,
    revision: i64,
    new: &NewRow,
    tombstone_until: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<Replaced, sqlx::Error> {
    let query = sqlx::query(statements::REPLACE)
        .bind(&old.0[..])
        .bind(revision)
        .bind(to_millis(tombstone_until))
        .bind(to_millis(now));
    match bind_row(query, new).execute(&mut *connection).await {
        Ok(done) if done.rows_affected() > 0 => Ok(Replaced::Done),
        Ok(_) if is_there(connection, old, now).await? => Ok(Replaced::Stale),
        Ok(_) => Ok(Replaced::Gone),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(Replaced::KeyExists),
        Err(error) => Err(error),
    }
}

/// Deletes while holding the owner's lock (see the documentation of the module); returns the number of rows.
async fn end_in_turn(
    connection: &mut PgConnection,
    owner: &str,
    delete: Query<'_, Postgres, PgArguments>,
) -> Result<u64, sqlx::Error> {
    let mut transaction = connection.begin_with(statements::BEGIN).await?;
    sqlx::query(statements::CLAIM).execute(&mut *transaction).await?;
    sqlx::query(statements::TAKE_TURN).bind(owner).execute(&mut *transaction).await?;
    let done = delete.execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(done.rows_affected())
}

/// Deletes while no other transaction can write; returns the number of rows.
async fn end_everyone(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let mut transaction = connection.begin_with(statements::BEGIN).await?;
    sqlx::query(statements::HOLD_WRITERS).execute(&mut *transaction).await?;
    let done = sqlx::query(statements::END_EVERYONE).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(done.rows_affected())
}

impl PostgresRows {
    /// Runs one statement that changes rows; returns their number.
    async fn change<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments>,
    ) -> Result<u64, StoreError> {
        let change = |mut connection: PooledConnection| {
            let query = query();
            async move {
                let done = query.execute(&mut *connection).await;
                connection.end(done)
            }
        };
        Ok(self.connections.write(change).await.map_err(StoreError::new)?.rows_affected())
    }
}

#[async_trait]
impl SessionRows for PostgresRows {
    fn kind(&self) -> &'static str {
        "postgres"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        let inserted = self.change(|| bind_row(sqlx::query(statements::CREATE), row)).await?;
        Ok(if inserted > 0 { Created::Inserted } else { Created::KeyExists })
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        let load = |mut connection: PooledConnection| async move {
            let found = sqlx::query(statements::LOAD)
                .bind(&key.0[..])
                .bind(to_millis(now))
                .fetch_optional(&mut *connection)
                .await;
            connection.end(found)
        };
        let Some(found) = self.connections.idempotent(load).await.map_err(StoreError::new)? else {
            return Ok(Lookup::Missing);
        };
        if get(&found, "replaced")? {
            return Ok(Lookup::Replaced);
        }
        Ok(Lookup::Found(Box::new(session(&found)?)))
    }

    async fn lifetimes(&self, keys: &[RowKey], now: OffsetDateTime) -> Result<Vec<Lifetime>, StoreError> {
        let sought: Vec<&[u8]> = keys.iter().map(|key| &key.0[..]).collect();
        let look = |mut connection: PooledConnection| {
            let query = sqlx::query(statements::LIFETIMES).bind(&sought[..]).bind(to_millis(now));
            async move {
                let found = query.fetch_all(&mut *connection).await;
                connection.end(found)
            }
        };
        let rows = self.connections.idempotent(look).await.map_err(StoreError::new)?;
        let found = rows.iter().map(lifetime).collect::<Result<HashMap<_, _>, _>>()?;
        Ok(keys.iter().map(|key| found.get(key).copied().unwrap_or(Lifetime::Missing)).collect())
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let save = |mut connection: PooledConnection| async move {
            let saved = save(&mut connection, key, revision, data, now).await;
            connection.end(saved)
        };
        self.connections.write(save).await.map_err(StoreError::new)
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        let replace = |mut connection: PooledConnection| async move {
            let replaced = replace(&mut connection, old, revision, new, tombstone_until, now).await;
            connection.end(replaced)
        };
        self.connections.write(replace).await.map_err(StoreError::new)
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let touch = |mut connection: PooledConnection| async move {
            let found = sqlx::query(statements::TOUCH)
                .bind(&key.0[..])
                .bind(to_millis(last_activity))
                .bind(to_millis(expires_at))
                .bind(to_millis(live_until))
                .bind(to_millis(now))
                .execute(&mut *connection)
                .await;
            connection.end(found)
        };
        let done = self.connections.idempotent(touch).await.map_err(StoreError::new)?;
        Ok(done.rows_affected() > 0)
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        Ok(self.change(|| sqlx::query(statements::DELETE).bind(&key.0[..])).await? > 0)
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError> {
        Ok(self.change(|| sqlx::query(statements::DISCARD).bind(&key.0[..]).bind(revision)).await? > 0)
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError> {
        let end = |mut connection: PooledConnection| async move {
            let delete = sqlx::query(statements::END).bind(owner).bind(handle);
            let ended = end_in_turn(&mut connection, owner, delete).await;
            connection.end(ended)
        };
        Ok(self.connections.write(end).await.map_err(StoreError::new)? > 0)
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError> {
        let except = except.map(|key| &key.0[..]);
        let end = |mut connection: PooledConnection| async move {
            let delete = sqlx::query(statements::END_ALL).bind(owner).bind(except);
            let ended = end_in_turn(&mut connection, owner, delete).await;
            connection.end(ended)
        };
        self.connections.write(end).await.map_err(StoreError::new)
    }

    async fn list(
        &self,
        owner: &str,
        now: OffsetDateTime,
        limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let list = |mut connection: PooledConnection| async move {
            // At least one row, because the total comes with the rows.
            let found = sqlx::query(statements::LIST)
                .bind(owner)
                .bind(to_millis(now))
                .bind(i64::from(limit.max(1)))
                .fetch_all(&mut *connection)
                .await;
            connection.end(found)
        };
        let found = self.connections.idempotent(list).await.map_err(StoreError::new)?;
        let total = found.first().map_or(Ok(0), |row| count(row, "total"))?;
        let rows = found.iter().take(limit as usize).map(session).collect::<Result<_, _>>()?;
        Ok((rows, total))
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        self.change(|| sqlx::query(statements::SWEEP).bind(to_millis(now)).bind(i64::from(batch))).await
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        let stats = |mut connection: PooledConnection| async move {
            let found = sqlx::query(statements::STATS).bind(to_millis(now)).fetch_one(&mut *connection).await;
            connection.end(found)
        };
        let counts = self.connections.idempotent(stats).await.map_err(StoreError::new)?;
        let live = count(&counts, "live")?;
        Ok(Stats {
            signed_in: count(&counts, "signed_in")?,
            live,
            expired: count(&counts, "present")?.saturating_sub(live),
        })
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        let end = |mut connection: PooledConnection| async move {
            let ended = end_everyone(&mut connection).await;
            connection.end(ended)
        };
        self.connections.write(end).await.map_err(StoreError::new)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let ping = |mut connection: PooledConnection| async move {
            let found = sqlx::query(statements::PING).fetch_optional(&mut *connection).await;
            connection.end(found)
        };
        self.connections.idempotent(ping).await.map_err(StoreError::new)?;
        Ok(())
    }
}
