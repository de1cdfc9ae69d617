//! Security-related events.

use async_trait::async_trait;
use domain::account::UserId;
use sqlx::Row as _;
use time::OffsetDateTime;

use super::SqliteDatabase;
use accounts::ports::{DatabaseError, SecurityEvent, SecurityEvents};
use domain::millis::{from_millis, to_millis};

#[async_trait]
impl SecurityEvents for SqliteDatabase {
    async fn add_event(&self, user: &UserId, event: &SecurityEvent) -> Result<(), DatabaseError> {
        sqlx::query(
            "INSERT INTO security_events (user_id, at, kind, ip_address) \
             SELECT id, ?, ?, ? FROM users WHERE id = ?",
        )
        .bind(to_millis(event.at))
        .bind(&event.kind)
        .bind(&event.ip_address)
        .bind(user.as_str())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn events(&self, user: &UserId, limit: u32) -> Result<Vec<SecurityEvent>, DatabaseError> {
        let rows = sqlx::query(
            "SELECT at, kind, ip_address FROM security_events WHERE user_id = ? ORDER BY at DESC, id DESC LIMIT ?",
        )
        .bind(user.as_str())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(SecurityEvent {
                    at: from_millis(row.try_get("at")?),
                    kind: row.try_get("kind")?,
                    ip_address: row.try_get("ip_address")?,
                })
            })
            .collect()
    }

    async fn delete_old_events(&self, before: OffsetDateTime) -> Result<u64, DatabaseError> {
        let deleted = sqlx::query("DELETE FROM security_events WHERE at < ?")
            .bind(to_millis(before))
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected())
    }
}
