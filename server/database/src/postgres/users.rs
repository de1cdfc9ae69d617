//! People.

use async_trait::async_trait;
use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Connection as _, Row as _};
use time::OffsetDateTime;

use super::PostgresDatabase;
use crate::codec;
use crate::postgres::PooledConnection;
use accounts::ports::{DatabaseError, Identity, NewUser, User, UserCreated, Users};
use domain::millis::{from_millis, to_millis};

/// Lists the columns: a `*` that was prepared before a migration fails after it.
macro_rules! select_users {
    ($where:literal) => {
        concat!(
            "SELECT id, email, email_key, email_verified, display_name, password_hash, credentials_version, preferences, \
             created_at, expires_at, sign_ins_seen_at FROM users WHERE ",
            $where
        )
    };
}

fn user(row: &PgRow) -> Result<User, DatabaseError> {
    let id: &str = row.try_get("id")?;
    let preferences: Option<&str> = row.try_get("preferences")?;
    let expires_at: Option<i64> = row.try_get("expires_at")?;
    let sign_ins_seen_at: Option<i64> = row.try_get("sign_ins_seen_at")?;
    Ok(User {
        id: UserId::parse(id).ok_or_else(|| DatabaseError::corrupt("users.id"))?,
        email: EmailAddress::parse(row.try_get("email")?)
            .map_err(|_| DatabaseError::corrupt("users.email"))?,
        email_verified: row.try_get("email_verified")?,
        display_name: DisplayName::parse(row.try_get("display_name")?)
            .map_err(|_| DatabaseError::corrupt("users.display_name"))?,
        password_hash: row.try_get("password_hash")?,
        credentials_version: row.try_get("credentials_version")?,
        preferences: preferences.and_then(|json| codec::decode_preferences(id, json)),
        created_at: from_millis(row.try_get("created_at")?),
        expires_at: expires_at.map(from_millis),
        sign_ins_seen_at: sign_ins_seen_at.map(from_millis),
    })
}

/// Why no account was created.
enum Taken {
    Email,
    Identity,
}

/// Account and identity, or neither.
async fn insert(
    connection: &mut PgConnection,
    new: &NewUser,
    preferences: Option<&str>,
    preferences_at: Option<i64>,
) -> Result<Option<Taken>, sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    let account = sqlx::query(
        "INSERT INTO users (id, email, email_key, email_verified, display_name, password_hash, \
         preferences, preferences_at, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(new.id.as_str())
    .bind(new.email.as_str())
    .bind(new.email.key())
    .bind(new.email_verified)
    .bind(new.display_name.as_str())
    .bind(&new.password_hash)
    .bind(preferences)
    .bind(preferences_at)
    .bind(to_millis(new.created_at))
    .bind(new.expires_at.map(to_millis))
    .execute(&mut *transaction)
    .await?;
    let email_is_free = account.rows_affected() > 0;
    if let Some(identity) = &new.identity {
        // A concurrent insert of the address has committed by now, and its identity with it: a read finds
        // both.
        let identity_is_free = if email_is_free {
            insert_identity(&mut transaction, new, identity).await?
        } else {
            !identity_exists(&mut transaction, identity).await?
        };
        if !identity_is_free {
            return Ok(Some(Taken::Identity));
        }
    }
    if !email_is_free {
        return Ok(Some(Taken::Email));
    }
    transaction.commit().await?;
    Ok(None)
}

/// `false` if it already belongs to an account.
async fn insert_identity(
    connection: &mut PgConnection,
    new: &NewUser,
    identity: &Identity,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO identities (user_id, provider, subject, linked_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (provider, subject) DO NOTHING",
    )
    .bind(new.id.as_str())
    .bind(&identity.provider)
    .bind(&identity.subject)
    .bind(to_millis(new.created_at))
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

async fn identity_exists(connection: &mut PgConnection, identity: &Identity) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM identities WHERE provider = $1 AND subject = $2)")
        .bind(&identity.provider)
        .bind(&identity.subject)
        .fetch_one(connection)
        .await
}

