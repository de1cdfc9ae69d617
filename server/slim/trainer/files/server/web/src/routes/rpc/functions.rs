//! What the functions do.

use api::{Api, ApiError, Saved};
use async_trait::async_trait;
use domain::account::UserId;
use domain::preferences::Theme;

use super::Calls;
use crate::error::AppError;

impl Calls {
    async fn save_theme(&self, owner: Option<&UserId>, theme: Theme) -> Result<Saved, AppError> {
        let user = self.signed_in_owner(owner)?;
        self.context.may_begin_session().await?;
        let mut preferences = self.context.visitor.preferences();
        preferences.site.theme = theme;
        preferences.updated_at = Some(self.context.app.clock.now().truncate_to_millisecond());
        self.context.app.accounts.save_preferences(&self.context.caller(), user, &preferences).await?;
        Ok(Saved { theme })
    }
}

#[async_trait]
impl Api for Calls {
    async fn save_theme(&self, owner: Option<UserId>, theme: Theme) -> Result<Saved, ApiError> {
        self.answer(self.save_theme(owner.as_ref(), theme).await)
    }
}
