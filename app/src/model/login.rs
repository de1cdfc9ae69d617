//! What the pages on the way into an account show.

use super::{FormState, Notice, SignedOut};

/// A provider one can log in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLink {
    /// The path name, as in `/auth/<name>`.
    pub name: String,
    /// What people call it.
    pub label: String,
}

/// `/login`
#[derive(Debug, Clone, Default)]
pub struct LoginPage {
    /// `email`, `password`
    pub form: FormState,
    pub notice: Option<Notice>,
    /// Why the visitor was sent here.
    pub reason: Option<SignedOut>,
    /// A checked local path, if it is not `/`.
    pub return_to: Option<String>,
    pub providers: Vec<ProviderLink>,
    /// The demo account's address and password, where there is one.
    pub demo_login: Option<(String, String)>,
}

/// `/register`
#[derive(Debug, Clone, Default)]
pub struct RegisterPage {
    /// `display_name`, `email`, `password`
    pub form: FormState,
    pub notice: Option<Notice>,
    /// A checked local path, if it is not `/`.
    pub return_to: Option<String>,
    pub providers: Vec<ProviderLink>,
}

/// `/account/confirm`: a fresh login before a sensitive change.
#[derive(Debug, Clone)]
pub struct ConfirmPage {
    pub email: String,
    /// `current_password`
    pub form: FormState,
    /// A checked local path.
    pub return_to: String,
    pub has_password: bool,
    /// Linked providers, to be asked instead of the password.
    pub providers: Vec<ProviderLink>,
}

/// `/account/link/<provider>`: its link starts linking.
#[derive(Debug, Clone)]
pub struct LinkPage {
    pub provider: ProviderLink,
}

/// The demo identity provider's consent page.
#[derive(Debug, Clone)]
pub struct DemoConsentPage {
    /// `name`, `email`
    pub form: FormState,
    /// Names and values of hidden fields to send back unchanged.
    pub hidden: Vec<(String, String)>,
    /// What the application asked for.
    pub scopes: Vec<String>,
}
