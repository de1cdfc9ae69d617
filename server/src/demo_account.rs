//! The demo account, in development and demonstration. Never in production.

use domain::account::{DisplayName, EmailAddress, UserId};
use domain::form::FieldError;
use rand::RngExt as _;

use crate::config::AppEnv;
use crate::state::{App, AppState};
use accounts::password::PasswordError;
use accounts::ports::{DatabaseError, NewUser};

/// Its address.
pub const DEMO_EMAIL: &str = "demo@example.com";
/// Its password.
pub const DEMO_PASSWORD: &str = "workout-demo";

/// Why it could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Name or address of it are not accepted.
    #[error("{0}")]
    Field(FieldError),
    /// The password could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed.
    #[error("{0}")]
    Database(DatabaseError),
}

impl From<DatabaseError> for SeedError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

/// Makes it, once.
///
/// # Errors
/// See [`SeedError`].
pub async fn seed(app: &App) -> Result<(), SeedError> {
    let email = EmailAddress::parse(DEMO_EMAIL).map_err(SeedError::Field)?;
    if app.db.user_by_email(&email).await?.is_some() {
        return Ok(());
    }
    let id = UserId::from_random(rand::rng().random());
    let user = NewUser {
        id,
        email,
        email_verified: false,
        display_name: DisplayName::parse("Demo").map_err(SeedError::Field)?,
        password_hash: Some(app.passwords.hash(DEMO_PASSWORD).await?),
        preferences: None,
        identity: None,
        created_at: app.clock.now(),
    };
    // Another instance may have been faster: just as well.
    app.db.create_user(user).await?;
    Ok(())
}

impl AppState {
    /// Address and password of the demo account, where there is one.
    #[must_use]
    pub fn demo_login(&self) -> Option<(String, String)> {
        (self.config.env != AppEnv::Production).then(|| (DEMO_EMAIL.to_owned(), DEMO_PASSWORD.to_owned()))
    }
}
