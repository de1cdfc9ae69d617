//! Sessions: the heart of this application.
//!
//! `session_rows` defines what a store must do, and the modules of [`store`] implement it. A request's
//! [`TypedSession`] has methods that say what happens (`typed`), changes by compare-and-swap (`change`), and
//! is created from a cookie and turned back into one by the Tower layer ([`layer`]).
//!
//! Nothing here knows what other packages keep in a session ([`Section`]), who renders pages, or where the
//! settings come from.
#![forbid(unsafe_code)]

mod brief;
mod change;
pub mod cleanup;
pub mod clock;
mod cookie;
mod csrf;
pub mod data;
mod derived;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod keys;
pub mod layer;
mod limit;
pub mod mac;
pub mod quiet;
mod row;
#[cfg(test)]
mod samples;
pub mod seal;
pub mod sealed_cookie;
pub mod settings;
pub mod store;
mod successor;
mod tower_session;
mod turns;
pub mod typed;
mod upkeep;
pub mod watch;

use std::sync::Arc;

use domain::account::UserId;
use domain::session::SessionSummary;
use session_rows::{NewRow, Row, RowKey, SessionRows, StoreError};
use time::{Duration, OffsetDateTime};

use crate::clock::Clock;
use crate::cookie::SessionCookie;
use crate::csrf::CsrfTokens;
use crate::keys::Keys;
use crate::seal::{OpenError, Sealer};
use crate::settings::SessionSettings;
use crate::successor::SuccessorKeys;
use crate::turns::Turns;
use crate::watch::Watchers;

pub use crate::cookie::values_of;
pub use crate::data::{Entries, Login, Section, Sections, SessionData};
pub use crate::layer::SessionLayer;
pub use crate::row::Meta;
pub use crate::typed::TypedSession;

/// Why an operation on a session failed.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// It was ended or replaced during the request. Respond as to a visitor without a session.
    #[error("the session is gone")]
    Gone,
    /// Another request saved in between. `TypedSession` tries again until it has won, so handlers only see
    /// this if other processes have saved this session without a pause for half a minute.
    #[error("the session was changed at the same time")]
    Stale,
    /// The stored data cannot be opened: different secrets, another row's data, or damage.
    #[error("the stored session does not open: {0}")]
    Corrupt(#[from] OpenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The typed data and the stored JSON do not match: another version of this program has written it.
    #[error("session data: {0}")]
    Data(String),
}

/// How far the clocks of two instances, or of one before and after a correction, may differ without an effect
/// on sessions. A lifetime is exceeded by no more.
const MOST_SKEW: Duration = Duration::minutes(5);

/// When a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The end of the row without activity (`SESSION_TTL`).
    pub expires_at: OffsetDateTime,
    /// Signed in: the end without activity (`SESSION_IDLE_TIMEOUT`).
    pub idle_expires_at: Option<OffsetDateTime>,
    /// Signed in: the end regardless of activity (`SESSION_ABSOLUTE_LIFETIME`).
    pub absolute_expires_at: Option<OffsetDateTime>,
    /// The earliest of them.
    pub live_until: OffsetDateTime,
}

/// Everything sessions need: store, secrets, clock, rules.
#[derive(Debug)]
pub struct Sessions {
    pub rows: Arc<dyn SessionRows>,
    sealer: Sealer,
    pub(crate) cookie: SessionCookie,
    csrf: CsrfTokens,
    successors: SuccessorKeys,
    clock: Clock,
    settings: SessionSettings,
    pub(crate) turns: Turns,
    pub(crate) watchers: Arc<Watchers>,
}

impl std::fmt::Debug for CsrfTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsrfTokens(…)")
    }
}

impl Sessions {
    #[must_use]
    pub fn new(
        rows: Arc<dyn SessionRows>,
        keys: &Keys,
        clock: Clock,
        settings: SessionSettings,
    ) -> Arc<Self> {
        Arc::new(Self {
            rows,
            sealer: Sealer::from(keys),
            cookie: SessionCookie::new(settings.cookie.clone(), keys),
            csrf: CsrfTokens::new(keys),
            successors: SuccessorKeys::new(keys),
            clock,
            settings,
            turns: Turns::default(),
            watchers: Arc::default(),
        })
    }

    fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    #[must_use]
    pub fn settings(&self) -> &SessionSettings {
        &self.settings
    }

    /// When a session with this last activity ends.
    #[must_use]
    pub fn times(&self, login: Option<&Login>, last_activity: OffsetDateTime) -> Times {
        let expires_at = last_activity + self.settings.ttl;
        let idle = login.map(|_| last_activity + self.settings.idle_timeout);
        let absolute = login.map(|login| login.login_time + self.settings.absolute_lifetime);
        let live_until = idle.into_iter().chain(absolute).fold(expires_at, OffsetDateTime::min);
        Times { expires_at, idle_expires_at: idle, absolute_expires_at: absolute, live_until }
    }

    /// Whether a login is recent enough for sensitive changes.
    #[must_use]
    pub fn is_fresh(&self, login: &Login) -> bool {
        self.clock.now() - login.fresh_at < self.settings.fresh_for
    }

    /// Whether a signed-in session has a time that is yet to come.
    ///
    /// Lifetimes are measured with the clock of the server. If it is set back, a session written before would
    /// live longer than allowed, by as much; such a session is treated as timed out.
    pub(crate) fn is_from_the_future(&self, row: &NewRow, login: Option<&Login>) -> bool {
        login.is_some_and(|login| {
            let latest = row.created_at.max(row.last_activity).max(login.login_time);
            latest - self.clock.now() > MOST_SKEW
        })
    }

    /// Succeeds if the store responds.
    ///
    /// # Errors
    /// If it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.rows.ping().await
    }

    /// Succeeds if the store accepts writes: adds a row that nobody has the id of and that has expired already, and
    /// removes it. If only the removal fails, the clean-up does it.
    ///
    /// # Errors
    /// If it does not.
    pub async fn try_to_write(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let row = NewRow {
            key: RowKey(rand::random()),
            handle: "probe".to_owned(),
            owner: None,
            data: Vec::new(),
            created_at: now,
            last_activity: now,
            expires_at: now,
            live_until: now,
        };
        self.rows.create(&row).await?;
        self.rows.delete(&row.key).await?;
        Ok(())
    }

    /// The live sessions of an account, most recently active first, and the total count.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(
        &self,
        owner: &UserId,
        current: Option<&RowKey>,
        limit: u32,
    ) -> Result<(Vec<SessionSummary>, u64), StoreError> {
        let (rows, total) = self.rows.list(owner.as_str(), self.clock.now(), limit).await?;
        let summaries = rows.into_iter().map(|Row { row, .. }| {
            let unopened = SessionSummary {
                current: current == Some(&row.key),
                login_time: row.created_at,
                last_activity: row.last_activity,
                provider: "unknown".to_owned(),
                ip_address: None,
                user_agent: None,
                handle: row.handle,
            };
            // A row that cannot be opened is still listed, so that its owner can end it.
            match self.login_of(&row.key, &row.data) {
                Some(Login { login_time, provider, ip_address, user_agent, .. }) => {
                    SessionSummary { login_time, provider, ip_address, user_agent, ..unopened }
                }
                None => unopened,
            }
        });
        Ok((summaries.collect(), total))
    }

    fn login_of(&self, key: &RowKey, data: &[u8]) -> Option<Login> {
        SessionData::read_login(&self.sealer.open(key, data).ok()?.plaintext)
    }

    /// Ends one session of an account. `false` if it has no session with that handle.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn end(&self, owner: &UserId, handle: &str) -> Result<bool, StoreError> {
        // The format of our handles. Not every store accepts other text: some reject a NUL with an
        // error, which would count as an unavailable store.
        if !handle.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Ok(false);
        }
        let ended = self.rows.end(owner.as_str(), handle).await?;
        if ended {
            self.watchers.look_at_handle(owner.as_str(), handle);
        }
        Ok(ended)
    }

    /// Ends all sessions of an account, optionally except one.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn end_all(&self, owner: &UserId, except: Option<&RowKey>) -> Result<u64, StoreError> {
        let ended = self.rows.end_all(owner.as_str(), except).await?;
        self.watchers.look_at_all(owner.as_str(), except);
        Ok(ended)
    }
}
