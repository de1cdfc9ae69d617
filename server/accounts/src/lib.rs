//! Accounts: what people can do with them, and what that requires from a database.
//!
//! Each use case is one method of [`Accounts`] in a file of its own. It takes parsed values and the
//! [`Client`] that makes the request, and returns an enum of all outcomes. Nothing here knows about HTTP,
//! pages or the configuration.
#![forbid(unsafe_code)]

pub mod cache;
mod change_password;
mod confirm;
mod delete;
mod end_sessions;
mod error;
mod events;
mod export;
mod identities;
mod log_in;
mod oauth_sign_in;
pub mod password;
pub mod ports;
mod preferences;
mod profile;
mod register;
mod seed;
mod sign_in;
mod throttle;
mod workouts;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use domain::account::{EmailAddress, UserId};
use domain::preferences::Preferences;
use rand::RngExt as _;
use sessions::clock::Clock;
use sessions::{Sessions, TypedSession};

use crate::cache::ProfileCache;
use crate::password::Passwords;
use crate::ports::{AccountStore, Limit, NewUser};
use crate::throttle::Throttle;

pub use self::change_password::{ChangePassword, PasswordChanged};
pub use self::confirm::Confirmed;
pub use self::delete::Deleted;
pub use self::end_sessions::{Ended, LoggedOut};
pub use self::error::Error;
pub use self::events::SecurityEventKind;
pub use self::export::Export;
pub use self::identities::Linking;
pub use self::log_in::{LogIn, LoggedIn};
pub use self::oauth_sign_in::{ExternalPerson, OAuthSignIn};
pub use self::register::{Register, Registered};

/// Account settings of an installation.
#[derive(Clone)]
pub struct Settings {
    /// Failed logins per account and address.
    pub login_limit: Limit,
    /// Failed logins per address over all accounts.
    pub login_limit_address: Limit,
    /// Key for hashing typed addresses when counting failed logins.
    pub attempt_key: [u8; 32],
    /// An account shared by strangers, which therefore cannot be changed: that of a public demonstration.
    pub shared_account: Option<EmailAddress>,
}

/// The use cases and their dependencies.
pub struct Accounts {
    store: Arc<dyn AccountStore>,
    sessions: Arc<Sessions>,
    passwords: Passwords,
    profiles: ProfileCache,
    throttle: Throttle,
    clock: Clock,
    shared_account: Option<EmailAddress>,
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
        let Settings { login_limit, login_limit_address, attempt_key, shared_account } = settings;
        Self {
            throttle: Throttle::new(Arc::clone(&store), login_limit, login_limit_address, attempt_key),
            profiles: ProfileCache::new(clock.clone()),
            store,
            sessions,
            passwords,
            clock,
            shared_account,
        }
    }

    /// Whether this is the account shared by strangers.
    #[must_use]
    pub fn is_shared(&self, email: &EmailAddress) -> bool {
        self.shared_account.as_ref() == Some(email)
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
        }
    }
}
