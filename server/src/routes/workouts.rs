//! `POST /api/workouts`

use axum::response::Response;

use app::model::{Alert, FormState, Page};
use domain::workout::log::FinishedWorkout;

use crate::form::PostForm;
use crate::refusal::Refusal;
use crate::respond::{Client, see_other};
use crate::routes::pages::workout_page;

/// Saves a finished workout of a signed-in person. Everybody else is told that nothing is kept.
pub async fn finish(PostForm { context, fields }: PostForm) -> Result<Response, Refusal> {
    context.need_store()?;
    let result = match FinishedWorkout::from_form(&fields, context.app.clock.now()) {
        Ok(result) => result,
        Err(errors) => {
            let values = fields.keep(&["sets_done"]);
            let form = FormState { values, errors: errors.clone(), alert: Some(Alert::CheckFields) };
            let page = workout_page(&context, form);
            return context.invalid(Page::Workout(page), Refusal::Invalid(errors)).await;
        }
    };
    match context.visitor.user() {
        Some(user) => {
            context.app.db.add_workout(&user.id, &result).await?;
            Ok(context.done("/history?saved=true"))
        }
        None if context.client == Client::Form => Ok(see_other("/workout?done=true")),
        None => Err(Refusal::Unauthenticated { return_to: Some("/workout"), mark: None }),
    }
}
