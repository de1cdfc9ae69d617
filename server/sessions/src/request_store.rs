//! One request's view of the session store.
//!
//! `tower_sessions::SessionStore::save` sees a record and nothing else, so what the rules need besides — the
//! revision that was loaded, whether an id is being replaced, whether a session may be created at all — is kept
//! here, for the length of one request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use rand::RngExt as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{SessionStore, session_store};

use crate::session::data::Login;
use crate::session::rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, StoreError};
use crate::session::{SessionError, Sessions};

/// How long a replaced id answers as "replaced" instead of "unknown" (contract §3a).
pub(super) const TOMBSTONE: Duration = Duration::seconds(60);
/// A collision of two random 128-bit ids does not happen; a broken random source does.
const ID_TRIES: usize = 5;

/// The row behind this request's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The id in the cookie. Never shown, never logged.
    pub(super) id: Id,
    /// SHA-256 of it.
    pub key: RowKey,
    /// As last loaded or written.
    pub revision: i64,
    /// Public handle.
    pub handle: String,
    /// When the row was made.
    pub created_at: OffsetDateTime,
    /// Last activity written.
    pub last_activity: OffsetDateTime,
    /// End of the row without activity.
    pub expires_at: OffsetDateTime,
}

#[derive(Default)]
struct State {
    row: Option<Meta>,
    /// What was loaded to find out who the visitor is; the first `load` costs no second read.
    primed: Option<Record>,
    /// The row is sealed with a secret that is no longer the newest.
    old_key: bool,
    replacing: bool,
    may_create: bool,
    failure: Option<SessionError>,
}

pub(super) struct RequestStore {
    sessions: Arc<Sessions>,
    state: Mutex<State>,
}

impl std::fmt::Debug for RequestStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestStore").finish_non_exhaustive()
    }
}

