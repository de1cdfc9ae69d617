//! Sessions: the heart of this application.
//!
//! `session_rows` defines what a store must do, and the modules of [`store`] implement it. A request's
//! [`TypedSession`] has methods that say what happens (`typed`), changes by compare-and-swap (`change`), and
//! is created from a cookie and turned back into one by the Tower layer ([`layer`]).
//!
//! Nothing here knows what other packages keep in a session ([`Section`]), who renders pages, or where the
//! settings come from.
#![forbid(unsafe_code)]

mod change;
pub mod cleanup;
pub mod clock;
mod cookie;
mod csrf;
pub mod data;
pub mod keys;
pub mod layer;
pub mod mac;
mod row;
pub mod seal;
pub mod settings;
pub mod store;
mod tower_session;
pub mod typed;
mod upkeep;

use std::sync::Arc;

use domain::account::UserId;
use domain::session::SessionSummary;
use session_rows::{RowKey, SessionRows, StoreError};
use time::OffsetDateTime;

use crate::clock::Clock;
use crate::cookie::SessionCookie;
use crate::csrf::CsrfTokens;
use crate::keys::Keys;
use crate::seal::Sealer;
use crate::settings::SessionSettings;

pub use crate::data::{Login, Section, Sections, SessionData};
pub use crate::layer::SessionLayer;
pub use crate::row::Meta;
pub use crate::typed::TypedSession;

/// Why an operation on a session failed.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// It was ended or replaced during the request. Respond as to a visitor without a session.
    #[error("the session is gone")]
    Gone,
    /// Another request saved in between. `TypedSession` retries, so handlers only see this after five
    /// consecutive conflicts.
    #[error("the session was changed at the same time")]
    Stale,
    /// The stored data cannot be opened: different secrets, another row's data, or damage.
    #[error("the stored session does not open")]
    Corrupt,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The typed data and the stored JSON do not match.
    #[error("session data: {0}")]
    Data(String),
}

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
    clock: Clock,
    settings: SessionSettings,
    /// Shared by sessions according to the first byte of their key: occasionally sharing a lock with another
    /// session is cheaper than one lock each.
    turns: [tokio::sync::Mutex<()>; 64],
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
            cookie: SessionCookie::new(settings.cookie.clone(), settings.ttl, keys),
            csrf: CsrfTokens::new(keys),
            clock,
            settings,
            turns: std::array::from_fn(|_| tokio::sync::Mutex::new(())),
        })
    }

    fn turn(&self, key: &RowKey) -> &tokio::sync::Mutex<()> {
        &self.turns[usize::from(key.0[0]) % self.turns.len()]
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

    /// Succeeds if the store responds.
    ///
    /// # Errors
    /// If it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.rows.ping().await
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
        let summaries = rows.into_iter().map(|row| {
            let login = self.login_of(&row.row.key, &row.row.data);
            SessionSummary {
                current: current == Some(&row.row.key),
                handle: row.row.handle,
                login_time: login.as_ref().map_or(row.row.created_at, |login| login.login_time),
                last_activity: row.row.last_activity,
                provider: login.as_ref().map_or_else(|| "unknown".to_owned(), |login| login.provider.clone()),
                ip_address: login.as_ref().and_then(|login| login.ip_address.clone()),
                user_agent: login.and_then(|login| login.user_agent),
            }
        });
        Ok((summaries.collect(), total))
    }

    /// A row that cannot be opened is still listed (without its details), so that its owner can end it.
    fn login_of(&self, key: &RowKey, data: &[u8]) -> Option<Login> {
        let plain = self.sealer.open(key, data).ok()?.plaintext;
        serde_json::from_slice::<SessionData>(&plain).ok()?.login
    }

    /// Ends one session of an account. `false` if it has no session with that handle.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn end(&self, owner: &UserId, handle: &str) -> Result<bool, StoreError> {
        // The format of our handles. Not every store accepts other text: PostgreSQL rejects a NUL with an
        // error, which would count as an unavailable store.
        if !handle.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Ok(false);
        }
        self.rows.end(owner.as_str(), handle).await
    }

    /// Ends all sessions of an account, optionally except one.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn end_all(&self, owner: &UserId, except: Option<&RowKey>) -> Result<u64, StoreError> {
        self.rows.end_all(owner.as_str(), except).await
    }
}
