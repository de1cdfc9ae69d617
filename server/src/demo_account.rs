//! The demo account that a development server seeds. A public demonstration gives each visitor an account of their own
//! ([`routes::demo_account`](crate::routes)); production has neither.

use domain::account::{DisplayName, EmailAddress};

use crate::state::App;

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
