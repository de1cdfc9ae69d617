//! The model of the demo identity provider's page.

use super::FormState;

/// The demo identity provider's consent page.
#[derive(Debug, Clone)]
pub struct DemoConsentPage {
    /// `name`, `email`
    pub form: FormState,
    /// Names and values of hidden fields to send back unchanged.
    pub hidden: Vec<(String, String)>,
    /// The scopes requested by the application.
    pub scopes: Vec<String>,
}
