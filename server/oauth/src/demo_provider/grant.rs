//! What a code or an access token stands for, kept in the database under the hash of it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::Duration;

use super::DemoProvider;
use crate::database::{DatabaseError, DemoGrant};
use crate::oauth::random_text;

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
    pub(super) async fn issue(&self, grant: &Grant) -> Result<String, DatabaseError> {
        let lifetime = match grant {
            Grant::Code { .. } => CODE_LIFETIME,
            Grant::Token { .. } => TOKEN_LIFETIME,
        };
        let payload = serde_json::to_string(grant).map_err(|error| DatabaseError(Box::new(error)))?;
        let secret = random_text();
        let grant = DemoGrant { payload, expires_at: self.clock.now() + lifetime };
        self.grants.put_grant(&key(&secret), &grant).await?;
        Ok(secret)
    }

    /// Takes a code: a second call finds nothing.
    pub(super) async fn take(&self, code: &str) -> Result<Option<Grant>, DatabaseError> {
        let found = self.grants.take_grant(&key(code), self.clock.now()).await?;
        Ok(found.and_then(|grant| serde_json::from_str(&grant.payload).ok()))
    }

    /// Reads a token.
    pub(super) async fn read(&self, token: &str) -> Result<Option<Grant>, DatabaseError> {
        let found = self.grants.grant(&key(token), self.clock.now()).await?;
        Ok(found.and_then(|grant| serde_json::from_str(&grant.payload).ok()))
    }
}

fn key(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
