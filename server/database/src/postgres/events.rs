//! Security-related events.

use async_trait::async_trait;
use domain::account::UserId;
use sqlx::Row as _;
use time::OffsetDateTime;

use super::PostgresDatabase;
use accounts::ports::{DatabaseError, SecurityEvent, SecurityEvents};
use domain::millis::{from_millis, to_millis};

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

    async fn events(&self, user: &UserId, limit: u32) -> Result<Vec<SecurityEvent>, DatabaseError> {
        let select = || {
            sqlx::query(
                "SELECT at, kind, ip_address FROM security_events \
                 WHERE user_id = $1 ORDER BY at DESC, id DESC LIMIT $2",
            )
            .bind(user.as_str())
            .bind(i64::from(limit))
        };
        let rows = self.rows(select).await?;
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
        const OLD: &str = "DELETE FROM security_events WHERE id IN \
                           (SELECT id FROM security_events WHERE at < $1 LIMIT 5000)";
        self.delete_in_batches(|| sqlx::query(OLD).bind(to_millis(before))).await
    }
}
