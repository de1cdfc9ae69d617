//! The row behind a request's session, and the content of a new one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt as _;
use session_rows::{NewRow, Row, RowKey};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};
use tower_sessions::session::Id;

use crate::data::SessionData;
use crate::seal::OpenError;
use crate::{SessionError, Sessions};

/// How long a replaced id is reported as "replaced" rather than "unknown" (server/CONTRACT.md, "Replaced
/// ids").
pub(crate) const TOMBSTONE: Duration = Duration::seconds(60);

/// The row behind this request's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The id in the cookie. Never shown, never logged.
    pub(crate) id: Id,
    /// SHA-256 of the id.
    pub key: RowKey,
    /// As last loaded or written.
    pub revision: i64,
    /// Public; can only be used to end this session.
    pub handle: String,
    pub created_at: OffsetDateTime,
    /// As last written.
    pub last_activity: OffsetDateTime,
    /// The end of the row without activity.
    pub expires_at: OffsetDateTime,
}

impl Meta {
    pub(crate) fn of_row(id: Id, row: Row) -> Self {
        Self { revision: row.revision, ..Self::of_new_row(id, row.row) }
    }

    pub(crate) fn of_new_row(id: Id, row: NewRow) -> Self {
        Self {
            id,
            key: row.key,
            revision: 1,
            handle: row.handle,
            created_at: row.created_at,
            last_activity: row.last_activity,
            expires_at: row.expires_at,
        }
    }
}

impl Sessions {
    /// A row for a session that is starting or gets a new id. Its handle is new too: the old one identified
    /// another session.
    pub(crate) fn new_row(
        &self,
        id: Id,
        data: &SessionData,
        now: OffsetDateTime,
    ) -> Result<NewRow, SessionError> {
        let key = key_of(id);
        let times = self.times_of(data, now);
        Ok(NewRow {
            key,
            handle: random_handle(),
            owner: data.login.as_ref().map(|login| login.user_id.to_string()),
            data: self.seal(&key, data)?,
            created_at: now,
            last_activity: now,
            expires_at: times.expires_at,
            live_until: times.live_until,
        })
    }

    pub(crate) fn seal(&self, key: &RowKey, data: &SessionData) -> Result<Vec<u8>, SessionError> {
        Ok(self.sealer.seal(key, &data.write()?))
    }

    /// The data of a row, and whether it is sealed with a secret that is no longer the newest.
    ///
    /// # Errors
    /// [`SessionError::Corrupt`] if it cannot be opened with this server's secrets or names a different account
    /// than its column does; [`SessionError::Data`] if it cannot be read.
    pub(crate) fn open(&self, row: &Row) -> Result<(SessionData, bool), SessionError> {
        let opened = self.sealer.open(&row.row.key, &row.row.data)?;
        let data = SessionData::read(&opened.plaintext)?;
        if data.login.as_ref().map(|login| login.user_id.as_str()) != row.row.owner.as_deref() {
            return Err(OpenError::Forged.into());
        }
        Ok((data, opened.stale_key))
    }
}

pub(crate) fn key_of(id: Id) -> RowKey {
    RowKey(Sha256::digest(id.0.to_be_bytes()).into())
}

pub(crate) fn random_id() -> Id {
    Id(i128::from_be_bytes(rand::rng().random()))
}

fn random_handle() -> String {
    let bytes: [u8; 16] = rand::rng().random();
    URL_SAFE_NO_PAD.encode(bytes)
}
