//! `/preferences`: kept in the session and, when signed in, in the account.

use accounts::preferences_from_form;
use accounts::training::zone_names;
use axum::response::Response;
use domain::form::FormFields;
use domain::workout::training::{Preset, Training};
use http::StatusCode;
use model::{Alert, FormState, Notice, Page, PreferencesPage};

use crate::context::Context;
use crate::error::AppError;
use crate::form::{Guard, PostForm};
use crate::respond::ClientKind;
use crate::route_table::RouteTable;
use crate::routes::workout::trainee;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get("/preferences", show).form("/api/preferences", "/preferences", Guard::Token, save)
}

async fn show(context: Context) -> Result<Response, AppError> {
    context.need_store()?;
    let values = context.visitor.preferences().to_form();
    let page = page(&context, FormState { values, ..FormState::default() }).await;
    Ok(context.page(StatusCode::OK, page).await)
}

async fn save(PostForm { context, fields }: PostForm) -> Result<Response, AppError> {
    context.need_store()?;
    // A button for people: programs name the equipment.
    let preset = Preset::ALL.iter().find(|preset| preset.word == fields.value("preset"));
    if let (Some(preset), ClientKind::Form) = (preset, context.client) {
        return Ok(ticked(&context, preset, &fields).await);
    }
    let preferences = match preferences_from_form(&fields, context.app.clock.now()) {
        Ok(preferences) => preferences,
        Err(errors) => {
            let form = FormState { values: fields, errors: errors.clone(), alert: Some(Alert::CheckFields) };
            let page = page(&context, form).await;
            return context.refused(page, AppError::Invalid(errors)).await;
        }
    };
    context.may_begin_session().await?;
    let user = context.visitor.user().map(|user| &user.id);
    context.app.accounts.save_preferences(&context.caller(), user, &preferences).await?;
    Ok(context.done(&Notice::PreferencesSaved.url()))
}

/// The form again with the boxes of a preset ticked. Nothing is saved, so that the boxes can still be changed; what
/// was typed elsewhere is kept, and checked when it is saved.
async fn ticked(context: &Context, preset: &Preset, fields: &FormFields) -> Response {
    let form = FormState { values: preset.tick(fields), ..FormState::default() };
    let mut page = page(context, form).await;
    if let Page::Preferences(page) = &mut page {
        page.ticked = Some(preset.name);
    }
    context.page(StatusCode::OK, page).await
}

async fn page(context: &Context, form: FormState) -> Page {
    // Of a form that cannot be read, the preview shows what is saved.
    let training = Training::from_form(&form.values);
    Page::Preferences(PreferencesPage {
        training: training.unwrap_or_else(|_| context.visitor.preferences().training),
        form,
        ticked: None,
        zones: zone_names(),
        notice: context.notice(),
        ordinal: trainee(context).ordinal().await,
    })
}
