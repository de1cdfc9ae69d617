//! The session as handlers see it: typed data and methods that say what happens.

use std::sync::Arc;

use domain::preferences::Preferences;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tower_sessions::Session;
use tower_sessions::session::Id;

use crate::oauth::attempt::OAuthAttempt;
use crate::session::data::{EndReason, Login, SessionData};
use crate::session::request_store::{Meta, RequestStore};
use crate::session::rows::{Lookup, Row};
use crate::session::{SessionError, Sessions, Times};

/// What the cookie of this request led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// No cookie of ours.
    None,
    /// A cookie we did not sign. The store was not asked.
    Forged,
    /// A session.
    Live,
    /// It was signed in and timed out: signed out just now.
    TimedOut,
    /// Its id was replaced within the last minute: no session, no mark, no `Set-Cookie`.
    Replaced,
    /// Validly signed, but there is no row: ended elsewhere, or removed after its lifetime.
    Missing {
        /// The session was signed in.
        signed_in: bool,
        /// The cookie is younger than the idle timeout, so it was no timeout.
        recent: bool,
    },
    /// The row does not open.
    Corrupt,
    /// The store does not answer. Not "logged out": the cookie is kept.
    Away,
}

/// What became of the session during this request; decides about `Set-Cookie`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// As it came.
    Kept,
    /// Created or replaced by this request.
    Issued,
    /// Ended by this request.
    Ended,
    /// Ended or replaced by somebody else meanwhile: say nothing, a later answer may have set a cookie.
    Lost,
}

/// One request's session.
#[derive(Debug, Clone)]
pub struct TypedSession {
    pub(super) sessions: Arc<Sessions>,
    pub(super) store: Arc<RequestStore>,
    presence: Presence,
    pub(super) held: Arc<Mutex<Held>>,
}

#[derive(Debug)]
pub(super) struct Held {
    pub(super) session: Session,
    pub(super) data: SessionData,
    pub(super) fate: Fate,
    /// This request took the last thing out: it, and no other, removes the row in the end.
    pub(super) emptied: bool,
}

impl TypedSession {
    /// A request without a session.
    pub(super) fn absent(sessions: Arc<Sessions>, presence: Presence) -> Self {
        let store = Arc::new(RequestStore::new(Arc::clone(&sessions)));
        let session = Session::new(None, Arc::clone(&store), None);
        let held = Held { session, data: SessionData::default(), fate: Fate::Kept, emptied: false };
        Self { sessions, store, presence, held: Arc::new(Mutex::new(held)) }
    }

    /// A request with a loaded row.
    pub(super) async fn loaded(sessions: Arc<Sessions>, id: Id, row: Row) -> Result<Self, SessionError> {
        let owner = row.row.owner.clone();
        let store = Arc::new(RequestStore::new(Arc::clone(&sessions)));
        store.prime(id, row)?;
        let session = Session::new(Some(id), Arc::clone(&store), None);
        let data = SessionData::read(&session).await.map_err(|_| SessionError::Corrupt)?;
        if data.login.as_ref().map(|login| login.user_id.as_str()) != owner.as_deref() {
            return Err(SessionError::Corrupt);
        }
        let held = Held { session, data, fate: Fate::Kept, emptied: false };
        Ok(Self { sessions, store, presence: Presence::Live, held: Arc::new(Mutex::new(held)) })
    }

    pub(super) fn with_presence(mut self, presence: Presence) -> Self {
        self.presence = presence;
        self
    }

    /// What the cookie led to when the request came in.
    #[must_use]
    pub fn presence(&self) -> Presence {
        self.presence
    }

