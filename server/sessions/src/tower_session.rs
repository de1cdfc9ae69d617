//! A [`tower_sessions::Session`] on the same row, for tower-sessions extractors and layers (flash messages,
//! third-party middleware).
//!
//! Its keys live in a separate map inside the sealed record. The session costs nothing until a value is
//! requested. Its saves go through [`TypedSession::change`] like ours: what has changed since it was loaded
//! is applied to the newest data, so neither side loses what the other wrote, and a session that was ended is
//! never written back.
//!
//! Differences from `SessionManagerLayer`: a failed save is reported to the user of the layer
//! ([`SaveFailed`](crate::layer::SaveFailed)); `set_expiry` has no effect, because the configuration
//! decides when a session ends; and the [`Id`] it shows is not the id in the cookie, but changes whenever
//! that id does.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use http::StatusCode;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Session, SessionStore};

use crate::SessionError;
use crate::brief::lasting;
use crate::change::WhenGone;
use crate::row::Meta;
use crate::typed::{SessionStatus, TypedSession};

/// The handle in the request, and the store behind it.
pub(crate) struct TowerSession {
    handle: Session,
    store: Arc<RequestStore>,
}

impl TowerSession {
    pub(crate) fn new(session: TypedSession) -> Self {
        let id = session.meta().as_ref().map(shown_id);
        let store = Arc::new(RequestStore {
            session,
            base: Mutex::default(),
            deleted: Mutex::default(),
            failure: Mutex::default(),
        });
        let handle = Session::new(id, Arc::clone(&store), None);
        Self { handle, store }
    }

    pub(crate) fn handle(&self) -> &Session {
        &self.handle
    }

    /// Saves the handler's changes, but not after a server error, just like `SessionManagerLayer`.
    pub(crate) async fn finish(&self, status: StatusCode) -> std::result::Result<(), SessionError> {
        let saves = self.handle.is_modified() && !status.is_server_error();
        if *self.store.deleted() == Some(Deleted::Session) {
            // What was inserted after `flush` begins a new session.
            let begins_anew = saves && self.handle.id().is_none() && !self.handle.is_empty().await;
            if !begins_anew {
                return self.store.session.log_out().await;
            }
        }
        if !saves {
            return Ok(());
        }
        match self.handle.save().await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.store.failure().take().unwrap_or(SessionError::Data(error.to_string()))),
        }
    }
}

/// `flush`, `delete` and `cycle_id` all ask the store to delete. The first two pass the id of the handle, the last that
/// of the record, and the two differ ([`RequestStore::load`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deleted {
    /// The session ends, with everything in it.
    Session,
    /// The session gets a new id.
    Id,
}

/// An id to show instead of the secret one: the beginning of its hash, which changes whenever the id does.
fn shown_id(meta: &Meta) -> Id {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&meta.key.0[..16]);
    Id(i128::from_be_bytes(bytes))
}

#[derive(Debug)]
struct RequestStore {
    session: TypedSession,
    /// What the handle was given; its next save writes only what differs from this.
    base: Mutex<Map<String, Value>>,
    deleted: Mutex<Option<Deleted>>,
    failure: Mutex<Option<SessionError>>,
}

impl RequestStore {
    fn base(&self) -> MutexGuard<'_, Map<String, Value>> {
        self.base.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deleted(&self) -> MutexGuard<'_, Option<Deleted>> {
        self.deleted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failure(&self) -> MutexGuard<'_, Option<SessionError>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies the record's changes to the newest data.
    async fn write(&self, record: &Record) -> Result<()> {
        let deleted = self.deleted().take();
        if deleted == Some(Deleted::Session) {
            self.session.log_out().await.map_err(|error| self.fail(error))?;
            self.base().clear();
        }
        let base = self.base().clone();
        let apply = |present: &mut Map<String, Value>| {
            present.retain(|key, _| record.data.contains_key(key) || !base.contains_key(key));
            for (key, value) in &record.data {
                if base.get(key) != Some(value) {
                    present.insert(key.clone(), value.clone());
                }
            }
        };
        let written = if deleted == Some(Deleted::Id) {
            self.session
                .replace(WhenGone::ReplaceVanished, |data| {
                    let mut data = data.clone();
                    lasting(&mut data, |data| apply(&mut data.tower_sessions));
                    data
                })
                .await
        } else {
            self.session.change(|data| lasting(data, |data| apply(&mut data.tower_sessions))).await
        };
        written.map_err(|error| self.fail(error))?;
        *self.base() = record.data.clone().into_iter().collect();
        Ok(())
    }

    fn fail(&self, failure: SessionError) -> Error {
        let error = Error::Backend(failure.to_string());
        *self.failure() = Some(failure);
        error
    }
}

#[async_trait]
impl SessionStore for RequestStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        match self.session.status() {
            // A visitor whose id was replaced has no session, and gets no new one from a late request.
            SessionStatus::Replaced => return Err(self.fail(SessionError::Gone)),
            SessionStatus::Unavailable => {
                return Err(Error::Backend("the session store does not answer".to_owned()));
            }
            _ => {}
        }
        self.write(record).await?;
        if let Some(meta) = self.session.meta() {
            record.id = shown_id(&meta);
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        if self.session.meta().is_none() {
            return Err(self.fail(SessionError::Gone));
        }
        self.write(record).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let data = self.session.data().await.tower_sessions;
        *self.base() = data.clone();
        let expiry_date = self.session.meta().map_or(OffsetDateTime::UNIX_EPOCH, |meta| meta.expires_at);
        Ok(Some(Record { id: Id(!id.0), data: data.into_iter().collect(), expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let of_handle = self.session.meta().is_some_and(|meta| shown_id(&meta) == *id);
        *self.deleted() = Some(if of_handle { Deleted::Session } else { Deleted::Id });
        Ok(())
    }
}
