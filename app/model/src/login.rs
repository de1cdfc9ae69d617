//! The models of the login and registration pages.

use super::{FormState, Notice, SignedOut};

/// An identity provider to log in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLink {
    /// The path name, as in `/auth/<name>`.
    pub name: String,
    /// The name people read.
    pub label: String,
}

/// `/login`
#[derive(Debug, Clone, Default)]
pub struct LoginPage {
    /// `email`, `password`
    pub form: FormState,
    pub notice: Option<Notice>,
    /// Why the visitor was redirected here.
    pub reason: Option<SignedOut>,
    // slim: trainer
    /// What they sent after their login had ended.
    pub kept: Option<Kept>,
    // slim: end
    /// A validated local path other than `/`.
    pub return_to: Option<String>,
    pub providers: Vec<ProviderLink>,
    pub demo: Option<DemoOffer>,
}

// slim: trainer
/// What waits in the session until the person logs in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A set of their workout.
    Set,
    /// Anything else about it, or more than one.
    Changes,
}

impl Kept {
    /// The text people read.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Set => "Your set is kept. Log in to save it.",
            Self::Changes => "The changes to your workout are kept. Log in to save them.",
        }
    }
}
// slim: end

/// How to look around without registering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DemoOffer {
    /// The account of a development server.
    Login { email: String, password: String },
    /// A button that creates an account of the visitor's own.
    OwnAccount {
        /// A secret of this page, by which a second click on the button is known.
        click: String,
    },
}

/// `/register`
#[derive(Debug, Clone, Default)]
pub struct RegisterPage {
    /// `display_name`, `email`, `password`
    pub form: FormState,
    pub notice: Option<Notice>,
    /// A validated local path other than `/`.
    pub return_to: Option<String>,
    pub providers: Vec<ProviderLink>,
}

/// `/account/confirm`: a fresh login before a sensitive change.
#[derive(Debug, Clone)]
pub struct ConfirmPage {
    pub email: String,
    /// `current_password`
    pub form: FormState,
    /// A validated local path.
    pub return_to: String,
    pub has_password: bool,
    /// Linked providers that can be used instead of the password.
    pub providers: Vec<ProviderLink>,
}

/// `/account/link/<provider>`: the link on this page starts the linking.
#[derive(Debug, Clone)]
pub struct LinkPage {
    pub provider: ProviderLink,
}
