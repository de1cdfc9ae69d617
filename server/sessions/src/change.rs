//! How a session changes: apply, save, and if another save was faster, load and apply again until it has won.
//!
//! Everything that writes a session goes through [`TypedSession::change`] or [`TypedSession::replace`]; both
//! end in one conditional statement of the store. Any number of requests may change one session at once: all
//! succeed, and none is lost ([`crate::turns`]).

use session_rows::{Created, Lookup, Replaced, Saved, StoreError};
use storage::fault::StoreFailure;

use crate::data::SessionData;
use crate::row::{Meta, TOMBSTONE, key_of, random_id};
use crate::turns::Tries;
use crate::typed::{CookieAction, SessionState, TypedSession};
use crate::{SessionError, Sessions};

/// Two random 128-bit ids do not collide unless the source of randomness is broken.
const ID_TRIES: usize = 5;

/// What happens if the session was ended or replaced during the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenGone {
    /// Whatever was ended stays ended.
    Fail,
    /// An anonymous session that has disappeared (and was not replaced) is no obstacle: a new one begins.
    ReplaceVanished,
    /// A new session begins: the person has just proved who they are, which is all a login needs.
    BeginAnew,
}

impl TypedSession {
    pub(crate) fn forget(&self, state: &mut SessionState, action: CookieAction) {
        *self.row() = None;
        *state = SessionState { action, ..SessionState::default() };
    }

    /// Applies a change and saves it. If another save came first, loads again and reapplies the change.
    pub(crate) async fn change<T>(&self, apply: impl Fn(&mut SessionData) -> T) -> Result<T, SessionError> {
        let mut state = self.state.lock().await;
        let mut tries = Tries::new(&self.sessions.turns);
        let changed = self.change_in_turn(&mut state, &mut tries, apply).await;
        tries.over(changed)
    }

    async fn change_in_turn<T>(
        &self,
        state: &mut SessionState,
        tries: &mut Tries<'_>,
        apply: impl Fn(&mut SessionData) -> T,
    ) -> Result<T, SessionError> {
        loop {
            let mut data = state.data.clone();
            let out = apply(&mut data);
            if data == state.data {
                return Ok(out);
            }
            let written = match self.meta() {
                Some(meta) if tries.queued(&meta.key).await? => {
                    self.reload(state, WhenGone::Fail).await?;
                    continue;
                }
                // A session emptied by this change is saved like any other, because only the save tells which
                // request came first. The layer deletes the row at the end of the request, unless it has been
                // used since.
                Some(meta) => match self.save(state, &meta, &data).await {
                    Err(SessionError::Stale) => {
                        tries.conflict(&meta.key).await?;
                        self.reload(state, WhenGone::Fail).await?;
                        continue;
                    }
                    written => written,
                },
                None => self.create(state, &data).await,
            };
            match written {
                Ok(()) => {
                    state.emptied = data.is_empty();
                    state.data = data;
                    return Ok(out);
                }
                Err(error) => return Err(self.lost(state, error)),
            }
        }
    }

    /// Moves to a new id with new data, in one statement of the store.
    pub(crate) async fn replace(
        &self,
        when_gone: WhenGone,
        make: impl Fn(&SessionData) -> SessionData,
    ) -> Result<(), SessionError> {
        let mut state = self.state.lock().await;
        let mut tries = Tries::new(&self.sessions.turns);
        let replaced = self.replace_in_turn(&mut state, &mut tries, when_gone, make).await;
        tries.over(replaced)
    }

    async fn replace_in_turn(
        &self,
        state: &mut SessionState,
        tries: &mut Tries<'_>,
        when_gone: WhenGone,
        make: impl Fn(&SessionData) -> SessionData,
    ) -> Result<(), SessionError> {
        loop {
            let own = self.meta();
            let data = state.with_successor(make(&state.data), own.as_ref());
            let written = match own {
                Some(meta) if tries.queued(&meta.key).await? => {
                    self.reload(state, when_gone).await?;
                    continue;
                }
                Some(meta) => match self.move_to_new_id(state, &meta, &data).await {
                    Err(SessionError::Stale) => {
                        tries.conflict(&meta.key).await?;
                        self.reload(state, when_gone).await?;
                        continue;
                    }
                    Err(SessionError::Gone) => {
                        self.gone(state, when_gone).await?;
                        continue;
                    }
                    written => written,
                },
                None => self.create(state, &data).await,
            };
            written?;
            state.emptied = data.is_empty();
            state.data = data;
            return Ok(());
        }
    }

    /// The session is no longer there. Continues without one, if that is allowed.
    async fn gone(&self, state: &mut SessionState, when_gone: WhenGone) -> Result<(), SessionError> {
        let begins_anew = match when_gone {
            WhenGone::Fail => false,
            WhenGone::ReplaceVanished => self.has_vanished(state).await?,
            WhenGone::BeginAnew => true,
        };
        if !begins_anew {
            return Err(self.lost(state, SessionError::Gone));
        }
        // What begins instead can be found again too.
        let successor = state.successor.take();
        self.forget(state, CookieAction::Keep);
        state.successor = successor;
        Ok(())
    }

    /// Whether it was an anonymous session that has disappeared and was not replaced.
    async fn has_vanished(&self, state: &SessionState) -> Result<bool, SessionError> {
        let (Some(meta), None) = (self.meta(), &state.data.login) else { return Ok(false) };
        let found = self.sessions.rows.load(&meta.key, self.sessions.clock.now()).await?;
        Ok(found == Lookup::Missing)
    }

    /// Writes the data under the current id.
    pub(crate) async fn save(
        &self,
        state: &mut SessionState,
        meta: &Meta,
        data: &SessionData,
    ) -> Result<(), SessionError> {
        let meta = self.prolong(state, meta, data).await?;
        let sealed = self.sessions.seal(&meta.key, data)?;
        let now = self.sessions.clock.now();
        match self.sessions.rows.save(&meta.key, meta.revision, &sealed, now).await? {
            Saved::Written(revision) => {
                *self.row() = Some(Meta { revision, ..meta });
                state.old_seal = false;
                Ok(())
            }
            Saved::Stale => Err(SessionError::Stale),
            Saved::Gone => Err(SessionError::Gone),
        }
    }

    async fn create(&self, state: &mut SessionState, data: &SessionData) -> Result<(), SessionError> {
        let now = self.sessions.clock.now();
        let mut prepared = state.successor_id();
        for _ in 0..ID_TRIES {
            let id = prepared.take().unwrap_or_else(random_id);
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
        let mut prepared = state.successor_id();
        for _ in 0..ID_TRIES {
            let id = prepared.take().unwrap_or_else(random_id);
            let row = self.sessions.new_row(id, data, now)?;
            match rows.replace(&old.key, old.revision, &row, now + TOMBSTONE, now).await? {
                Replaced::Done => {
                    self.sessions.watchers.look_at(&old.key);
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
        state.successor = None;
    }

    async fn reload(&self, state: &mut SessionState, when_gone: WhenGone) -> Result<(), SessionError> {
        let Some(meta) = self.meta() else { return Err(SessionError::Gone) };
        let row = match self.sessions.rows.load(&key_of(meta.id), self.sessions.clock.now()).await? {
            Lookup::Found(row) => *row,
            Lookup::Replaced | Lookup::Missing => return self.gone(state, when_gone).await,
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
    // It is random; the store has answered.
    StoreError::new(StoreFailure::rejected("every new session id exists already")).into()
}

#[cfg(test)]
mod tests;
