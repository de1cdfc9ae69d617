//! An account as stored: one document with embedded identities.

use domain::account::{DisplayName, EmailAddress, UserId};
use domain::preferences::Preferences;
use mongodb::bson::{Bson, DateTime, Document, doc, serialize_to_bson};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{date, time_of};
use crate::codec::{read_preferences, unwritable};
use accounts::ports::{DatabaseError, Identity, NewUser, User};

/// A document of `users`.
#[derive(Serialize, Deserialize)]
pub(super) struct Account {
    #[serde(rename = "_id")]
    id: String,
    /// As the person wrote it.
    email: String,
    /// The unique form.
    pub(super) email_key: String,
    email_verified: bool,
    display_name: String,
    /// PHC string; null if the account only logs in through a provider.
    password_hash: Option<String>,
    credentials_version: i64,
    /// Read separately: see [`Account::user`].
    preferences: Option<Bson>,
    /// Their `updated_at`; null for the defaults, or none.
    preferences_at: Option<DateTime>,
    created_at: DateTime,
    /// Missing rather than null, so that the index holds only the few accounts that have an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sign_ins_seen_at: Option<DateTime>,
    /// In the order of linking. Missing rather than empty (see `schema`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) identities: Vec<LinkedIdentity>,
}

/// An identity of an account.
#[derive(Serialize, Deserialize)]
pub(super) struct LinkedIdentity {
    /// [`key`] of the other two: a single value, so that one index makes the pair unique.
    pub(super) key: String,
    pub(super) provider: String,
    pub(super) subject: String,
    pub(super) linked_at: DateTime,
}

impl LinkedIdentity {
    pub(super) fn new(identity: &Identity, at: OffsetDateTime) -> Self {
        Self {
            key: key(identity),
            provider: identity.provider.clone(),
            subject: identity.subject.clone(),
            linked_at: date(at),
        }
    }
}

impl From<LinkedIdentity> for Identity {
    fn from(linked: LinkedIdentity) -> Self {
        Self { provider: linked.provider, subject: linked.subject }
    }
}

/// Distinct for distinct identities, whatever characters they contain: the length says where the provider
/// ends.
pub(super) fn key(identity: &Identity) -> String {
    format!("{}:{}:{}", identity.provider.len(), identity.provider, identity.subject)
}

/// Matches the account with this id unless it is being deleted, when only the id and the mark are left of it.
pub(super) fn alive(id: &str) -> Document {
    doc! { "_id": id, "deleting": { "$exists": false } }
}

impl Account {
    pub(super) fn new(new: &NewUser) -> Result<Self, DatabaseError> {
        Ok(Self {
            id: new.id.as_str().to_owned(),
            email: new.email.as_str().to_owned(),
            email_key: new.email.key().to_owned(),
            email_verified: new.email_verified,
            display_name: new.display_name.as_str().to_owned(),
            password_hash: new.password_hash.clone(),
            credentials_version: 1,
            preferences: new.preferences.as_ref().map(stored_preferences).transpose()?,
            preferences_at: new.preferences.as_ref().and_then(|preferences| preferences.updated_at).map(date),
            created_at: date(new.created_at),
            expires_at: new.expires_at.map(date),
            sign_ins_seen_at: None,
            identities: new
                .identity
                .iter()
                .map(|identity| LinkedIdentity::new(identity, new.created_at))
                .collect(),
        })
    }

    /// Validates what was read.
    pub(super) fn user(self) -> Result<User, DatabaseError> {
        Ok(User {
            id: UserId::parse(&self.id).ok_or_else(|| DatabaseError::corrupt("users._id"))?,
            email: EmailAddress::parse(&self.email).map_err(|_| DatabaseError::corrupt("users.email"))?,
            email_verified: self.email_verified,
            display_name: DisplayName::parse(&self.display_name)
                .map_err(|_| DatabaseError::corrupt("users.display_name"))?,
            password_hash: self.password_hash,
            credentials_version: self.credentials_version,
            preferences: self.preferences.and_then(|stored| {
                let stored = serde_json::to_value(stored).unwrap_or_default();
                read_preferences(&self.id, stored)
            }),
            created_at: time_of(self.created_at),
            expires_at: self.expires_at.map(time_of),
            sign_ins_seen_at: self.sign_ins_seen_at.map(time_of),
        })
    }

    /// Whether there is another way to log in than this provider: a password, or an identity of another
    /// provider.
    pub(super) fn can_do_without(&self, provider: &str) -> bool {
        self.password_hash.is_some() || self.identities.iter().any(|linked| linked.provider != provider)
    }
}

/// As stored: a document with the names of the form's fields.
pub(super) fn stored_preferences(preferences: &Preferences) -> Result<Bson, DatabaseError> {
    serialize_to_bson(preferences).map_err(|_| unwritable())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_identities_have_different_keys() {
        let key = |provider: &str, subject: &str| {
            key(&Identity { provider: provider.to_owned(), subject: subject.to_owned() })
        };
        assert_eq!(key("google", "42"), "6:google:42");
        assert_ne!(key("a", "b:c"), key("a:b", "c"));
        assert_ne!(key("1:a", ""), key("1", "a"));
    }
}