impl RequestStore {
    pub(super) fn new(sessions: Arc<Sessions>) -> Self {
        Self { sessions, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding the lock; if it did, the values are still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a row that was loaded for this id.
    ///
    /// # Errors
    /// [`SessionError::Corrupt`] if its data does not open under this server's secrets.
    pub(super) fn prime(&self, id: Id, row: Row) -> std::result::Result<(), SessionError> {
        let opened = self.sessions.sealer.open(&row.row.key, &row.row.data);
        let opened = opened.map_err(|_| SessionError::Corrupt)?;
        let data = serde_json::from_slice(&opened.plaintext).map_err(|_| SessionError::Corrupt)?;
        let mut state = self.state();
        state.old_key = opened.stale_key;
        state.primed = Some(Record { id, data, expiry_date: row.row.expires_at });
        state.row = Some(Meta {
            id,
            key: row.row.key,
            revision: row.revision,
            handle: row.row.handle,
            created_at: row.row.created_at,
            last_activity: row.row.last_activity,
            expires_at: row.row.expires_at,
        });
        Ok(())
    }

    pub(super) fn meta(&self) -> Option<Meta> {
        self.state().row.clone()
    }

    /// The row is sealed with an older secret.
    pub(super) fn old_key(&self) -> bool {
        self.state().old_key
    }

    /// The next `create` replaces the present id instead of adding a second session.
    pub(super) fn begin_replacing(&self) {
        self.state().replacing = true;
    }

    /// The next `create` is meant: without this word a save that finds its session gone can create nothing.
    pub(super) fn allow_create(&self) {
        self.state().may_create = true;
    }

    /// Why the last operation failed.
    pub(super) fn take_failure(&self) -> Option<SessionError> {
        self.state().failure.take()
    }

    pub(super) fn forget(&self) {
        *self.state() = State::default();
    }

    pub(super) fn touched(&self, last_activity: OffsetDateTime, expires_at: OffsetDateTime) {
        if let Some(row) = &mut self.state().row {
            row.last_activity = last_activity;
            row.expires_at = expires_at;
        }
    }

    fn fail(&self, failure: SessionError) -> Error {
        let error = Error::Backend(failure.to_string());
        self.state().failure = Some(failure);
        error
    }

    fn seal(&self, key: &RowKey, record: &Record) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        Ok(self.sessions.sealer.seal(key, &plain))
    }

    fn new_row(&self, record: &Record, handle: Option<String>, now: OffsetDateTime) -> Result<NewRow> {
        let login: Option<Login> = match record.data.get("login") {
            None | Some(Value::Null) => None,
            Some(value) => {
                Some(serde_json::from_value(value.clone()).map_err(|e| Error::Encode(e.to_string()))?)
            }
        };
        let key = key_of(record.id);
        let times = self.sessions.times(login.as_ref(), now);
        Ok(NewRow {
            key,
            handle: handle.unwrap_or_else(random_handle),
            owner: login.map(|login| login.user_id.to_string()),
            data: self.seal(&key, record)?,
            created_at: now,
            last_activity: now,
            expires_at: times.expires_at,
            live_until: times.live_until,
        })
    }
}

#[async_trait]
impl SessionStore for RequestStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let now = self.sessions.clock.now();
        let (replaced, may_create) = {
            let state = self.state();
            (state.replacing.then(|| state.row.clone()).flatten(), state.may_create)
        };
        if replaced.is_none() && !may_create {
            return Err(self.fail(SessionError::Gone));
        }
        for _ in 0..ID_TRIES {
            record.id = random_id();
            // The handle is new too: whoever knew the old one knew another session.
            let row = self.new_row(record, None, now)?;
            let exists = match &replaced {
                None => match self.sessions.rows.create(&row).await {
                    Ok(created) => created == Created::KeyExists,
                    Err(error) => return Err(self.fail(error.into())),
                },
                Some(old) => {
                    let until = now + TOMBSTONE;
                    match self.sessions.rows.replace(&old.key, old.revision, &row, until, now).await {
                        Ok(Replaced::Done) => false,
                        Ok(Replaced::KeyExists) => true,
                        Ok(Replaced::Stale) => return Err(self.fail(SessionError::Stale)),
                        Ok(Replaced::Gone) => return Err(self.fail(SessionError::Gone)),
                        Err(error) => return Err(self.fail(error.into())),
                    }
                }
            };
            if !exists {
                let mut state = self.state();
                state.replacing = false;
                state.may_create = false;
                state.row = Some(Meta {
                    id: record.id,
                    key: row.key,
                    revision: 1,
                    handle: row.handle,
                    created_at: row.created_at,
                    last_activity: row.last_activity,
                    expires_at: row.expires_at,
                });
                return Ok(());
            }
        }
        Err(self.fail(StoreError::message("every new session id exists already").into()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let now = self.sessions.clock.now();
        let Some(row) = self.meta() else { return Err(self.fail(SessionError::Gone)) };
        let data = self.seal(&row.key, record)?;
        match self.sessions.rows.save(&row.key, row.revision, &data, now).await {
            Ok(Saved::Written(revision)) => {
                let mut state = self.state();
                state.old_key = false;
                if let Some(row) = &mut state.row {
                    row.revision = revision;
                }
                Ok(())
            }
            Ok(Saved::Stale) => Err(self.fail(SessionError::Stale)),
            Ok(Saved::Gone) => Err(self.fail(SessionError::Gone)),
            Err(error) => Err(self.fail(error.into())),
        }
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        if let Some(primed) = self.state().primed.take() {
            return Ok(Some(primed));
        }
        match self.sessions.rows.load(&key_of(*id), self.sessions.clock.now()).await {
            Ok(Lookup::Found(row)) => {
                self.prime(*id, *row).map_err(|failure| self.fail(failure))?;
                Ok(self.state().primed.take())
            }
            Ok(Lookup::Replaced | Lookup::Missing) => Err(self.fail(SessionError::Gone)),
            Err(error) => Err(self.fail(error.into())),
        }
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        if self.state().replacing {
            // `Session::cycle_id` deletes before it creates; our replacement does both in one statement.
            return Ok(());
        }
        match self.sessions.rows.delete(&key_of(*id)).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fail(error.into())),
        }
    }
}

/// SHA-256 of an id.
pub(super) fn key_of(id: Id) -> RowKey {
    RowKey(Sha256::digest(id.0.to_be_bytes()).into())
}

fn random_id() -> Id {
    Id(i128::from_be_bytes(rand::rng().random()))
}

fn random_handle() -> String {
    use base64::Engine as _;
    let bytes: [u8; 16] = rand::rng().random();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
