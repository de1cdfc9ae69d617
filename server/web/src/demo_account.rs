//! The demo account that a development server seeds. A public demonstration gives each visitor an account of their own
//! ([`routes::demo_account`](crate::routes)) and removes this one; production has neither.

use domain::account::{DisplayName, EmailAddress};
use domain::form::FieldError;

use crate::state::App;

pub const DEMO_EMAIL: &str = "demo@example.com";
pub const DEMO_PASSWORD: &str = "workout-demo";

/// Creates the account once.
///
/// # Errors
/// If the database or the hashing fails.
pub async fn seed(app: &App) -> Result<(), accounts::Error> {
    let name = DisplayName::parse("Demo").map_err(constant)?;
    app.accounts.seed(email()?, name, DEMO_PASSWORD).await
}

/// Removes what [`seed`] has made in the same database, or an earlier demonstration, where everybody shared it.
/// An account at this address with another password belongs to somebody, and stays.
///
/// # Errors
/// If a store or the hashing fails.
pub async fn unseed(app: &App) -> Result<(), accounts::Error> {
    app.accounts.unseed(&email()?, DEMO_PASSWORD).await.map(drop)
}

fn email() -> Result<EmailAddress, accounts::Error> {
    EmailAddress::parse(DEMO_EMAIL).map_err(constant)
}

/// A constant is wrong, which no retry mends.
fn constant(field: FieldError) -> accounts::Error {
    accounts::Error::Internal(format!("the demo account: {field}"))
}
