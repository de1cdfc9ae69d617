//! People.

use async_trait::async_trait;
use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use time::OffsetDateTime;

use super::SqliteDatabase;
use crate::codec;
use accounts::ports::{DatabaseError, Identity, NewUser, User, UserCreated, Users};
use domain::millis::{from_millis, to_millis};

fn user(row: &SqliteRow) -> Result<User, DatabaseError> {
    let id: String = row.try_get("id")?;
    let email: String = row.try_get("email")?;
    let display_name: String = row.try_get("display_name")?;
    let preferences: Option<String> = row.try_get("preferences")?;
    let expires_at: Option<i64> = row.try_get("expires_at")?;
    Ok(User {
        id: UserId::parse(&id).ok_or_else(|| DatabaseError::corrupt("users.id"))?,
        email: EmailAddress::parse(&email).map_err(|_| DatabaseError::corrupt("users.email"))?,
        email_verified: row.try_get("email_verified")?,
        display_name: DisplayName::parse(&display_name)
            .map_err(|_| DatabaseError::corrupt("users.display_name"))?,
        password_hash: row.try_get("password_hash")?,
        credentials_version: row.try_get("credentials_version")?,
        preferences: preferences.and_then(|json| codec::decode_preferences(&id, &json)),
        created_at: from_millis(row.try_get("created_at")?),
        expires_at: expires_at.map(from_millis),
    })
}

/// Under any of its keys, of which there are three at most.
async fn by_email(
    connection: &mut SqliteConnection,
    email: &EmailAddress,
) -> Result<Option<User>, DatabaseError> {
    let mut keys = email.keys().iter().map(String::as_str).chain(std::iter::repeat(email.key()));
    let rows = sqlx::query("SELECT * FROM users WHERE email_key IN (?, ?, ?)")
        .bind(keys.next())
        .bind(keys.next())
        .bind(keys.next())
        .fetch_all(connection)
        .await?;
    let keyed = |row: &SqliteRow| Ok((row.try_get("email_key")?, user(row)?));
    codec::of_address(email, rows.iter().map(keyed))
}

#[async_trait]
impl Users for SqliteDatabase {
    async fn create_user(&self, new: NewUser) -> Result<UserCreated, DatabaseError> {
        let (preferences, preferences_at) = match &new.preferences {
            Some(preferences) => {
                let (json, at) = codec::encode_preferences(preferences)?;
                (Some(json), at)
            }
            None => (None, None),
        };
        let mut transaction = self.begin().await?;
        if let Some(identity) = &new.identity {
            let taken = sqlx::query("SELECT 1 FROM identities WHERE provider = ? AND subject = ?")
                .bind(&identity.provider)
                .bind(&identity.subject)
                .fetch_optional(&mut *transaction)
                .await?;
            if taken.is_some() {
                return Ok(UserCreated::IdentityTaken);
            }
        }
        if by_email(&mut transaction, &new.email).await?.is_some() {
            return Ok(UserCreated::EmailTaken);
        }
        let inserted = sqlx::query(
            "INSERT INTO users (id, email, email_key, email_verified, display_name, password_hash, \
             credentials_version, preferences, preferences_at, created_at, expires_at) \
             VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT (email_key) DO NOTHING",
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
        if inserted.rows_affected() == 0 {
            return Ok(UserCreated::EmailTaken);
        }
        if let Some(identity) = &new.identity {
            sqlx::query("INSERT INTO identities (user_id, provider, subject, linked_at) VALUES (?, ?, ?, ?)")
                .bind(new.id.as_str())
                .bind(&identity.provider)
                .bind(&identity.subject)
                .bind(to_millis(new.created_at))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
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
        }))
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, DatabaseError> {
        let row = sqlx::query("SELECT * FROM users WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(user).transpose()
    }

    async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, DatabaseError> {
        by_email(&mut *self.pool.acquire().await?, email).await
    }

    async fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, DatabaseError> {
        let row = sqlx::query(
            "SELECT * FROM users WHERE id = (SELECT user_id FROM identities WHERE provider = ? AND subject = ?)",
        )
        .bind(&identity.provider)
        .bind(&identity.subject)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(user).transpose()
    }

    async fn set_password(
        &self,
        id: &UserId,
        expected_version: i64,
        hash: &str,
    ) -> Result<Option<i64>, DatabaseError> {
        let next = expected_version.saturating_add(1);
        let set = sqlx::query(
            "UPDATE users SET password_hash = ?, credentials_version = ? WHERE id = ? AND credentials_version = ?",
        )
        .bind(hash)
        .bind(next)
        .bind(id.as_str())
        .bind(expected_version)
        .execute(&self.pool)
        .await?;
        Ok((set.rows_affected() == 1).then_some(next))
    }

    async fn rehash_password(&self, id: &UserId, old: &str, new: &str) -> Result<(), DatabaseError> {
        sqlx::query("UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?")
            .bind(new)
            .bind(id.as_str())
            .bind(old)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn set_display_name(&self, id: &UserId, name: &DisplayName) -> Result<(), DatabaseError> {
        sqlx::query("UPDATE users SET display_name = ? WHERE id = ?")
            .bind(name.as_str())
            .bind(id.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn set_preferences(&self, id: &UserId, preferences: &Preferences) -> Result<(), DatabaseError> {
        let (json, at) = codec::encode_preferences(preferences)?;
        // NULL, the defaults, is older than any time.
        sqlx::query(
            "UPDATE users SET preferences = ?1, preferences_at = ?2 \
             WHERE id = ?3 AND (preferences_at IS NULL OR preferences_at <= ?2)",
        )
        .bind(json)
        .bind(at)
        .bind(id.as_str())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn delete_user(&self, id: &UserId) -> Result<bool, DatabaseError> {
        // Everything that belongs to the account is deleted with it by foreign keys.
        let deleted =
            sqlx::query("DELETE FROM users WHERE id = ?").bind(id.as_str()).execute(&self.pool).await?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn expired_users(&self, now: OffsetDateTime, limit: u32) -> Result<Vec<User>, DatabaseError> {
        let rows = sqlx::query("SELECT * FROM users WHERE expires_at <= ? ORDER BY expires_at LIMIT ?")
            .bind(to_millis(now))
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().filter_map(|row| codec::readable(user(row))).collect())
    }
}
