//! Codes and tokens of the demo provider.

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use time::OffsetDateTime;

use super::PostgresDatabase;
use crate::grants::grant_failed;
use domain::millis::{from_millis, to_millis};
use oauth::demo_provider::{DemoGrant, DemoGrants, GrantError};

fn grant(row: &PgRow) -> Result<DemoGrant, GrantError> {
    Ok(DemoGrant {
        payload: row.try_get("payload").map_err(grant_failed)?,
        expires_at: from_millis(row.try_get("expires_at").map_err(grant_failed)?),
    })
}

#[async_trait]
impl DemoGrants for PostgresDatabase {
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError> {
        let insert = || {
            sqlx::query("INSERT INTO demo_grants (key, payload, expires_at) VALUES ($1, $2, $3)")
                .bind(key.as_slice())
                .bind(&grant.payload)
                .bind(to_millis(grant.expires_at))
        };
        self.change(insert).await.map_err(grant_failed)?;
        Ok(())
    }

    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        let take = || {
            sqlx::query(
                "DELETE FROM demo_grants WHERE key = $1 AND expires_at > $2 RETURNING payload, expires_at",
            )
            .bind(key.as_slice())
            .bind(to_millis(now))
        };
        self.returning(take).await.map_err(grant_failed)?.as_ref().map(grant).transpose()
    }

    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        let select = || {
            sqlx::query("SELECT payload, expires_at FROM demo_grants WHERE key = $1 AND expires_at > $2")
                .bind(key.as_slice())
                .bind(to_millis(now))
        };
        self.row(select).await.map_err(grant_failed)?.as_ref().map(grant).transpose()
    }

    async fn delete_expired_grants(&self, now: OffsetDateTime) -> Result<u64, GrantError> {
        const EXPIRED: &str = "DELETE FROM demo_grants WHERE key IN \
                               (SELECT key FROM demo_grants WHERE expires_at <= $1 LIMIT 5000)";
        self.delete_in_batches(|| sqlx::query(EXPIRED).bind(to_millis(now))).await.map_err(grant_failed)
    }
}
