//! `POST /api/preferences`

use axum::response::Response;

use app::model::{Alert, FormState, Page, PreferencesPage};
use domain::preferences::Preferences;

use crate::form::PostForm;
use crate::refusal::Refusal;
use crate::routes::pages::today;

/// Saves preferences in the session and, signed in, in the account.
pub async fn save(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    context.need_store()?;
    let preferences = match Preferences::from_form(&fields, context.app.clock.now()) {
        Ok(preferences) => preferences,
        Err(errors) => {
            let form = FormState { values: fields, errors: errors.clone(), alert: Some(Alert::CheckFields) };
            let preferences = context.visitor.preferences();
            let page = PreferencesPage { form, preferences, saved: false, day: today(&context) };
            return context.invalid(Page::Preferences(page), Refusal::Invalid(errors)).await;
        }
    };
    context.session.set_preferences(&preferences).await?;
    if let Some(user) = context.visitor.user() {
        context.app.db.set_preferences(&user.id, &preferences).await?;
        context.app.users.invalidate(&user.id);
    }
    Ok(context.done("/preferences?saved=true"))
}
