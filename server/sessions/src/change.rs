//! How a session changes: apply, save, and if another save was faster, load and apply again.
//!
//! Everything that writes a session goes through [`TypedSession::change`] or [`TypedSession::replace`]; both
//! end in one conditional statement of the store.

use session_rows::{Created, Lookup, Replaced, Saved, StoreError};
use tokio::sync::MutexGuard;

use crate::data::SessionData;
use crate::row::{Meta, TOMBSTONE, key_of, random_id};
use crate::typed::{CookieAction, SessionState, TypedSession};
use crate::{SessionError, Sessions};

/// How often a change is applied to freshly loaded data before the request gives up.
const TRIES: usize = 5;

/// Two random 128-bit ids do not collide unless the source of randomness is broken.
const ID_TRIES: usize = 5;

impl TypedSession {
    pub(crate) fn forget(&self, state: &mut SessionState, action: CookieAction) {
        *self.row() = None;
        *state = SessionState { action, ..SessionState::default() };
    }

    /// Applies a change and saves it. If another save came first, loads again and reapplies the change.
    pub(crate) async fn change<T>(&self, apply: impl Fn(&mut SessionData) -> T) -> Result<T, SessionError> {
        let mut state = self.state.lock().await;
        let state = &mut *state;
        let mut turn = None;
        for _ in 0..TRIES {
            let mut data = state.data.clone();
            let out = apply(&mut data);
            if data == state.data {
                return Ok(out);
            }
            // A session emptied by this change is saved like any other, because only the save tells which
            // request came first. The layer deletes the row at the end of the request, unless it has been
            // used since.
            let written = match self.meta() {
                Some(meta) => self.save(state, &meta, &data).await,
                None => self.create(state, &data).await,
            };
            match written {
                Ok(()) => {
                    state.emptied = data.is_empty();
                    state.data = data;
                    return Ok(out);
                }
                Err(SessionError::Stale) => {
                    turn = self.take_turn(turn).await;
                    self.reload(state).await?;
                }
                Err(error) => return Err(self.lost(state, error)),
            }
        }
        Err(SessionError::Stale)
    }

    /// Moves to a new id with new data, in one statement of the store.
    pub(crate) async fn replace(
        &self,
        make: impl Fn(&SessionData) -> SessionData,
    ) -> Result<(), SessionError> {
        let mut state = self.state.lock().await;
        let state = &mut *state;
        let mut turn = None;
        for _ in 0..TRIES {
            let data = make(&state.data);
            let written = match self.meta() {
                Some(meta) => self.move_to_new_id(state, &meta, &data).await,
                None => self.create(state, &data).await,
            };
            match written {
                Ok(()) => {
                    state.emptied = data.is_empty();
                    state.data = data;
                    return Ok(());
                }
                Err(SessionError::Stale) => {
                    turn = self.take_turn(turn).await;
                    self.reload(state).await?;
                }
                Err(SessionError::Gone) if self.vanished(state).await? => {}
                Err(error) => return Err(self.lost(state, error)),
            }
        }
        Err(SessionError::Stale)
    }

    /// After the first conflict, requests of one session on this instance take turns. Otherwise a hundred
    /// concurrent ones would keep conflicting until their retries are used up.
    async fn take_turn<'a>(&'a self, turn: Option<MutexGuard<'a, ()>>) -> Option<MutexGuard<'a, ()>> {
        match (turn, self.meta()) {
            (None, Some(meta)) => Some(self.sessions.turn(&meta.key).lock().await),
            (turn, _) => turn,
        }
    }

    /// An anonymous session that has disappeared (and was not replaced) is no obstacle: a new one begins
    /// instead.
    async fn vanished(&self, state: &mut SessionState) -> Result<bool, SessionError> {
        let (Some(meta), None) = (self.meta(), &state.data.login) else { return Ok(false) };
        let missing = self.sessions.rows.load(&meta.key, self.sessions.clock.now()).await? == Lookup::Missing;
        if missing {
            self.forget(state, CookieAction::Keep);
        }
        Ok(missing)
    }

    /// Writes the data under the current id.
    pub(crate) async fn save(
        &self,
        state: &mut SessionState,
        meta: &Meta,
        data: &SessionData,
    ) -> Result<(), SessionError> {
        let sealed = self.sessions.seal(&meta.key, data)?;
        let now = self.sessions.clock.now();
        match self.sessions.rows.save(&meta.key, meta.revision, &sealed, now).await? {
            Saved::Written(revision) => {
                *self.row() = Some(Meta { revision, ..meta.clone() });
                state.old_seal = false;
                Ok(())
            }
            Saved::Stale => Err(SessionError::Stale),
            Saved::Gone => Err(SessionError::Gone),
        }
    }

    async fn create(&self, state: &mut SessionState, data: &SessionData) -> Result<(), SessionError> {
        let now = self.sessions.clock.now();
        for _ in 0..ID_TRIES {
            let id = random_id();
            let row = self.sessions.new_row(id, data, now)?;
            if self.sessions.rows.create(&row).await? == Created::Inserted {
                self.issued(state, Meta::of_new_row(id, row));
                return Ok(());
            }
        }
        Err(no_free_id())
    }

    async fn move_to_new_id(
        &self,
        state: &mut SessionState,
        old: &Meta,
        data: &SessionData,
    ) -> Result<(), SessionError> {
        let Sessions { rows, clock, .. } = &*self.sessions;
        let now = clock.now();
        for _ in 0..ID_TRIES {
            let id = random_id();
            let row = self.sessions.new_row(id, data, now)?;
            match rows.replace(&old.key, old.revision, &row, now + TOMBSTONE, now).await? {
                Replaced::Done => {
                    self.issued(state, Meta::of_new_row(id, row));
                    return Ok(());
                }
                Replaced::KeyExists => {}
                Replaced::Stale => return Err(SessionError::Stale),
                Replaced::Gone => return Err(SessionError::Gone),
            }
        }
        Err(no_free_id())
    }

    fn issued(&self, state: &mut SessionState, meta: Meta) {
        *self.row() = Some(meta);
        state.action = CookieAction::Issue;
        state.old_seal = false;
    }

    async fn reload(&self, state: &mut SessionState) -> Result<(), SessionError> {
        let Some(meta) = self.meta() else { return Err(SessionError::Gone) };
        let row = match self.sessions.rows.load(&key_of(meta.id), self.sessions.clock.now()).await? {
            Lookup::Found(row) => *row,
            Lookup::Replaced | Lookup::Missing => return Err(self.lost(state, SessionError::Gone)),
        };
        (state.data, state.old_seal) = self.sessions.open(&row)?;
        *self.row() = Some(Meta::of_row(meta.id, row));
        Ok(())
    }

    fn lost(&self, state: &mut SessionState, error: SessionError) -> SessionError {
        if matches!(error, SessionError::Gone) {
            self.forget(state, CookieAction::SayNothing);
        }
        error
    }
}

fn no_free_id() -> SessionError {
    StoreError::message("every new session id exists already").into()
}
