//! External identities.

use async_trait::async_trait;
use domain::account::UserId;
use sqlx::Row as _;
use time::OffsetDateTime;

use super::SqliteDatabase;
use accounts::ports::{DatabaseError, Identities, Identity, Linked, Unlinked};
use domain::millis::to_millis;

#[async_trait]
impl Identities for SqliteDatabase {
    async fn identities(&self, user: &UserId) -> Result<Vec<Identity>, DatabaseError> {
        let rows =
            sqlx::query("SELECT provider, subject FROM identities WHERE user_id = ? ORDER BY linked_at, id")
                .bind(user.as_str())
                .fetch_all(&self.pool)
                .await?;
        rows.iter()
            .map(|row| Ok(Identity { provider: row.try_get("provider")?, subject: row.try_get("subject")? }))
            .collect()
    }

    async fn link_identity(
        &self,
        user: &UserId,
        identity: &Identity,
        now: OffsetDateTime,
    ) -> Result<Linked, DatabaseError> {
        let mut transaction = self.begin().await?;
        let owner = sqlx::query("SELECT user_id FROM identities WHERE provider = ? AND subject = ?")
            .bind(&identity.provider)
            .bind(&identity.subject)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(owner) = owner {
            let owner: String = owner.try_get("user_id")?;
            return Ok(if owner == user.as_str() { Linked::Done } else { Linked::Taken });
        }
        sqlx::query(
            "INSERT INTO identities (user_id, provider, subject, linked_at) \
             SELECT id, ?, ?, ? FROM users WHERE id = ?",
        )
        .bind(&identity.provider)
        .bind(&identity.subject)
        .bind(to_millis(now))
        .bind(user.as_str())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Linked::Done)
    }

    async fn unlink_identity(&self, user: &UserId, provider: &str) -> Result<Unlinked, DatabaseError> {
        let mut transaction = self.begin().await?;
        let ways = sqlx::query(
            "SELECT \
               (SELECT count(*) FROM identities WHERE user_id = ?1 AND provider = ?2) AS these, \
               (SELECT count(*) FROM identities WHERE user_id = ?1 AND provider <> ?2) AS others, \
               (SELECT count(*) FROM users WHERE id = ?1 AND password_hash IS NOT NULL) AS passwords",
        )
        .bind(user.as_str())
        .bind(provider)
        .fetch_one(&mut *transaction)
        .await?;
        let (these, others, passwords): (i64, i64, i64) =
            (ways.try_get("these")?, ways.try_get("others")?, ways.try_get("passwords")?);
        if these == 0 {
            return Ok(Unlinked::NotLinked);
        }
        if others + passwords == 0 {
            return Ok(Unlinked::LastWayIn);
        }
        sqlx::query("DELETE FROM identities WHERE user_id = ? AND provider = ?")
            .bind(user.as_str())
            .bind(provider)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Unlinked::Done)
    }
}
