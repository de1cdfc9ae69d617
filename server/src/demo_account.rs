//! The demo account, in development and demonstration. Never in production.

use domain::account::{DisplayName, EmailAddress};

use crate::config::AppEnv;
use crate::state::{App, AppState};

pub const DEMO_EMAIL: &str = "demo@example.com";
pub const DEMO_PASSWORD: &str = "workout-demo";

/// Creates the account once.
///
/// # Errors
/// If the database or the hashing fails.
pub async fn seed(app: &App) -> Result<(), accounts::Error> {
    let constant = |field| accounts::Error::Internal(format!("the demo account: {field}"));
    let email = EmailAddress::parse(DEMO_EMAIL).map_err(constant)?;
    let name = DisplayName::parse("Demo").map_err(constant)?;
    app.accounts.seed(email, name, DEMO_PASSWORD).await
}

impl AppState {
    /// Address and password of the demo account, if there is one.
    #[must_use]
    pub fn demo_login(&self) -> Option<(String, String)> {
        (self.config.env != AppEnv::Production).then(|| (DEMO_EMAIL.to_owned(), DEMO_PASSWORD.to_owned()))
    }
}
