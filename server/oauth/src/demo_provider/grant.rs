//! What a code or an access token stands for, kept in the database under the hash of it.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

use super::DemoProvider;
use crate::random_text;

/// The store failed.
pub type GrantError = Box<dyn std::error::Error + Send + Sync>;

/// An authorization code or access token, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct DemoGrant {
    /// Redirect URI, PKCE challenge and person, as JSON.
    pub payload: String,
    /// From then on it is not valid.
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
    /// Stores one under the SHA-256 of its code or token. A key that exists is an error.
    async fn put_grant(&self, key: &[u8; 32], grant: &DemoGrant) -> Result<(), GrantError>;
    /// Takes it: of any number of calls one gets it. Expired ones are not there.
    async fn take_grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError>;
    /// Reads it. Expired ones are not there.
    async fn grant(&self, key: &[u8; 32], now: OffsetDateTime) -> Result<Option<DemoGrant>, GrantError>;
    /// Deletes expired ones; says how many.
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
    /// An authorization code.
    Code { redirect_uri: String, code_challenge: String, person: Person },
    /// An access token.
    Token { person: Person },
}

impl DemoProvider {
    /// Stores a grant; what it returns is nowhere else.
    pub(super) async fn issue(&self, grant: &Grant, now: OffsetDateTime) -> Result<String, GrantError> {
        let lifetime = match grant {
            Grant::Code { .. } => CODE_LIFETIME,
            Grant::Token { .. } => TOKEN_LIFETIME,
        };
        let payload = serde_json::to_string(grant)?;
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

    /// Reads a token.
    pub(super) async fn read(&self, token: &str, now: OffsetDateTime) -> Result<Option<Grant>, GrantError> {
        let found = self.grants.grant(&key(token), now).await?;
        Ok(found.and_then(|grant| serde_json::from_str(&grant.payload).ok()))
    }
}

fn key(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