#[async_trait]
impl Users for PostgresDatabase {
    async fn create_user(&self, new: NewUser) -> Result<UserCreated, DatabaseError> {
        // What an earlier version stored under another key is not in the way of the index.
        if new.email.keys().len() > 1 && self.user_by_email(&new.email).await?.is_some() {
            let linked = match &new.identity {
                Some(identity) => self.user_by_identity(identity).await?.is_some(),
                None => false,
            };
            return Ok(if linked { UserCreated::IdentityTaken } else { UserCreated::EmailTaken });
        }
        let preferences = new.preferences.as_ref().map(codec::encode_preferences).transpose()?;
        let (json, at) = preferences.unzip();
        let insert = |mut connection: PooledConnection| {
            let (new, json) = (&new, json.as_deref());
            async move {
                let taken = insert(&mut connection, new, json, at.flatten()).await;
                connection.end(taken)
            }
        };
        match self.connections.write(insert).await? {
            Some(Taken::Identity) => return Ok(UserCreated::IdentityTaken),
            Some(Taken::Email) => return Ok(UserCreated::EmailTaken),
            None => {}
        }
        Ok(UserCreated::Done(User {
            id: new.id,
            email: new.email,
            email_verified: new.email_verified,
            display_name: new.display_name,
            password_hash: new.password_hash,
            credentials_version: 1,
            preferences: new.preferences,
            created_at: codec::rounded(new.created_at),
            expires_at: new.expires_at.map(codec::rounded),
            sign_ins_seen_at: None,
        }))
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, DatabaseError> {
        let row = self.row(|| sqlx::query(select_users!("id = $1")).bind(id.as_str())).await?;
        row.as_ref().map(user).transpose()
    }

    async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, DatabaseError> {
        let rows = self.rows(|| sqlx::query(select_users!("email_key = ANY($1)")).bind(email.keys())).await?;
        let keyed = |row: &PgRow| Ok((row.try_get("email_key")?, user(row)?));
        codec::of_address(email, rows.iter().map(keyed))
    }

    async fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, DatabaseError> {
        let select = || {
            sqlx::query(select_users!(
                "id = (SELECT user_id FROM identities WHERE provider = $1 AND subject = $2)"
            ))
            .bind(&identity.provider)
            .bind(&identity.subject)
        };
        self.row(select).await?.as_ref().map(user).transpose()
    }

    async fn set_password(
        &self,
        id: &UserId,
        expected_version: i64,
        hash: &str,
    ) -> Result<Option<i64>, DatabaseError> {
        let next = expected_version.saturating_add(1);
        let update = || {
            sqlx::query(
                "UPDATE users SET password_hash = $2, credentials_version = $4 \
                 WHERE id = $1 AND credentials_version = $3",
            )
            .bind(id.as_str())
            .bind(hash)
            .bind(expected_version)
            .bind(next)
        };
        Ok((self.change(update).await? == 1).then_some(next))
    }

    async fn rehash_password(&self, id: &UserId, old: &str, new: &str) -> Result<(), DatabaseError> {
        let update = || {
            sqlx::query("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
                .bind(id.as_str())
                .bind(old)
                .bind(new)
        };
        self.change(update).await?;
        Ok(())
    }

    async fn set_display_name(&self, id: &UserId, name: &DisplayName) -> Result<(), DatabaseError> {
        let update = || {
            sqlx::query("UPDATE users SET display_name = $2 WHERE id = $1")
                .bind(id.as_str())
                .bind(name.as_str())
        };
        self.change(update).await?;
        Ok(())
    }

    async fn set_preferences(&self, id: &UserId, preferences: &Preferences) -> Result<(), DatabaseError> {
        let (json, at) = codec::encode_preferences(preferences)?;
        // NULL, the defaults, is older than any time.
        let update = || {
            sqlx::query(
                "UPDATE users SET preferences = $2, preferences_at = $3 \
                 WHERE id = $1 AND (preferences_at IS NULL OR preferences_at <= $3)",
            )
            .bind(id.as_str())
            .bind(&json)
            .bind(at)
        };
        self.change(update).await?;
        Ok(())
    }

    async fn set_sign_ins_seen(&self, id: &UserId, until: OffsetDateTime) -> Result<(), DatabaseError> {
        let update = || {
            sqlx::query(
                "UPDATE users SET sign_ins_seen_at = $2 \
                 WHERE id = $1 AND (sign_ins_seen_at IS NULL OR sign_ins_seen_at < $2)",
            )
            .bind(id.as_str())
            .bind(to_millis(until))
        };
        self.change(update).await?;
        Ok(())
    }

    async fn delete_user(&self, id: &UserId) -> Result<bool, DatabaseError> {
        // Everything that belongs to the account is deleted with it by foreign keys.
        let deleted =
            self.change(|| sqlx::query("DELETE FROM users WHERE id = $1").bind(id.as_str())).await?;
        Ok(deleted > 0)
    }

    async fn expired_users(&self, now: OffsetDateTime, limit: u32) -> Result<Vec<User>, DatabaseError> {
        let select = || {
            sqlx::query(select_users!("expires_at <= $1 ORDER BY expires_at LIMIT $2"))
                .bind(to_millis(now))
                .bind(i64::from(limit))
        };
        Ok(self.rows(select).await?.iter().filter_map(|row| codec::readable(user(row))).collect())
    }
}
