//! The session as handlers see it: typed data, and methods that say what happens.

use std::sync::{Arc, Mutex as SyncMutex, MutexGuard as SyncMutexGuard, PoisonError};

use domain::account::UserId;
use domain::preferences::Preferences;
use session_rows::{Lookup, Row, RowKey};
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;
use tower_sessions::session::Id;

use crate::brief::lasting;
use crate::change::WhenGone;
use crate::data::{EndReason, Login, Sections, SessionData};
use crate::row::Meta;
use crate::successor::Successor;
use crate::{SessionError, Sessions, Times};

/// What the cookie of this request led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    /// There was no cookie of ours.
    None,
    /// Only cookies that we did not sign. The store was not asked.
    Forged,
    Live,
    /// It was signed in and had timed out, and has just been signed out.
    TimedOut,
    /// Its id was replaced within the last minute: no session, no mark, no `Set-Cookie`.
    Replaced,
    /// Validly signed, but there is no row: ended elsewhere, or deleted after its lifetime.
    Missing {
        signed_in: bool,
        /// The cookie is younger than the idle timeout, so it was not a timeout.
        recent: bool,
    },
    /// The row cannot be opened or read.
    Corrupt,
    /// The store does not respond. This is not "logged out": the cookie is kept.
    Unavailable,
}

/// What happened to the session during this request; determines `Set-Cookie`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum CookieAction {
    /// The session is unchanged.
    #[default]
    Keep,
    /// Created or replaced by this request.
    Issue,
    /// Ended by this request.
    Remove,
    /// Ended or replaced by another request in the meantime, whose response may already have set a cookie.
    SayNothing,
}

#[derive(Debug, Clone)]
pub struct TypedSession {
    pub(crate) sessions: Arc<Sessions>,
    status: SessionStatus,
    /// The id in the cookie of this request, if it led to a session or to a tombstone.
    pub(crate) cookie_id: Option<Id>,
    /// Whose login has timed out, if this request has found that.
    timed_out: Option<UserId>,
    row: Arc<SyncMutex<Option<Meta>>>,
    pub(crate) state: Arc<Mutex<SessionState>>,
}

#[derive(Debug, Default)]
pub(crate) struct SessionState {
    pub(crate) data: SessionData,
    pub(crate) action: CookieAction,
    /// This request removed the last content, so it alone deletes the row in the end.
    pub(crate) emptied: bool,
    /// The row is sealed with a secret that is no longer the newest.
    pub(crate) old_seal: bool,
    /// Prepared for the next replacement of the id.
    pub(crate) successor: Option<Successor>,
}

impl TypedSession {
    /// A request without a session.
    #[must_use]
    pub fn absent(sessions: Arc<Sessions>, status: SessionStatus) -> Self {
        Self {
            sessions,
            status,
            cookie_id: None,
            timed_out: None,
            row: Arc::default(),
            state: Arc::default(),
        }
    }

    /// A request whose id was replaced within the last minute.
    pub(crate) fn replaced(sessions: Arc<Sessions>, id: Id) -> Self {
        Self { cookie_id: Some(id), ..Self::absent(sessions, SessionStatus::Replaced) }
    }

