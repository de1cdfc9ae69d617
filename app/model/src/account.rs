//! What `/account` shows.

use time::OffsetDateTime;

use super::{FormState, Notice, ProviderLink};

/// `/account`
#[derive(Debug, Clone)]
pub struct AccountPage {
    pub display_name: String,
    pub email: String,
    pub created_at: OffsetDateTime,
    pub has_password: bool,
    pub identities: Vec<ProviderLink>,
    /// Providers that can still be linked.
    pub linkable: Vec<ProviderLink>,
    /// Recent security events, newest first.
    pub events: Vec<AccountEvent>,
    /// `None` if there are none.
    pub new_sign_ins: Option<NewSignIns>,
    /// `display_name`
    pub profile_form: FormState,
    /// `current_password`, `new_password`
    pub password_form: FormState,
    /// `confirm`
    pub delete_form: FormState,
    pub notice: Option<Notice>,
    /// `Some` for an account of a public demonstration.
    pub demo_login: Option<DemoLogin>,
}

/// How to log in to a demo account in another browser.
#[derive(Debug, Clone)]
pub struct DemoLogin {
    pub email: String,
    /// `None` once the person has chosen another, or if the secret it came from is no longer configured.
    pub password: Option<String>,
    /// When the account is removed.
    pub ends_at: OffsetDateTime,
    /// Where the person was going when they asked for the account.
    pub return_to: Option<String>,
}

/// A row of the account's activity.
#[derive(Debug, Clone)]
pub struct AccountEvent {
    pub at: OffsetDateTime,
    /// What happened, in words.
    pub what: String,
    pub ip_address: Option<String>,
    /// A sign-in that the owner has not seen yet.
    pub is_new: bool,
}

/// Sign-ins that the owner has not seen yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSignIns {
    pub count: usize,
    /// When the newest sign-in on the page was, in milliseconds since 1970.
    pub until: i64,
}
