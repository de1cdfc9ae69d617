//! People.

use async_trait::async_trait;
use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use futures::TryStreamExt as _;
use mongodb::bson::{Bson, Document, doc};
use storage::fault::StoreFailure;
use time::OffsetDateTime;

use super::account::{Account, alive, key, stored_preferences};
use super::error::{OrFailed as _, failed, is_duplicate, unreadable};
use super::tries::Tries;
use super::{MongoDatabase, USERS, date, exists};
use crate::codec;
use accounts::ports::{DatabaseError, Identity, NewUser, User, UserCreated, Users};

impl MongoDatabase {
    async fn find_user(&self, filter: Document) -> Result<Option<User>, DatabaseError> {
        let found = self.users().await?.find_one(filter).await.map_err(unreadable(USERS))?;
        found.map(Account::user).transpose()
    }

    /// Changes one account. `false` if none matches.
    async fn update_user(&self, filter: Document, update: Document) -> Result<bool, DatabaseError> {
        Ok(self.users().await?.update_one(filter, update).await.or_failed()?.matched_count == 1)
    }
}

#[async_trait]
impl Users for MongoDatabase {
    async fn create_user(&self, new: NewUser) -> Result<UserCreated, DatabaseError> {
        // What an earlier version stored under another key is not in the way of the index.
        if new.email.keys().len() > 1 && self.user_by_email(&new.email).await?.is_some() {
            let linked = match &new.identity {
                Some(identity) => self.user_by_identity(identity).await?.is_some(),
                None => false,
            };
            return Ok(if linked { UserCreated::IdentityTaken } else { UserCreated::EmailTaken });
        }
        let users = self.users().await?;
        let account = Account::new(&new)?;
        let mut tries = Tries::default();
        while tries.another().await {
            match users.insert_one(&account).await {
                Ok(_) => return account.user().map(UserCreated::Done),
                Err(error) if is_duplicate(&error) => {}
                Err(error) => return Err(failed(error)),
            }
            // Something is taken. The server says what only in words, and names only one of several things.
            if let Some(identity) = &new.identity
                && exists(&users, doc! { "identities.key": key(identity) }).await?
            {
                return Ok(UserCreated::IdentityTaken);
            }
            if exists(&users, doc! { "email_key": new.email.key() }).await? {
                return Ok(UserCreated::EmailTaken);
            }
            if exists(&users, doc! { "_id": new.id.as_str() }).await? {
                return Err(DatabaseError::described(StoreFailure::rejected(
                    "an account with this id exists",
                )));
            }
            // The account that had it was deleted, or unlinked it, in between.
        }
        Err(DatabaseError::contended("what the account needs was taken again and again"))
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, DatabaseError> {
        self.find_user(alive(id.as_str())).await
    }

    async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, DatabaseError> {
        let users = self.users().await?;
        let found = users.find(doc! { "email_key": { "$in": email.keys() } }).await.or_failed()?;
        let found: Vec<Account> = found.try_collect().await.map_err(unreadable(USERS))?;
        let keyed = |account: Account| Ok((account.email_key.clone(), account.user()?));
        codec::of_address(email, found.into_iter().map(keyed))
    }

    async fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, DatabaseError> {
        self.find_user(doc! { "identities.key": key(identity) }).await
    }

    async fn set_password(
        &self,
        id: &UserId,
        expected_version: i64,
        hash: &str,
    ) -> Result<Option<i64>, DatabaseError> {
        let next = expected_version.saturating_add(1);
        let expected = doc! { "_id": id.as_str(), "credentials_version": expected_version };
        let change = doc! { "$set": { "password_hash": hash, "credentials_version": next } };
        Ok(self.update_user(expected, change).await?.then_some(next))
    }

    async fn rehash_password(&self, id: &UserId, old: &str, new: &str) -> Result<(), DatabaseError> {
        let expected = doc! { "_id": id.as_str(), "password_hash": old };
        self.update_user(expected, doc! { "$set": { "password_hash": new } }).await?;
        Ok(())
    }

    async fn set_display_name(&self, id: &UserId, name: &DisplayName) -> Result<(), DatabaseError> {
        self.update_user(alive(id.as_str()), doc! { "$set": { "display_name": name.as_str() } }).await?;
        Ok(())
    }

    async fn set_preferences(&self, id: &UserId, preferences: &Preferences) -> Result<(), DatabaseError> {
        let at = preferences.updated_at.map(date);
        let mut replaceable = alive(id.as_str());
        // Null, the defaults, is older than any time.
        match at {
            Some(at) => replaceable.insert(
                "$or",
                vec![doc! { "preferences_at": Bson::Null }, doc! { "preferences_at": { "$lte": at } }],
            ),
            None => replaceable.insert("preferences_at", Bson::Null),
        };
        let change =
            doc! { "$set": { "preferences": stored_preferences(preferences)?, "preferences_at": at } };
        self.update_user(replaceable, change).await?;
        Ok(())
    }

    async fn set_sign_ins_seen(&self, id: &UserId, until: OffsetDateTime) -> Result<(), DatabaseError> {
        let later = doc! { "$max": { "sign_ins_seen_at": date(until) } };
        self.update_user(alive(id.as_str()), later).await?;
        Ok(())
    }

    async fn delete_user(&self, id: &UserId) -> Result<bool, DatabaseError> {
        self.delete_account(id).await
    }

    async fn expired_users(&self, now: OffsetDateTime, limit: u32) -> Result<Vec<User>, DatabaseError> {
        if limit == 0 {
            return Ok(Vec::new()); // to MongoDB, zero is no limit
        }
        let found = self
            .users()
            .await?
            .find(doc! { "expires_at": { "$lte": date(now) } })
            .sort(doc! { "expires_at": 1 })
            .limit(limit.into())
            .await
            .or_failed()?;
        let accounts: Vec<Account> = found.try_collect().await.map_err(unreadable(USERS))?;
        accounts.into_iter().map(Account::user).collect()
    }
}