    /// A request with a loaded row and its opened data.
    pub(crate) fn loaded(
        sessions: Arc<Sessions>,
        id: Id,
        row: Row,
        data: SessionData,
        old_seal: bool,
    ) -> Self {
        let state = SessionState { data, old_seal, ..SessionState::default() };
        Self {
            sessions,
            status: SessionStatus::Live,
            cookie_id: Some(id),
            timed_out: None,
            row: Arc::new(SyncMutex::new(Some(Meta::of_row(id, row)))),
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// The visitor's session that is left of a login which has timed out.
    pub(crate) fn of_timed_out(self, user: Option<UserId>) -> Self {
        Self { status: SessionStatus::TimedOut, timed_out: user, ..self }
    }

    pub(crate) fn row(&self) -> SyncMutexGuard<'_, Option<Meta>> {
        // Nothing panics while holding the lock; even then the value would be intact.
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the cookie led to when the request came in.
    #[must_use]
    pub fn status(&self) -> SessionStatus {
        self.status
    }

    /// The row behind it; `None` without a session.
    #[must_use]
    pub fn meta(&self) -> Option<Meta> {
        self.row().clone()
    }

    /// A copy of its content.
    pub async fn data(&self) -> SessionData {
        self.state.lock().await.data.clone()
    }

    /// The row of the login, if there is one. Logging in, logging out and getting a new id after a change of
    /// credentials all change it.
    pub(crate) async fn login_row(&self) -> Option<RowKey> {
        let signed_in = self.state.lock().await.data.login.is_some();
        let row = self.row();
        row.as_ref().filter(|_| signed_in).map(|meta| meta.key)
    }

    pub async fn times(&self) -> Option<Times> {
        let meta = self.meta()?;
        let state = self.state.lock().await;
        Some(self.sessions.times_of(&state.data, meta.last_activity))
    }

    /// The token for a form on a page of this session.
    #[must_use]
    pub fn csrf_token(&self) -> Option<String> {
        self.meta().map(|meta| self.sessions.csrf.issue(meta.id))
    }

    /// Whether a form was created for this session.
    #[must_use]
    pub fn check_csrf(&self, token: &str) -> bool {
        self.meta().is_some_and(|meta| self.sessions.csrf.check(meta.id, token))
    }

    /// Whose login has just timed out ([`SessionStatus::TimedOut`]), if the form was created for their session.
    #[must_use]
    pub fn timed_out_user(&self, token: &str) -> Option<&UserId> {
        let id = self.cookie_id?;
        self.timed_out.as_ref().filter(|_| self.sessions.csrf.check(id, token))
    }

    /// Saves preferences; a visitor without a session gets one. Returns them as saved.
    ///
    /// Unless the session has the very same ones, time included, their `updated_at` becomes later than that of its
    /// previous ones, and later than `newer_than`.
    /// Of parallel saves within one millisecond, or on instances whose clocks differ, the one that the session
    /// keeps then also counts as the newest wherever else they are stored.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn set_preferences(
        &self,
        preferences: &Preferences,
        newer_than: Option<OffsetDateTime>,
    ) -> Result<Preferences, SessionError> {
        self.change(|data| {
            lasting(data, |data| {
                // A form sent twice changes nothing, not even the time.
                if data.preferences.as_ref() == Some(preferences) && newer_than.is_none() {
                    return preferences.clone();
                }
                let previous = data.preferences.as_ref().and_then(|previous| previous.updated_at);
                let updated_at = preferences.updated_at.map(|now| later(now, previous.max(newer_than)));
                let saved = Preferences { updated_at, ..preferences.clone() };
                data.preferences = Some(saved.clone());
                saved
            })
        })
        .await
    }

    /// Whether nothing in it is worth keeping, so that it ends within minutes.
    pub async fn is_brief(&self) -> bool {
        self.state.lock().await.data.ends_at.is_some()
    }

    /// Whether there is a session with anything in it that is worth keeping, other than why the person was
    /// signed out. If not, it may be gone before what a caller is about to put into it.
    pub async fn is_lasting(&self) -> bool {
        let state = self.state.lock().await;
        let rest = SessionData { end_reason: None, ..state.data.clone() };
        self.meta().is_some() && rest.ends_at.is_none() && !rest.is_empty()
    }

    /// Takes over preferences that were saved elsewhere, unless the session's are as new.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn adopt_preferences(&self, preferences: &Preferences) -> Result<(), SessionError> {
        self.change(|data| {
            lasting(data, |data| {
                data.preferences = Preferences::newer(Some(preferences.clone()), data.preferences.take());
            });
        })
        .await
    }