    /// There is a session now.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.store.meta().is_some()
    }

    /// The row behind it.
    #[must_use]
    pub fn meta(&self) -> Option<Meta> {
        self.store.meta()
    }

    /// A copy of what it holds.
    pub async fn data(&self) -> SessionData {
        self.held.lock().await.data.clone()
    }

    /// When it ends.
    pub async fn times(&self) -> Option<Times> {
        let meta = self.store.meta()?;
        let login = self.held.lock().await.data.login.clone();
        Some(self.sessions.times(login.as_ref(), meta.last_activity))
    }

    /// The token for a form on a page of this session.
    #[must_use]
    pub fn csrf_token(&self) -> Option<String> {
        self.store.meta().map(|meta| self.sessions.csrf.issue(meta.id))
    }

    /// Whether a form was made for this session.
    #[must_use]
    pub fn check_csrf(&self, token: &str) -> bool {
        self.store.meta().is_some_and(|meta| self.sessions.csrf.check(meta.id, token))
    }

    /// Saves preferences; a visitor without a session gets one.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn set_preferences(&self, preferences: &Preferences) -> Result<(), SessionError> {
        self.change(|data| data.preferences = Some(preferences.clone())).await
    }

    /// Remembers an OAuth login under way; a visitor without a session gets one.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn add_oauth_attempt(&self, attempt: &OAuthAttempt) -> Result<(), SessionError> {
        let now = self.sessions.clock.now();
        self.change(|data| {
            data.oauth.add(attempt.clone(), now);
            // Whatever it was for has begun now.
            data.link_intent = None;
        })
        .await
    }

    /// Takes it back, once: whoever gets it has won the save that removed it.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn take_oauth_attempt(
        &self,
        provider: &str,
        state: &str,
    ) -> Result<Option<OAuthAttempt>, SessionError> {
        if !self.exists() {
            return Ok(None);
        }
        let now = self.sessions.clock.now();
        self.change(|data| data.oauth.take(provider, state, now)).await
    }

    /// Remembers which provider the person asked to link. The way there begins with a GET, which anybody can
    /// make a browser do; what it may do was decided by a form with a token before.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn set_link_intent(&self, provider: &str) -> Result<(), SessionError> {
        self.change(|data| data.link_intent = Some(provider.to_owned())).await
    }

    /// Why the person was signed out; told once.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn take_end_reason(&self) -> Result<Option<EndReason>, SessionError> {
        if self.held.lock().await.data.end_reason.is_none() {
            return Ok(None);
        }
        self.change(|data| data.end_reason.take()).await
    }

    /// Signs in: new id, old id dead, new CSRF token. `preferences` are decided by the caller from the data
    /// the session holds at that moment.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn log_in(
        &self,
        login: &Login,
        preferences: impl Fn(&SessionData) -> Option<Preferences>,
    ) -> Result<(), SessionError> {
        self.replace(|data| SessionData {
            login: Some(login.clone()),
            preferences: preferences(data),
            ..SessionData::default()
        })
        .await
    }

    /// Gives a signed-in session a new id, after a change of credentials or a fresh login.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn renew(&self, fresh_at: Option<OffsetDateTime>) -> Result<(), SessionError> {
        self.replace(|data| {
            let mut data = data.clone();
            if let (Some(login), Some(fresh_at)) = (&mut data.login, fresh_at) {
                login.fresh_at = fresh_at;
            }
            data
        })
        .await
    }

    /// Signs out after a timeout: what the visitor chose stays, under a new id, with the reason.
    pub(super) async fn time_out(&self) -> Result<(), SessionError> {
        self.replace(|data| SessionData {
            preferences: data.preferences.clone(),
            end_reason: Some(EndReason::Expired),
            ..SessionData::default()
        })
        .await
    }

    /// Ends the session. Afterwards there is none.
    ///
    /// # Errors
    /// If the store fails: the session may live on, and the person must be told. `Gone` if the session goes on under
    /// another id, which another request has given it meanwhile.
    pub async fn log_out(&self) -> Result<(), SessionError> {
        let mut held = self.held.lock().await;
        // Without a session nothing is said: a late log out must not remove the cookie of a new login.
        let Some(meta) = self.store.meta() else { return Ok(()) };
        let ended = self.sessions.rows.delete(&meta.key).await?;
        if !ended {
            let found = self.sessions.rows.load(&meta.key, self.sessions.clock.now()).await?;
            if matches!(found, Lookup::Replaced) {
                self.drop_held(&mut held, Fate::Lost);
                return Err(SessionError::Gone);
            }
        }
        self.drop_held(&mut held, Fate::Ended);
        Ok(())
    }

    /// Takes back the session this request has just made. If the store fails at that, a row stays until its time is
    /// over; its id, which only the cookie would have carried, is known to nobody.
    pub async fn abandon(&self) {
        let mut held = self.held.lock().await;
        let Some(meta) = self.store.meta() else { return };
        if let Err(error) = self.sessions.rows.delete(&meta.key).await {
            tracing::warn!(session = ?meta.key, %error, "a session without a cookie could not be removed");
        }
        self.drop_held(&mut held, Fate::Ended);
    }

    /// The caller ended the session by other means (with the account, with all others).
    pub async fn ended(&self) {
        self.drop_held(&mut *self.held.lock().await, Fate::Ended);
    }

    pub(super) async fn fate(&self) -> Fate {
        self.held.lock().await.fate
    }

    /// Seals the row with the newest secret, if an older one was used: the one before can be taken away as soon
    /// as everybody was here once. Overtaken by another save, that one did it.
    /// `false` if there is no session any more, or somebody else has just saved it.
    pub(super) async fn reseal(&self) -> Result<bool, SessionError> {
        let Some(meta) = self.store.meta() else { return Ok(false) };
        if !self.store.old_key() {
            // Sealed with the newest already; what remains to be known is whether it is still there.
            let found = self.sessions.rows.load(&meta.key, self.sessions.clock.now()).await?;
            return Ok(matches!(found, Lookup::Found(_)));
        }
        let held = self.held.lock().await;
        match held.session.save().await.map_err(|error| self.failure(&error)) {
            Ok(()) => Ok(true),
            Err(SessionError::Stale | SessionError::Gone) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the row is sealed with an older secret.
    pub(super) fn has_old_seal(&self) -> bool {
        self.store.old_key()
    }

    /// Removes a session this request has emptied. `None` if it has not; `false` if somebody has used it
    /// meanwhile.
    pub(super) async fn discard_if_empty(&self) -> Result<Option<bool>, SessionError> {
        let Some(meta) = self.store.meta() else { return Ok(None) };
        if !self.held.lock().await.emptied {
            return Ok(None);
        }
        Ok(Some(self.sessions.rows.discard(&meta.key, meta.revision).await?))
    }

    /// Notes activity: moves the times, if that is due. Returns whether the cookie should be sent again.
    pub(super) async fn touch(&self) -> Result<bool, SessionError> {
        let now = self.sessions.clock.now();
        let Some(meta) = self.store.meta() else { return Ok(false) };
        if now - meta.last_activity < self.sessions.settings.touch_interval {
            return Ok(false);
        }
        let times = self.sessions.times(self.held.lock().await.data.login.as_ref(), now);
        let moved = self.sessions.rows.touch(&meta.key, now, times.expires_at, times.live_until, now).await?;
        if moved {
            self.store.touched(now, times.expires_at);
        }
        Ok(moved)
    }
}
