//! How a session changes: apply, save, and when another save was faster, load and apply again.
//!
//! Everything that writes a session goes through [`TypedSession::change`] or [`TypedSession::replace`]; both end
//! in one conditional statement of the store.

use std::sync::Arc;

use tokio::sync::MutexGuard;
use tower_sessions::Session;

use crate::session::SessionError;
use crate::session::data::SessionData;
use crate::session::request_store::key_of;
use crate::session::rows::Lookup;
use crate::session::typed::{Fate, Held, TypedSession};

/// A change is applied again to freshly loaded data at most this often before the request gives up.
const TRIES: usize = 5;

impl TypedSession {
    pub(super) fn drop_held(&self, held: &mut Held, fate: Fate) {
        self.store.forget();
        held.session = Session::new(None, Arc::clone(&self.store), None);
        held.data = SessionData::default();
        held.emptied = false;
        held.fate = fate;
    }

    /// Applies a change and saves it. Overtaken by another save, it loads again and applies the change again.
    pub(super) async fn change<T>(&self, apply: impl Fn(&mut SessionData) -> T) -> Result<T, SessionError> {
        let mut held = self.held.lock().await;
        let held = &mut *held;
        let mut turn = None;
        for _ in 0..TRIES {
            let mut data = held.data.clone();
            let out = apply(&mut data);
            if data == held.data {
                return Ok(out);
            }
            // A session emptied by this is saved like any other: only the save tells who was first. The layer
            // removes its row at the end of the request, if nobody has used it since.
            let existed = self.exists();
            if !existed {
                self.store.allow_create();
            }
            match self.write(held, data).await {
                Ok(()) => {
                    if !existed {
                        held.fate = Fate::Issued;
                    }
                    return Ok(out);
                }
                Err(SessionError::Stale) => {
                    turn = self.take_turn(turn).await;
                    self.reload(held).await?;
                }
                Err(error) => return Err(self.lost(held, error)),
            }
        }
        Err(SessionError::Stale)
    }

    /// Overtaken once, the requests of one session that this instance serves take turns: a hundred at once
    /// would else overtake each other until all have given up.
    pub(super) async fn take_turn<'a>(
        &'a self,
        turn: Option<MutexGuard<'a, ()>>,
    ) -> Option<MutexGuard<'a, ()>> {
        match (turn, self.store.meta()) {
            (None, Some(meta)) => Some(self.sessions.turn(&meta.key).lock().await),
            (turn, _) => turn,
        }
    }

    /// Moves to a new id with new data, in one statement of the store.
    pub(super) async fn replace(
        &self,
        make: impl Fn(&SessionData) -> SessionData,
    ) -> Result<(), SessionError> {
        let mut held = self.held.lock().await;
        let held = &mut *held;
        let mut turn = None;
        for _ in 0..TRIES {
            let data = make(&held.data);
            if self.exists() {
                self.store.begin_replacing();
                held.session.cycle_id().await.map_err(|error| self.failure(&error))?;
            } else {
                self.store.allow_create();
            }
            match self.write(held, data).await {
                Ok(()) => {
                    held.fate = Fate::Issued;
                    return Ok(());
                }
                Err(SessionError::Stale) => {
                    turn = self.take_turn(turn).await;
                    self.reload(held).await?;
                }
                Err(SessionError::Gone) if self.vanished(held).await? => {}
                Err(error) => return Err(self.lost(held, error)),
            }
        }
        Err(SessionError::Stale)
    }

    /// An anonymous session that is simply not there any more (and was not replaced) stands in nobody's way:
    /// a new one begins instead.
    async fn vanished(&self, held: &mut Held) -> Result<bool, SessionError> {
        let (Some(meta), None) = (self.store.meta(), &held.data.login) else { return Ok(false) };
        let missing = self.sessions.rows.load(&meta.key, self.sessions.clock.now()).await? == Lookup::Missing;
        if missing {
            self.drop_held(held, Fate::Kept);
        }
        Ok(missing)
    }

    pub(super) async fn write(&self, held: &mut Held, data: SessionData) -> Result<(), SessionError> {
        data.write(&held.session).await.map_err(|error| self.failure(&error))?;
        held.session.save().await.map_err(|error| self.failure(&error))?;
        held.emptied = data.is_empty();
        held.data = data;
        Ok(())
    }

    pub(super) async fn reload(&self, held: &mut Held) -> Result<(), SessionError> {
        let Some(meta) = self.store.meta() else { return Err(SessionError::Gone) };
        let row = match self.sessions.rows.load(&key_of(meta.id), self.sessions.clock.now()).await? {
            Lookup::Found(row) => *row,
            Lookup::Replaced | Lookup::Missing => return Err(self.lost(held, SessionError::Gone)),
        };
        self.store.prime(meta.id, row)?;
        held.session = Session::new(Some(meta.id), Arc::clone(&self.store), None);
        held.data = SessionData::read(&held.session).await.map_err(|error| self.failure(&error))?;
        Ok(())
    }

    pub(super) fn lost(&self, held: &mut Held, error: SessionError) -> SessionError {
        if matches!(error, SessionError::Gone) {
            self.drop_held(held, Fate::Lost);
        }
        error
    }

    pub(super) fn failure(&self, error: &tower_sessions::session::Error) -> SessionError {
        self.store.take_failure().unwrap_or_else(|| SessionError::Data(error.to_string()))
    }
}
