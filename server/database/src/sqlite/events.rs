//! Security-related events.

use async_trait::async_trait;
use domain::account::UserId;
use rusqlite::Row;
use time::OffsetDateTime;

use super::SqliteDatabase;
use crate::codec::{readable, sql_cursor, sql_kinds};
use accounts::ports::{DatabaseError, EventCursor, Kinds, SecurityEvent, SecurityEvents};
use domain::millis::{from_millis, to_millis};
use storage::sqlite::{BATCH, all, first};

/// Whether an account has so many events that looking through all of them takes a while: those of a kind are not found by
/// an index.
const HAS_MANY: &str = "SELECT 1 FROM security_events WHERE user_id = ?1 LIMIT 1 OFFSET 500";

fn event(row: &Row<'_>) -> Result<(EventCursor, SecurityEvent), DatabaseError> {
    let (id, at): (i64, i64) = (row.get("id")?, row.get("at")?);
    let at = from_millis(at);
    let event = SecurityEvent { at, kind: row.get("kind")?, ip_address: row.get("ip_address")? };
    Ok((EventCursor { at, id: id.to_string() }, event))
}

#[async_trait]
impl SecurityEvents for SqliteDatabase {
    async fn add_event(&self, user: &UserId, event: &SecurityEvent) -> Result<(), DatabaseError> {
        const ADD: &str = "INSERT INTO security_events (user_id, at, kind, ip_address) \
                           SELECT id, ?, ?, ? FROM users WHERE id = ?";
        let SecurityEvent { at, kind, ip_address } = event.clone();
        self.change(ADD, (to_millis(at), kind, ip_address, user.as_str().to_owned())).await?;
        Ok(())
    }

    async fn events_behind(
        &self,
        user: &UserId,
        kinds: Kinds<'_>,
        cursor: Option<&EventCursor>,
        limit: u32,
    ) -> Result<Vec<(EventCursor, SecurityEvent)>, DatabaseError> {
        const BEHIND: &str = "\
            SELECT id, at, kind, ip_address FROM security_events WHERE user_id = ?1 AND (at, id) < (?2, ?3) \
            AND (?5 IS NULL OR kind = ?5) AND (?6 IS NULL OR kind <> ?6) ORDER BY at DESC, id DESC LIMIT ?4";
        let (at, id) = sql_cursor(cursor)?;
        let (only, except) = sql_kinds(kinds);
        let (only, except) = (only.map(str::to_owned), except.map(str::to_owned));
        let (of, limit) = (user.as_str().to_owned(), i64::from(limit));
        let events = self.engine.read_or_scan(
            |connection| Ok(first(connection, HAS_MANY, (user.as_str(),), |_| ())?.is_some()),
            move |connection| all(connection, BEHIND, (&of, at, id, limit, &only, &except), event),
        );
        Ok(events.await?.into_iter().filter_map(readable).collect())
    }

    async fn delete_old_events(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        const OLD: &str = "DELETE FROM security_events WHERE id IN \
                           (SELECT id FROM security_events WHERE at < ?1 LIMIT ?2)";
        Ok(self.engine.execute_in_batches(OLD, (to_millis(before), BATCH)).await?)
    }
}
