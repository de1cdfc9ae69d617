//! Security-related events.

use async_trait::async_trait;
use domain::account::UserId;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use time::OffsetDateTime;

use super::PostgresDatabase;
use crate::codec::{readable, sql_cursor, sql_kinds};
use accounts::ports::{DatabaseError, EventCursor, Kinds, SecurityEvent, SecurityEvents};
use domain::millis::{from_millis, to_millis};

fn event(row: &PgRow) -> Result<(EventCursor, SecurityEvent), DatabaseError> {
    let (id, at): (i64, i64) = (row.try_get("id")?, row.try_get("at")?);
    let at = from_millis(at);
    let event = SecurityEvent { at, kind: row.try_get("kind")?, ip_address: row.try_get("ip_address")? };
    Ok((EventCursor { at, id: id.to_string() }, event))
}

#[async_trait]
impl SecurityEvents for PostgresDatabase {
    async fn add_event(&self, user: &UserId, event: &SecurityEvent) -> Result<(), DatabaseError> {
        let insert = || {
            sqlx::query(
                "INSERT INTO security_events (user_id, at, kind, ip_address) \
                 SELECT id, $2, $3, $4 FROM users WHERE id = $1 FOR KEY SHARE",
            )
            .bind(user.as_str())
            .bind(to_millis(event.at))
            .bind(&event.kind)
            .bind(&event.ip_address)
        };
        self.change(insert).await?;
        Ok(())
    }

    async fn events_behind(
        &self,
        user: &UserId,
        kinds: Kinds<'_>,
        cursor: Option<&EventCursor>,
        limit: u32,
    ) -> Result<Vec<(EventCursor, SecurityEvent)>, DatabaseError> {
        let (at, id) = sql_cursor(cursor)?;
        let (only, except) = sql_kinds(kinds);
        let select = || {
            sqlx::query(
                "SELECT id, at, kind, ip_address FROM security_events \
                 WHERE user_id = $1 AND (at, id) < ($2, $3) AND ($5::text IS NULL OR kind = $5) \
                 AND ($6::text IS NULL OR kind <> $6) ORDER BY at DESC, id DESC LIMIT $4",
            )
            .bind(user.as_str())
            .bind(at)
            .bind(id)
            .bind(i64::from(limit))
            .bind(only)
            .bind(except)
        };
        Ok(self.rows(select).await?.iter().filter_map(|row| readable(event(row))).collect())
    }

    async fn delete_old_events(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        const OLD: &str = "DELETE FROM security_events WHERE id IN \
                           (SELECT id FROM security_events WHERE at < $1 LIMIT 5000)";
        self.delete_in_batches(|| sqlx::query(OLD).bind(to_millis(before))).await
    }
}
