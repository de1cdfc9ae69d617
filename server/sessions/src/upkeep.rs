//! The layer's work after the handler: record activity, reseal, delete what is empty.

use session_rows::Lookup;

use crate::SessionError;
use crate::row::Meta;
use crate::typed::{CookieAction, TypedSession};

impl TypedSession {
    pub(crate) async fn cookie_action(&self) -> CookieAction {
        self.state.lock().await.action
    }

    /// Whether the row is sealed with an older secret.
    pub(crate) async fn has_old_seal(&self) -> bool {
        self.state.lock().await.old_seal
    }

    /// Reseals the row with the newest secret if it uses an older one, so that the older one can be removed
    /// once everybody has been here. `false` if there is no session any more, or another request has just
    /// saved it (and thereby resealed it).
    pub(crate) async fn reseal(&self) -> Result<bool, SessionError> {
        let Some(meta) = self.meta() else { return Ok(false) };
        let mut state = self.state.lock().await;
        if !state.old_seal {
            // Already sealed with the newest; only check whether it still exists.
            let found = self.sessions.rows.load(&meta.key, self.sessions.clock.now()).await?;
            return Ok(matches!(found, Lookup::Found(_)));
        }
        let data = state.data.clone();
        match self.save(&mut state, &meta, &data).await {
            Ok(()) => Ok(true),
            Err(SessionError::Stale | SessionError::Gone) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes a session that this request has emptied. `None` if it has not; `false` if it has been used in
    /// the meantime.
    pub(crate) async fn discard_if_empty(&self) -> Result<Option<bool>, SessionError> {
        let Some(meta) = self.meta() else { return Ok(None) };
        if !self.state.lock().await.emptied {
            return Ok(None);
        }
        Ok(Some(self.sessions.rows.discard(&meta.key, meta.revision).await?))
    }

    /// Records activity by updating the times, if due and if activity prolongs the session at all. Returns whether
    /// the cookie should be sent again.
    pub(crate) async fn touch(&self) -> Result<bool, SessionError> {
        let now = self.sessions.clock.now();
        let Some(meta) = self.meta() else { return Ok(false) };
        if now - meta.last_activity < self.sessions.settings.touch_interval {
            return Ok(false);
        }
        let data = self.data().await;
        if data.ends_at.is_some() {
            return Ok(false);
        }
        let times = self.sessions.times_of(&data, now);
        let moved = self.sessions.rows.touch(&meta.key, now, times.expires_at, times.live_until, now).await?;
        if moved {
            *self.row() = Some(Meta { last_activity: now, expires_at: times.expires_at, ..meta });
        }
        Ok(moved)
    }
}
