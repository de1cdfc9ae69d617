//! What a code or an access token stands for, kept in the database under its hash.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

use super::DemoProvider;
use crate::random_text;

/// The store failed. Grants hold what was typed, so its text must not quote values.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GrantError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl GrantError {
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// A stored authorization code or access token.
#[derive(Clone, PartialEq, Eq)]
pub struct DemoGrant {
    /// Redirect URI, PKCE challenge and person, as JSON.
    pub payload: String,
    /// No longer valid from this time on.
    pub expires_at: OffsetDateTime,
}

impl fmt::Debug for DemoGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoGrant").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Where codes and tokens are kept.
#[async_trait]
pub trait DemoGrants: Send + Sync {
    /// Stores a grant under the SHA-256 of its code or token. An existing key is an error.
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError>;
    /// Removes and returns a grant; only one of any number of calls gets it. Expired grants are not found.
    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError>;
    /// Reads a grant. Expired grants are not found.
    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError>;
    /// Deletes expired grants; returns how many.
    async fn delete_expired_grants(&self, now: OffsetDateTime) -> Result<u64, GrantError>;
}

/// How long a code can be redeemed.
const CODE_LIFETIME: Duration = Duration::seconds(60);
/// How long an access token can be used.
pub(super) const TOKEN_LIFETIME: Duration = Duration::minutes(5);

/// The person as typed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) email: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Grant {
    Code { redirect_uri: String, code_challenge: String, person: Person },
    Token { person: Person },
}

impl DemoProvider {
    /// Stores a grant; the returned value is not kept anywhere else.
    pub(super) async fn issue(&self, grant: &Grant, now: OffsetDateTime) -> Result<String, GrantError> {
        let lifetime = match grant {
            Grant::Code { .. } => CODE_LIFETIME,
            Grant::Token { .. } => TOKEN_LIFETIME,
        };
        let payload = serde_json::to_string(grant).map_err(GrantError::new)?;
        let secret = random_text();
        let grant = DemoGrant { payload, expires_at: now + lifetime };
        self.grants.put_grant(&key(&secret), &grant).await?;
        Ok(secret)
    }

    /// Takes a code: a second call finds nothing.
    pub(super) async fn take(&self, code: &str, now: OffsetDateTime) -> Result<Option<Grant>, GrantError> {
        let found = self.grants.take_grant(&key(code), now).await?;
        Ok(found.and_then(|grant| serde_json::from_str(&grant.payload).ok()))
    }

    pub(super) async fn read(&self, token: &str, now: OffsetDateTime) -> Result<Option<Grant>, GrantError> {
        let found = self.grants.grant(&key(token), now).await?;
        Ok(found.and_then(|grant| serde_json::from_str(&grant.payload).ok()))
    }
}

fn key(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
