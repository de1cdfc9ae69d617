//! External identities.

use async_trait::async_trait;
use domain::account::UserId;
use rusqlite::{Connection, Row};
use time::OffsetDateTime;

use super::SqliteDatabase;
use accounts::ports::{DatabaseError, Identities, Identity, Linked, Unlinked};
use domain::millis::to_millis;
use storage::sqlite::{all, execute, first};

fn identity(row: &Row<'_>) -> rusqlite::Result<Identity> {
    Ok(Identity { provider: row.get("provider")?, subject: row.get("subject")? })
}

fn link(
    connection: &Connection,
    user: &str,
    identity: &Identity,
    now: OffsetDateTime,
) -> rusqlite::Result<Linked> {
    const OWNER: &str = "SELECT user_id FROM identities WHERE provider = ? AND subject = ?";
    const LINK: &str = "INSERT INTO identities (user_id, provider, subject, linked_at) \
                        SELECT id, ?, ?, ? FROM users WHERE id = ?";
    let Identity { provider, subject } = identity;
    let owner = first(connection, OWNER, (provider, subject), |row| row.get::<_, String>(0))?.transpose()?;
    if let Some(owner) = owner {
        return Ok(if owner == user { Linked::Done } else { Linked::Taken });
    }
    execute(connection, LINK, (provider, subject, to_millis(now), user))?;
    Ok(Linked::Done)
}

fn unlink(connection: &Connection, user: &str, provider: &str) -> rusqlite::Result<Unlinked> {
    const WAYS: &str = "\
        SELECT \
          (SELECT count(*) FROM identities WHERE user_id = ?1 AND provider = ?2) AS these, \
          (SELECT count(*) FROM identities WHERE user_id = ?1 AND provider <> ?2) AS others, \
          (SELECT count(*) FROM users WHERE id = ?1 AND password_hash IS NOT NULL) AS passwords";
    const UNLINK: &str = "DELETE FROM identities WHERE user_id = ? AND provider = ?";
    let mut ways = connection.prepare_cached(WAYS)?;
    let (these, others, passwords) = ways.query_row((user, provider), |row| {
        Ok((row.get::<_, i64>("these")?, row.get::<_, i64>("others")?, row.get::<_, i64>("passwords")?))
    })?;
    if these == 0 {
        return Ok(Unlinked::NotLinked);
    }
    if others + passwords == 0 {
        return Ok(Unlinked::LastWayIn);
    }
    execute(connection, UNLINK, (user, provider))?;
    Ok(Unlinked::Done)
}

#[async_trait]
impl Identities for SqliteDatabase {
    async fn identities(&self, user: &UserId) -> Result<Vec<Identity>, DatabaseError> {
        const OF_USER: &str =
            "SELECT provider, subject FROM identities WHERE user_id = ? ORDER BY linked_at, id";
        let found = self
            .engine
            .read(|connection| all(connection, OF_USER, (user.as_str(),), identity)?.into_iter().collect());
        Ok(found.await?)
    }

    async fn link_identity(
        &self,
        user: &UserId,
        identity: &Identity,
        now: OffsetDateTime,
    ) -> Result<Linked, DatabaseError> {
        let (user, identity) = (user.clone(), identity.clone());
        self.engine.write(move |connection| Ok(link(connection, user.as_str(), &identity, now)?)).await
    }

    async fn unlink_identity(&self, user: &UserId, provider: &str) -> Result<Unlinked, DatabaseError> {
        let (user, provider) = (user.clone(), provider.to_owned());
        self.engine.write(move |connection| Ok(unlink(connection, user.as_str(), &provider)?)).await
    }
}
