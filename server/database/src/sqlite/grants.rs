//! Codes and tokens of the demo provider.

use async_trait::async_trait;
use rusqlite::Row;
use time::OffsetDateTime;

use super::SqliteDatabase;
use crate::grants::grant_failed;
use domain::millis::{from_millis, to_millis};
use oauth::demo_provider::{DemoGrant, DemoGrants, GrantError};
use storage::sqlite::{BATCH, SqliteError, all, first};

fn grant(row: &Row<'_>) -> rusqlite::Result<DemoGrant> {
    Ok(DemoGrant { payload: row.get("payload")?, expires_at: from_millis(row.get("expires_at")?) })
}

#[async_trait]
impl DemoGrants for SqliteDatabase {
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError> {
        const PUT: &str = "INSERT INTO demo_grants (key, payload, expires_at) VALUES (?, ?, ?)";
        let params = (*key, grant.payload.clone(), to_millis(grant.expires_at));
        self.change(PUT, params).await.map(drop).map_err(grant_failed)
    }

    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        const TAKE: &str =
            "DELETE FROM demo_grants WHERE key = ? AND expires_at > ? RETURNING payload, expires_at";
        let params = (*key, to_millis(now));
        // `all` runs the statement to its end: only then is the deletion done and its failure known.
        let take = self.engine.write(move |connection| {
            let taken = all(connection, TAKE, params, grant)?;
            Ok::<_, SqliteError>(taken.into_iter().next().transpose()?)
        });
        take.await.map_err(grant_failed)
    }

    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError> {
        const GRANT: &str = "SELECT payload, expires_at FROM demo_grants WHERE key = ? AND expires_at > ?";
        let found = self
            .engine
            .read(|connection| first(connection, GRANT, (key, to_millis(now)), grant)?.transpose());
        found.await.map_err(grant_failed)
    }

    async fn delete_expired_grants(&self, now: OffsetDateTime) -> Result<u64, GrantError> {
        const EXPIRED: &str = "DELETE FROM demo_grants WHERE key IN \
                               (SELECT key FROM demo_grants WHERE expires_at <= ?1 LIMIT ?2)";
        self.engine.execute_in_batches(EXPIRED, (to_millis(now), BATCH)).await.map_err(grant_failed)
    }
}
