//! The models of the pages that have none of their own.

use super::{FormState, Notice};

/// `/`
#[derive(Debug, Clone)]
pub struct HomePage {
    /// Whether preferences were saved; otherwise they are the defaults.
    pub customised: bool,
}

/// `/preferences`
#[derive(Debug, Clone)]
pub struct PreferencesPage {
    pub form: FormState,
    pub notice: Option<Notice>,
}
