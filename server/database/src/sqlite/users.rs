//! People.

use async_trait::async_trait;
use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use rusqlite::{Connection, Row};
use time::OffsetDateTime;

use super::SqliteDatabase;
use crate::codec;
use accounts::ports::{DatabaseError, Identity, NewUser, User, UserCreated, Users};
use domain::millis::{from_millis, to_millis};
use storage::sqlite::{all, execute, first};

fn user(row: &Row<'_>) -> Result<User, DatabaseError> {
    let id: String = row.get("id")?;
    let email: String = row.get("email")?;
    let display_name: String = row.get("display_name")?;
    let preferences: Option<String> = row.get("preferences")?;
    let expires_at: Option<i64> = row.get("expires_at")?;
    let sign_ins_seen_at: Option<i64> = row.get("sign_ins_seen_at")?;
    Ok(User {
        id: UserId::parse(&id).ok_or_else(|| DatabaseError::corrupt("users.id"))?,
        email: EmailAddress::parse(&email).map_err(|_| DatabaseError::corrupt("users.email"))?,
        email_verified: row.get("email_verified")?,
        display_name: DisplayName::parse(&display_name)
            .map_err(|_| DatabaseError::corrupt("users.display_name"))?,
        password_hash: row.get("password_hash")?,
        credentials_version: row.get("credentials_version")?,
        preferences: preferences.and_then(|json| codec::decode_preferences(&id, &json)),
        created_at: from_millis(row.get("created_at")?),
        expires_at: expires_at.map(from_millis),
        sign_ins_seen_at: sign_ins_seen_at.map(from_millis),
    })
}

/// Each with its own key.
type Found = Vec<Result<(String, User), DatabaseError>>;

/// Under any of its keys, of which there are three at most.
fn by_email(connection: &Connection, email: &EmailAddress) -> rusqlite::Result<Found> {
    const BY_EMAIL: &str = "SELECT * FROM users WHERE email_key IN (?, ?, ?)";
    let mut keys = email.keys().iter().map(String::as_str).chain(std::iter::repeat(email.key()));
    let keys = [keys.next(), keys.next(), keys.next()];
    all(connection, BY_EMAIL, keys, |row| Ok((row.get("email_key")?, user(row)?)))
}

fn is_taken(connection: &Connection, identity: &Identity) -> rusqlite::Result<bool> {
    const IDENTITY: &str = "SELECT 1 FROM identities WHERE provider = ? AND subject = ?";
    let found = first(connection, IDENTITY, (&identity.provider, &identity.subject), |_| ())?;
    Ok(found.is_some())
}

/// `false` if the address is taken.
fn insert(connection: &Connection, new: &NewUser) -> Result<bool, DatabaseError> {
    const INSERT: &str = "\
        INSERT INTO users (id, email, email_key, email_verified, display_name, password_hash, \
        credentials_version, preferences, preferences_at, created_at, expires_at) \
        VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let preferences = new.preferences.as_ref().map(codec::encode_preferences).transpose()?;
    let (preferences, preferences_at) = preferences.unzip();
    let values = (
        new.id.as_str(),
        new.email.as_str(),
        new.email.key(),
        new.email_verified,
        new.display_name.as_str(),
        &new.password_hash,
        preferences,
        preferences_at.flatten(),
        to_millis(new.created_at),
        new.expires_at.map(to_millis),
    );
    Ok(execute(connection, INSERT, values)? > 0)
}

