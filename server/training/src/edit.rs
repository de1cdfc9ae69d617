//! Correcting and deleting a finished workout.

use accounts::Error;
use accounts::training::{WorkoutMoved, local_time};
use domain::form::FormFields;
use domain::workout::document::{Status, Workout, WorkoutId};
use model::{Alert, EditWorkoutPage, FormState, Notice, Page, RefusedRows};

use crate::history::Found;
use crate::past::Past;
use crate::sheet::{Saved, TIMES, operations, refused, time_errors, time_fields, times};
use crate::{Answer, Trainee, hidden};

const LIST: &str = "/history";

impl Trainee<'_> {
    /// `/history/{id}/edit`
    ///
    /// # Errors
    /// If a store fails.
    pub async fn edit_page(&self, id: WorkoutId) -> Result<Found<EditWorkoutPage>, Error> {
        let workout = self.accounts.workout(&self.client, self.user(), id).await?;
        let Some(workout) = workout else { return Ok(Found::Nothing) };
        match workout.status() {
            Status::Open => Ok(Found::Open),
            Status::Finished => {
                let times = FormState { values: shown_times(&workout), ..FormState::default() };
                Ok(Found::Finished(self.editor(&workout, times, RefusedRows::default()).await?))
            }
        }
    }

    async fn editor(
        &self,
        workout: &Workout,
        times: FormState,
        refused: RefusedRows,
    ) -> Result<EditWorkoutPage, Error> {
        let past = Past::new(self.accounts.finished(&self.client, self.user()).await?);
        let player = self.shown(workout, true, past.before(workout));
        Ok(EditWorkoutPage { player, times, refused })
    }

    /// Corrects times and sets.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn edit(&self, fields: &FormFields) -> Result<Answer, Error> {
        let id = match hidden(fields, "workout", WorkoutId::parse) {
            Ok(id) => id,
            Err(errors) => return Ok(Answer::Invalid(errors)),
        };
        let workout = self.accounts.workout(&self.client, self.user(), id).await?;
        let Some(workout) = workout else { return Ok(Answer::Gone(LIST)) };
        let (rows, errors) =
            match (times(fields, workout.zone()), operations(fields, workout.sets(), workout.started_at())) {
                (Ok(times), Ok(operations)) => {
                    // Times are typed in minutes: if none was changed, the seconds are kept.
                    let moved = fields.keep(TIMES) != shown_times(&workout);
                    let moved = if moved { self.moved(id, times).await? } else { Saved::Done };
                    let saved = match moved {
                        Saved::Done => self.save(id, &operations).await?,
                        Saved::Gone | Saved::Refused(_) => moved,
                    };
                    match saved {
                        Saved::Done => {
                            let url = Notice::WorkoutChanged.url_on(&format!("/history/{id}"));
                            return Ok(Answer::Done(url));
                        }
                        Saved::Gone => return Ok(Answer::Gone(LIST)),
                        Saved::Refused(refusal) => {
                            (refused(fields, Some(refusal)), time_errors(Some(refusal)))
                        }
                    }
                }
                (times, operations) => (
                    operations.err().unwrap_or_else(|| refused(fields, None)),
                    times.err().unwrap_or_default(),
                ),
            };
        let mut all = rows.errors();
        errors.iter().for_each(|(name, error)| all.add(name, error));
        let times = FormState { values: fields.keep(TIMES), errors, alert: Some(Alert::CheckFields) };
        let page = self.editor(&workout, times, rows).await?;
        Ok(Answer::Refused(Box::new(Page::EditWorkout(Box::new(page))), all))
    }

    async fn moved(
        &self,
        id: WorkoutId,
        (started_at, ended_at): (time::OffsetDateTime, time::OffsetDateTime),
    ) -> Result<Saved, Error> {
        let moved = self.accounts.move_workout(&self.client, self.user(), id, started_at, ended_at).await?;
        Ok(match moved {
            WorkoutMoved::Done(_) => Saved::Done,
            WorkoutMoved::Impossible(refusal) => Saved::Refused(refusal),
            WorkoutMoved::Gone => Saved::Gone,
        })
    }

    /// Deletes a workout, after a question.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn delete(&self, fields: &FormFields) -> Result<Answer, Error> {
        let id = match hidden(fields, "workout", WorkoutId::parse) {
            Ok(id) => id,
            Err(errors) => return Ok(Answer::Invalid(errors)),
        };
        if fields.value("confirmed").is_empty() {
            return Ok(Answer::Done(format!("/history/{id}/delete")));
        }
        let deleted = self.accounts.delete_workout(&self.client, self.user(), id).await?;
        Ok(if deleted { Answer::Done(Notice::WorkoutDeleted.url()) } else { Answer::Gone(LIST) })
    }
}

fn shown_times(workout: &Workout) -> FormFields {
    let ended_at = workout.ended_at().unwrap_or(workout.started_at());
    // In a night of a clock change it has another offset than the start.
    time_fields(workout.started_at(), local_time(workout.zone(), ended_at))
}
