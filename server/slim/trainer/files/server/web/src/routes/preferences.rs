//! `/preferences`: kept in the session and, when signed in, in the account.

use model::{Alert, FormState, Notice, Page, PreferencesPage};
use axum::response::Response;
use domain::preferences::Preferences;
use http::StatusCode;

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PostForm};
use crate::route_table::RouteTable;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/preferences", show).form("/api/preferences", "/preferences", Guard::Token, save)
}

async fn show(context: Context) -> Result<Response, AppError> {
    context.need_store()?;
    let values = context.visitor.preferences().to_form();
    let page = page(&context, FormState { values, ..FormState::default() });
    Ok(context.page(StatusCode::OK, page).await)
}

async fn save(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.need_store()?;
    let preferences = match Preferences::from_form(&fields, context.app.clock.now()) {
        Ok(preferences) => preferences,
        Err(errors) => {
            let form = FormState { values: fields, errors: errors.clone(), alert: Some(Alert::CheckFields) };
            return context.refused(page(&context, form), AppError::Invalid(errors)).await;
        }
    };
    context.may_begin_session().await?;
    let user = context.visitor.user().map(|user| &user.id);
    context.app.accounts.save_preferences(&context.caller(), user, &preferences).await?;
    Ok(context.done(&Notice::PreferencesSaved.url()))
}

fn page(context: &Context, form: FormState) -> Page {
    Page::Preferences(PreferencesPage { form, notice: context.notice() })
}