    /// Changes other packages' data; a visitor without a session gets one, unless nothing changes.
    ///
    /// When this returns, the change has been saved without a conflict: what it took out was taken by this
    /// request alone.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn change_sections<T>(&self, apply: impl Fn(&mut Sections) -> T) -> Result<T, SessionError> {
        self.change(|data| lasting(data, |data| apply(&mut data.sections))).await
    }

    /// Whether the person was signed out for a reason that has not been reported yet.
    pub async fn has_end_reason(&self) -> bool {
        self.state.lock().await.data.end_reason.is_some()
    }

    /// Why the person was signed out; reported once.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn take_end_reason(&self) -> Result<Option<EndReason>, SessionError> {
        if self.state.lock().await.data.end_reason.is_none() {
            return Ok(None);
        }
        self.change(|data| data.end_reason.take()).await
    }

    /// Signs in: new id, old id dead, new CSRF token. The caller decides on the preferences from the
    /// session's data at that moment. tower-sessions keys are kept, unless they belong to another person.
    ///
    /// If another request has ended or replaced the session in the meantime (the second click on `Log in`, or
    /// a login repeated because its answer was lost), a new one begins.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn log_in(
        &self,
        login: &Login,
        preferences: impl Fn(&SessionData) -> Option<Preferences>,
    ) -> Result<(), SessionError> {
        self.log_in_with(login, |data| (preferences(data), Sections::default())).await
    }

    /// [`Self::log_in`], for a caller that also decides which sections are kept.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn log_in_with(
        &self,
        login: &Login,
        kept: impl Fn(&SessionData) -> (Option<Preferences>, Sections),
    ) -> Result<(), SessionError> {
        self.replace(WhenGone::BeginAnew, |data| {
            let own = data.login.as_ref().is_none_or(|before| before.user_id == login.user_id);
            let tower_sessions = if own { data.tower_sessions.clone() } else { serde_json::Map::new() };
            let (preferences, sections) = kept(data);
            SessionData {
                login: Some(login.clone()),
                preferences,
                sections,
                tower_sessions,
                ..SessionData::default()
            }
        })
        .await
    }

    /// Gives a signed-in session a new id, after a change of credentials or a fresh login.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn renew(&self, fresh_at: Option<OffsetDateTime>) -> Result<(), SessionError> {
        self.replace(WhenGone::ReplaceVanished, |data| {
            let mut data = data.clone();
            if let (Some(login), Some(fresh_at)) = (&mut data.login, fresh_at) {
                login.fresh_at = fresh_at;
            }
            data
        })
        .await
    }

    /// Signs out after a timeout: the visitor's choices are kept under a new id, with the reason.
    pub(crate) async fn time_out(&self) -> Result<(), SessionError> {
        self.replace(WhenGone::ReplaceVanished, |data| SessionData {
            preferences: data.preferences.clone(),
            end_reason: Some(EndReason::Expired),
            ..SessionData::default()
        })
        .await
    }

    /// Ends the session. Afterwards there is none.
    ///
    /// # Errors
    /// If the store fails: the session may still be live, and the person must be told. `Gone` if another
    /// request has given it a new id in the meantime, under which it continues.
    pub async fn log_out(&self) -> Result<(), SessionError> {
        let mut state = self.state.lock().await;
        // Without a session no cookie is removed: a late logout must not remove the cookie of a new login.
        let Some(meta) = self.meta() else { return Ok(()) };
        let ended = self.sessions.rows.delete(&meta.key).await?;
        if !ended {
            let found = self.sessions.rows.load(&meta.key, self.sessions.clock.now()).await?;
            if matches!(found, Lookup::Replaced) {
                self.forget(&mut state, CookieAction::SayNothing);
                return Err(SessionError::Gone);
            }
        }
        self.sessions.watchers.look_at(&meta.key);
        self.forget(&mut state, CookieAction::Remove);
        Ok(())
    }

    /// Removes the session that this request has just created, whose cookie is never sent. If the store fails, a
    /// row stays until it expires. Nobody knows its id, unless it was prepared ([`Self::prepare_successor`]): then
    /// the same browser can still find it with its proof, for as long as the id it follows from is remembered.
    pub async fn abandon(&self) {
        let mut state = self.state.lock().await;
        let Some(meta) = self.meta() else { return };
        if let Err(error) = self.sessions.rows.delete(&meta.key).await {
            tracing::warn!(session = ?meta.key, %error, "a session without a cookie could not be deleted");
        }
        self.forget(&mut state, CookieAction::Remove);
    }

    /// The caller has ended the session by other means (with the account, or with all others).
    pub async fn ended(&self) {
        self.forget(&mut *self.state.lock().await, CookieAction::Remove);
    }
}

/// `now`, or the next millisecond (the resolution of all stores) after `previous`.
fn later(now: OffsetDateTime, previous: Option<OffsetDateTime>) -> OffsetDateTime {
    let next = previous.and_then(|previous| previous.checked_add(Duration::MILLISECOND));
    next.map_or(now, |next| next.max(now))
}
