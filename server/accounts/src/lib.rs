//! Accounts: what people can do with them, and what that requires from a database.
//!
//! Each use case is one method of [`Accounts`] in a file of its own. It takes parsed values and the
//! [`Client`] that makes the request, and returns an enum of all outcomes. Nothing here knows about HTTP,
//! pages or the configuration.
#![forbid(unsafe_code)]

mod activity;
pub mod cache;
mod change_password;
mod confirm;
mod delete;
mod demo_account;
mod device;
mod end_sessions;
mod error;
mod events;
mod export;
mod identities;
mod log_in;
mod new_sessions;
mod oauth_sign_in;
mod outcome;
pub mod password;
pub mod ports;
mod preferences;
mod profile;
mod register;
mod seed;
mod sign_in;
mod suspicion;
mod throttle;
pub mod training; // slim: trainer

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use domain::account::{EmailAddress, UserId};
use domain::preferences::Preferences;
use rand::RngExt as _;
use sessions::clock::Clock;
use sessions::{Sessions, TypedSession};

use crate::cache::ProfileCache;
use crate::password::{Load, PasswordError, Passwords, Place, Purpose};
use crate::ports::{AccountStore, Limit, NewUser};
use crate::throttle::Throttle;

use self::activity::SlowDowns;
pub use self::activity::{Activity, Recent};
pub use self::change_password::{ChangePassword, PasswordChanged};
pub use self::confirm::Confirmed;
pub use self::delete::Deleted;
pub use self::demo_account::{DemoAccount, DemoLogin};
use self::device::Devices;
pub use self::device::{DEVICE_LIFETIME, Device};
pub use self::end_sessions::{Ended, LoggedOut};
pub use self::error::Error;
pub use self::events::SecurityEventKind;
pub use self::identities::Linking;
pub use self::log_in::{LogIn, LoggedIn};
use self::new_sessions::NewSessions;
pub use self::oauth_sign_in::{ExternalPerson, OAuthSignIn};
pub use self::preferences::preferences_from_form; // slim: trainer
pub use self::register::{Register, Registered};
use self::suspicion::Told;
pub use self::training::WORKOUTS_PER_DAY; // slim: trainer

/// Account settings of an installation.
#[derive(Clone)]
pub struct Settings {
    /// Failed logins per account and address.
    pub login_limit: Limit,
    /// Failed logins per address over all accounts.
    pub login_limit_address: Limit,
    /// New accounts per address.
    pub registration_limit: Limit,
    /// Key for hashing typed addresses when counting failed logins.
    pub attempt_key: [u8; 32],
    /// Keys that sign the tokens of known devices, newest first.
    pub device_keys: Vec<[u8; 32]>,
    /// Keys from which addresses and passwords of demo accounts are derived, newest first.
    pub demo_account_keys: Vec<[u8; 32]>,
}

/// The use cases and their dependencies.
pub struct Accounts {
    store: Arc<dyn AccountStore>,
    sessions: Arc<Sessions>,
    passwords: Passwords,
    profiles: ProfileCache,
    throttle: Throttle,
    clock: Clock,
    demo_account_keys: Vec<[u8; 32]>,
    slow_downs: SlowDowns,
    told: Told,
    devices: Devices,
    new_sessions: NewSessions,
    workout_turns: training::Turns, // slim: trainer
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").field("store", &self.store).finish_non_exhaustive()
    }
}

/// The client of a request, as far as use cases need to know it.
#[derive(Debug, Clone)]
pub struct Client {
    pub session: TypedSession,
    pub ip_address: IpAddr,
    pub user_agent: Option<String>,
    pub device: Device,
}

impl Accounts {
    #[must_use]
    pub fn new(
        store: Arc<dyn AccountStore>,
        sessions: Arc<Sessions>,
        passwords: Passwords,
        clock: Clock,
        settings: Settings,
    ) -> Self {
        Self {
            throttle: Throttle::new(Arc::clone(&store), &settings),
            profiles: ProfileCache::new(clock.clone()),
            store,
            sessions,
            passwords,
            clock,
            demo_account_keys: settings.demo_account_keys,
            slow_downs: SlowDowns::new(),
            told: Told::new(),
            devices: Devices::new(settings.device_keys),
            new_sessions: NewSessions::new(),
            workout_turns: training::Turns::new(), // slim: trainer
        }
    }

    /// Succeeds if the database accepts writes, as every login needs.
    ///
    /// # Errors
    /// If it does not.
    pub async fn try_to_write(&self) -> Result<(), ports::DatabaseError> {
        self.throttle.try_to_write(&self.clock).await
    }

    /// See [`Passwords::load`].
    #[must_use]
    pub fn password_load(&self) -> Load {
        self.passwords.load()
    }

    /// See [`Passwords::need_place`].
    fn need_place(&self, client: &Client, purpose: Purpose) -> Result<(), PasswordError> {
        self.passwords.need_place(purpose, client.ip_address)
    }

    /// A place in the line for hashing, in the share of the client's address.
    fn place(&self, client: &Client, purpose: Purpose) -> Result<Place, PasswordError> {
        self.passwords.place(purpose, client.ip_address)
    }

    /// Preferences chosen by an anonymous visitor are adopted by the new account. Those left in this browser
    /// by another account are not.
    async fn preferences_to_adopt(&self, client: &Client) -> Option<Preferences> {
        let data = client.session.data().await;
        data.preferences.filter(|_| data.login.is_none())
    }

    fn new_user(&self, email: EmailAddress, display_name: domain::account::DisplayName) -> NewUser {
        NewUser {
            id: UserId::from_random(rand::rng().random()),
            email,
            email_verified: false,
            display_name,
            password_hash: None,
            preferences: None,
            identity: None,
            created_at: self.clock.now(),
            expires_at: None,
        }
    }
}