fn create(connection: &Connection, new: NewUser) -> Result<UserCreated, DatabaseError> {
    const LINK: &str = "INSERT INTO identities (user_id, provider, subject, linked_at) VALUES (?, ?, ?, ?)";
    if let Some(identity) = &new.identity
        && is_taken(connection, identity)?
    {
        return Ok(UserCreated::IdentityTaken);
    }
    if codec::of_address(&new.email, by_email(connection, &new.email)?)?.is_some()
        || !insert(connection, &new)?
    {
        return Ok(UserCreated::EmailTaken);
    }
    if let Some(Identity { provider, subject }) = &new.identity {
        execute(connection, LINK, (new.id.as_str(), provider, subject, to_millis(new.created_at)))?;
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

#[async_trait]
impl Users for SqliteDatabase {
    async fn create_user(&self, new: NewUser) -> Result<UserCreated, DatabaseError> {
        self.engine.write(move |connection| create(connection, new)).await
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, DatabaseError> {
        const USER: &str = "SELECT * FROM users WHERE id = ?";
        self.engine.read(|connection| first(connection, USER, (id.as_str(),), user)).await?.transpose()
    }

    async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, DatabaseError> {
        codec::of_address(email, self.engine.read(|connection| by_email(connection, email)).await?)
    }

    async fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, DatabaseError> {
        const OF_IDENTITY: &str = "SELECT * FROM users WHERE id = \
                                   (SELECT user_id FROM identities WHERE provider = ? AND subject = ?)";
        let Identity { provider, subject } = identity;
        let found = self.engine.read(|connection| first(connection, OF_IDENTITY, (provider, subject), user));
        found.await?.transpose()
    }

    async fn set_password(
        &self,
        id: &UserId,
        expected_version: i64,
        hash: &str,
    ) -> Result<Option<i64>, DatabaseError> {
        const SET: &str = "UPDATE users SET password_hash = ?, credentials_version = ? \
                           WHERE id = ? AND credentials_version = ?";
        let next = expected_version.saturating_add(1);
        let set = (hash.to_owned(), next, id.as_str().to_owned(), expected_version);
        Ok((self.change(SET, set).await? == 1).then_some(next))
    }

    async fn rehash_password(&self, id: &UserId, old: &str, new: &str) -> Result<(), DatabaseError> {
        const REHASH: &str = "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?";
        self.change(REHASH, [new, id.as_str(), old].map(str::to_owned)).await?;
        Ok(())
    }

    async fn set_display_name(&self, id: &UserId, name: &DisplayName) -> Result<(), DatabaseError> {
        const RENAME: &str = "UPDATE users SET display_name = ? WHERE id = ?";
        self.change(RENAME, [name.as_str(), id.as_str()].map(str::to_owned)).await?;
        Ok(())
    }

    async fn set_preferences(&self, id: &UserId, preferences: &Preferences) -> Result<(), DatabaseError> {
        // NULL, the defaults, is older than any time.
        const SET: &str = "UPDATE users SET preferences = ?1, preferences_at = ?2 \
                           WHERE id = ?3 AND (preferences_at IS NULL OR preferences_at <= ?2)";
        let (json, at) = codec::encode_preferences(preferences)?;
        self.change(SET, (json, at, id.as_str().to_owned())).await?;
        Ok(())
    }

    async fn set_sign_ins_seen(&self, id: &UserId, until: OffsetDateTime) -> Result<(), DatabaseError> {
        const SEEN: &str = "UPDATE users SET sign_ins_seen_at = ?1 \
                            WHERE id = ?2 AND (sign_ins_seen_at IS NULL OR sign_ins_seen_at < ?1)";
        self.change(SEEN, (to_millis(until), id.as_str().to_owned())).await?;
        Ok(())
    }

    async fn delete_user(&self, id: &UserId) -> Result<bool, DatabaseError> {
        // Everything that belongs to the account is deleted with it by foreign keys.
        Ok(self.change("DELETE FROM users WHERE id = ?", (id.as_str().to_owned(),)).await? > 0)
    }

    async fn expired_users(&self, now: OffsetDateTime, limit: u32) -> Result<Vec<User>, DatabaseError> {
        const EXPIRED: &str = "SELECT * FROM users WHERE expires_at <= ? ORDER BY expires_at LIMIT ?";
        let params = (to_millis(now), i64::from(limit));
        let users = self.engine.scan(move |connection| all(connection, EXPIRED, params, user));
        Ok(users.await?.into_iter().filter_map(codec::readable).collect())
    }
}
