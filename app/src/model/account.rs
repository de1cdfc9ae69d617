//! What `/account` shows.

use time::OffsetDateTime;

use super::{Alert, FormState, ProviderLink};

/// `/account`
#[derive(Debug, Clone)]
pub struct AccountPage {
    /// The person's name.
    pub display_name: String,
    /// Their address.
    pub email: String,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// There is a password to change.
    pub has_password: bool,
    /// Linked providers.
    pub identities: Vec<ProviderLink>,
    /// Providers that could be linked besides.
    pub linkable: Vec<ProviderLink>,
    /// Recent security-related events, newest first: when, what, from which address.
    pub events: Vec<AccountEvent>,
    /// `display_name`
    pub profile_form: FormState,
    /// `current_password`, `new_password`
    pub password_form: FormState,
    /// `confirm`
    pub delete_form: FormState,
    /// What was just done.
    pub status: Option<AccountStatus>,
    /// Something was refused.
    pub alert: Option<Alert>,
}

/// What was just done on `/account`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// The password was changed and other sessions ended.
    PasswordChanged,
    /// The profile was saved.
    ProfileSaved,
    /// A provider was linked.
    Linked,
    /// A provider was unlinked.
    Unlinked,
}

/// A row of the account's activity.
#[derive(Debug, Clone)]
pub struct AccountEvent {
    /// When.
    pub at: OffsetDateTime,
    /// What, in words.
    pub what: String,
    /// From which address.
    pub ip_address: Option<String>,
}
