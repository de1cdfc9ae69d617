//! How a workout ends: finished, reviewed first if sets are missing, or discarded.

use accounts::Error;
use accounts::training::{WaitingOperation, WorkoutDiscarded, WorkoutFinished};
use domain::account::UserId;
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::workout::document::{Change, Ending, Operation, OperationId, WorkoutId};
use model::{Notice, ReviewPage};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{Answer, Trainee, hidden, workout_id};

const REVIEW: &str = "/workout/review";

impl Trainee<'_> {
    /// `/workout/review`: what is missing, and both ways out. `None` if no workout is open.
    ///
    /// # Errors
    /// If a store fails: to be told that nothing is open would be worse than an error.
    pub async fn review_page(&self, discards: bool) -> Result<Option<ReviewPage>, Error> {
        let open = self.accounts.open_workout(&self.client, self.user()).await?;
        let Some(workout) = open else { return Ok(None) };
        let player = self.shown(&workout, true, &[]);
        let missing = player.cards.iter().filter(|card| card.skipped.is_none());
        let missing = missing.map(|card| (card.name.clone(), card.rows.len() - card.logged()));
        Ok(Some(ReviewPage {
            workout: player.id,
            name: player.name.clone(),
            missing: missing.filter(|(_, sets)| *sets > 0).collect(),
            // Warm-ups would be lost, too.
            logged: workout.sets().len(),
            discards,
            last_set_at: player.abandoned.and_then(|abandoned| abandoned.last_set_at),
            operation: player.operation,
        }))
    }

    /// Finishes a workout, if nothing is missing or the person has seen what is.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn finish(&self, fields: &FormFields) -> Result<Answer, Error> {
        let review = || Answer::Done(REVIEW.to_owned());
        let (id, operation, at) = match ending(fields) {
            Ok((Some(id), operation, at)) => (id, operation, at),
            // From the page of before the start.
            Ok((None, ..)) => return Ok(review()),
            Err(errors) => return Ok(Answer::Invalid(errors)),
        };
        if fields.value("confirmed").is_empty() {
            let workout = self.accounts.workout(&self.client, self.user(), id).await?;
            let Some(workout) = workout else { return Ok(Answer::Gone("/workout")) };
            match workout.ending() {
                Ending::Finish => {}
                Ending::Review { .. } | Ending::Discard => return Ok(review()),
            }
        }
        let finished = self.accounts.finish_workout(&self.client, self.user(), id, operation, at).await?;
        Ok(match finished {
            WorkoutFinished::Done(workout) => Answer::Done(self.after_finish(workout.id())),
            WorkoutFinished::NothingLogged => review(),
            WorkoutFinished::Gone => Answer::Gone("/workout"),
        })
    }

    /// The same form, to be carried out once `owner` has logged in again. `None` if there is nothing to finish, or
    /// something wrong with the form.
    #[must_use]
    pub fn finish_later(&self, fields: &FormFields, owner: UserId) -> Option<WaitingOperation> {
        let (workout, id, at) = ending(fields).ok()?;
        Some(WaitingOperation {
            owner,
            workout: Some(workout?),
            zone: self.zone.clone(),
            operation: Operation { id, change: Change::Finish { at: at.unwrap_or(self.now) } },
            confirmed: !fields.value("confirmed").is_empty(),
            since: None,
        })
    }

    /// Throws the open workout away; if sets are logged, after a question.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn discard(&self, fields: &FormFields) -> Result<Answer, Error> {
        let id = match hidden(fields, "workout", WorkoutId::parse) {
            Ok(id) => id,
            Err(errors) => return Ok(Answer::Invalid(errors)),
        };
        let confirmed = !fields.value("confirmed").is_empty();
        let discarded = self.accounts.discard_workout(&self.client, self.user(), id, confirmed).await?;
        Ok(Answer::Done(match discarded {
            WorkoutDiscarded::Done => Notice::WorkoutDiscarded.url(),
            WorkoutDiscarded::HasSets(_) => format!("{REVIEW}?discard"),
            // It is in the history, where it can be deleted.
            WorkoutDiscarded::Finished if self.user.is_some() => format!("/history/{id}"),
            WorkoutDiscarded::Finished => "/workout".to_owned(),
        }))
    }
}

type EndingFields = (Option<WorkoutId>, OperationId, Option<OffsetDateTime>);

fn ending(fields: &FormFields) -> Result<EndingFields, FieldErrors> {
    let at = match fields.value("at") {
        "" => None,
        typed => {
            let at = OffsetDateTime::parse(typed, &Rfc3339);
            Some(at.map_err(|_| FieldErrors::from(("at", FieldError::Invalid)))?)
        }
    };
    Ok((workout_id(fields)?, hidden(fields, "operation", OperationId::parse)?, at))
}
