//! What `/account` shows.

use time::OffsetDateTime;

use super::{Alert, FormState, Notice, ProviderLink};

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
    /// `display_name`
    pub profile_form: FormState,
    /// `current_password`, `new_password`
    pub password_form: FormState,
    /// `confirm`
    pub delete_form: FormState,
    pub notice: Option<Notice>,
    /// An error that concerns no single form.
    pub alert: Option<Alert>,
}

/// A row of the account's activity.
#[derive(Debug, Clone)]
pub struct AccountEvent {
    pub at: OffsetDateTime,
    /// In words.
    pub what: String,
    pub ip_address: Option<String>,
}
