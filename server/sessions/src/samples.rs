//! What the tests of several modules begin with.

use domain::account::UserId;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::data::Login;
use crate::keys::Keys;
use crate::settings::{CookieSettings, SameSite, SessionSettings};

pub(crate) const NOW: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);

/// Not that of the product: golden records outlive its name.
pub(crate) const GOLDEN_SALT: &str = "the salt of the golden records";

/// The keys of golden records.
pub(crate) fn golden_keys() -> Keys {
    Keys::with_salt(GOLDEN_SALT, &["the secret of the golden record, 32+ bytes"]).expect("a long secret")
}

pub(crate) fn settings() -> SessionSettings {
    SessionSettings {
        ttl: Duration::days(1),
        idle_timeout: Duration::hours(1),
        absolute_lifetime: Duration::days(7),
        touch_interval: Duration::minutes(1),
        fresh_for: Duration::minutes(10),
        sweep_interval: Duration::minutes(10),
        cookie: CookieSettings {
            name: "id".to_owned(),
            secure: false,
            same_site: SameSite::Lax,
            domain: None,
        },
    }
}

pub(crate) fn login() -> Login {
    Login {
        user_id: UserId::from_random([7; 16]),
        login_time: NOW,
        fresh_at: NOW,
        ip_address: None,
        user_agent: None,
        provider: "password".to_owned(),
    }
}
