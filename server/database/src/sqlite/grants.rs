//! Codes and tokens of the demo provider.

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use time::OffsetDateTime;

use super::SqliteDatabase;
use crate::codec::grant_failed;
use domain::millis::{from_millis, to_millis};
use oauth::demo_provider::{DemoGrant, DemoGrants, GrantError};

fn grant(row: &SqliteRow) -> Result<DemoGrant, GrantError> {
    Ok(DemoGrant {
        payload: row.try_get("payload").map_err(grant_failed)?,
        expires_at: from_millis(row.try_get("expires_at").map_err(grant_failed)?),
    })
}

#[async_trait]
impl DemoGrants for SqliteDatabase {
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError> {
        sqlx::query("INSERT INTO demo_grants (key, payload, expires_at) VALUES (?, ?, ?)")
            .bind(key.as_slice())
            .bind(&grant.payload)
            .bind(to_millis(grant.expires_at))
            .execute(&self.pool)
            .await
            .map_err(grant_failed)?;
        Ok(())
    }

    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        // `fetch_all` runs the statement to its end: only then is the deletion committed and its failure
        // known.
        let rows = sqlx::query(
            "DELETE FROM demo_grants WHERE key = ? AND expires_at > ? RETURNING payload, expires_at",
        )
        .bind(key.as_slice())
        .bind(to_millis(now))
        .fetch_all(&self.pool)
        .await
        .map_err(grant_failed)?;
        rows.first().map(grant).transpose()
    }

    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        let row = sqlx::query("SELECT payload, expires_at FROM demo_grants WHERE key = ? AND expires_at > ?")
            .bind(key.as_slice())
            .bind(to_millis(now))
            .fetch_optional(&self.pool)
            .await
            .map_err(grant_failed)?;
        row.as_ref().map(grant).transpose()
    }

    async fn delete_expired_grants(&self, now: OffsetDateTime) -> Result<u64, GrantError> {
        let deleted = sqlx::query("DELETE FROM demo_grants WHERE expires_at <= ?")
            .bind(to_millis(now))
            .execute(&self.pool)
            .await
            .map_err(grant_failed)?;
        Ok(deleted.rows_affected())
    }
}
