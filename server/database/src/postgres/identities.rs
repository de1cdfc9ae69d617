//! External identities.

use async_trait::async_trait;
use domain::account::UserId;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};
use time::OffsetDateTime;

use super::PostgresDatabase;
use crate::postgres::PooledConnection;
use accounts::ports::{DatabaseError, Identities, Identity, Linked, Unlinked};
use domain::millis::to_millis;

/// Removes the identities of a provider unless they are the last way in.
async fn unlink(
    connection: &mut PgConnection,
    user: &UserId,
    provider: &str,
) -> Result<Unlinked, sqlx::Error> {
    // Two transactions that each remove one of the last two identities would change different rows, and
    // neither would see the other's change. The lock on the account's row serialises them and blocks
    // additions meanwhile.
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    let person =
        sqlx::query("SELECT password_hash IS NOT NULL AS password FROM users WHERE id = $1 FOR UPDATE")
            .bind(user.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
    let Some(person) = person else { return Ok(Unlinked::NotLinked) };
    let password: bool = person.try_get("password")?;
    let ways = sqlx::query(
        "SELECT count(*) FILTER (WHERE provider = $2) AS these, \
                count(*) FILTER (WHERE provider <> $2) AS others \
         FROM identities WHERE user_id = $1",
    )
    .bind(user.as_str())
    .bind(provider)
    .fetch_one(&mut *transaction)
    .await?;
    let (these, others): (i64, i64) = (ways.try_get("these")?, ways.try_get("others")?);
    if these == 0 {
        return Ok(Unlinked::NotLinked);
    }
    if others == 0 && !password {
        return Ok(Unlinked::LastWayIn);
    }
    sqlx::query("DELETE FROM identities WHERE user_id = $1 AND provider = $2")
        .bind(user.as_str())
        .bind(provider)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Unlinked::Done)
}

#[async_trait]
impl Identities for PostgresDatabase {
    async fn identities(&self, user: &UserId) -> Result<Vec<Identity>, DatabaseError> {
        let select = || {
            sqlx::query("SELECT provider, subject FROM identities WHERE user_id = $1 ORDER BY linked_at, id")
                .bind(user.as_str())
        };
        let rows = self.rows(select).await?;
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
        // The update changes nothing; it is there for the row it returns: the owner of the identity, new or
        // old, from one statement. No row means that the account is gone.
        let link = || {
            sqlx::query(
                "INSERT INTO identities (user_id, provider, subject, linked_at) \
                 SELECT id, $2, $3, $4 FROM users WHERE id = $1 FOR KEY SHARE \
                 ON CONFLICT (provider, subject) DO UPDATE SET provider = excluded.provider \
                 RETURNING user_id",
            )
            .bind(user.as_str())
            .bind(&identity.provider)
            .bind(&identity.subject)
            .bind(to_millis(now))
        };
        let Some(linked) = self.returning(link).await? else { return Ok(Linked::Done) };
        let owner: String = linked.try_get("user_id")?;
        Ok(if owner == user.as_str() { Linked::Done } else { Linked::Taken })
    }

    async fn unlink_identity(&self, user: &UserId, provider: &str) -> Result<Unlinked, DatabaseError> {
        let unlink = |mut connection: PooledConnection| async move {
            let unlinked = unlink(&mut connection, user, provider).await;
            connection.end(unlinked)
        };
        Ok(self.connections.write(unlink).await?)
    }
}
