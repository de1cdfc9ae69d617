//! Security events: in the log for operators, and on `/account` for the person.

use std::net::IpAddr;

use domain::account::UserId;
use time::OffsetDateTime;

use crate::ports::{AccountStore, SecurityEvent};
use crate::{Accounts, Client};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)+) => {
        /// What happened, in terms of the OWASP Logging Vocabulary where it has one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum SecurityEventKind { $($(#[$doc])* $name,)+ }

        impl SecurityEventKind {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word that is logged and stored.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

kinds! {
    LoginSucceeded = "authn_login_success";
    LoginFailed = "authn_login_fail";
    /// Logins of this account are slowed down, because too many failed from too many addresses.
    LoginsSlowedDown = "authn_login_fail_max";
    PasswordChanged = "authn_password_change";
    PasswordChangeFailed = "authn_password_change_fail";
    LoggedOut = "session_logout";
    LoggedOutEverywhere = "session_logout_everywhere";
    OtherSessionsEnded = "session_end_others";
    SessionEnded = "session_end_one";
    /// By a login, because the account had more than it may have.
    OldestSessionsEnded = "session_end_oldest";
    AccountCreated = "user_created";
    ProfileChanged = "user_updated";
    ProviderLinked = "identity_linked";
    ProviderUnlinked = "identity_unlinked";
    DataExported = "user_exported";
    /// The person confirmed their identity again.
    IdentityConfirmed = "fresh_login";
    /// A session was used from another network and by another family of browsers than its login. The vocabulary's nearest
    /// word: ours does not ask how far the networks are apart.
    SessionUsedElsewhere = "authn_impossible_travel";
    /// An answer of a provider to a login that was not begun here, was used before, or is too old.
    StateRefused = "sequence_fail";
}

impl SecurityEventKind {
    /// The inverse of [`Self::as_str`]; `None` for a word stored by another version.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// Notes an event, in the log and for the person to see. Its loss must not undo what happened, so a failing database is
/// only logged.
pub(crate) async fn record(
    store: &dyn AccountStore,
    at: OffsetDateTime,
    address: IpAddr,
    user: &UserId,
    kind: SecurityEventKind,
) {
    tracing::info!(event = kind.as_str(), user.id = %user, "security event");
    store_event(store, at, address, user, kind).await;
}

/// The second half of [`record`], for what is logged in words of its own.
pub(crate) async fn store_event(
    store: &dyn AccountStore,
    at: OffsetDateTime,
    address: IpAddr,
    user: &UserId,
    kind: SecurityEventKind,
) {
    let kind = kind.as_str();
    let event = SecurityEvent { at, kind: kind.to_owned(), ip_address: Some(address.to_string()) };
    if let Err(error) = store.add_event(user, &event).await {
        tracing::error!(%error, "a security event could not be stored");
    }
}

impl Accounts {
    /// [`record`], now.
    pub(crate) async fn record(&self, client: &Client, user: &UserId, kind: SecurityEventKind) {
        record(&*self.store, self.clock.now(), client.ip_address, user, kind).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back() {
        for kind in SecurityEventKind::ALL {
            assert_eq!(SecurityEventKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(SecurityEventKind::parse("unheard_of"), None);
    }
}
