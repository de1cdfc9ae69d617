//! What the functions do.

use accounts::training::{OPERATIONS_AT_ONCE, WorkoutChanged};
use api::{Api, ApiError, Comments, Held, Progress};
use async_trait::async_trait;
use domain::account::UserId;
use domain::form::FieldError;
use domain::workout::document::{Entry, Operation, Outcome, SetOperation, Slot, Status, Workout, WorkoutId};
use domain::workout::load::LoggedSet;

use super::Calls;
use crate::error::AppError;
use crate::routes::workout::trainee;

const MOST: u32 = OPERATIONS_AT_ONCE as u32;

impl Calls {
    async fn log(
        &self,
        owner: Option<&UserId>,
        workout: WorkoutId,
        operations: &[Operation],
    ) -> Result<Progress, AppError> {
        let user = self.signed_in_owner(owner)?;
        self.context.may_begin_session().await?;
        let accounts = &self.context.app.accounts;
        Ok(match accounts.change_workout(&self.context.caller(), user, workout, operations).await? {
            WorkoutChanged::Done { workout, outcomes } => {
                Progress { outcomes, workout: Some(self.held(&workout).await) }
            }
            WorkoutChanged::Gone => {
                Progress { outcomes: vec![Outcome::Gone; operations.len()], workout: None }
            }
            WorkoutChanged::TooMany => {
                return Err(AppError::Invalid(("operations", FieldError::OutOfRange(0, MOST)).into()));
            }
        })
    }

    async fn workout_state(&self, owner: Option<&UserId>, workout: WorkoutId) -> Result<Progress, AppError> {
        let user = self.signed_in_owner(owner)?;
        let found = self.context.app.accounts.workout(&self.context.caller(), user, workout).await?;
        let held = match &found {
            Some(workout) => Some(self.held(workout).await),
            None => None,
        };
        Ok(Progress { outcomes: Vec::new(), workout: held })
    }

    async fn held(&self, workout: &Workout) -> Held {
        let entry = |(slot, set): (&Slot, &LoggedSet)| Entry { slot: *slot, set: Some(set.clone()) };
        let comments = trainee(&self.context).comments(workout).await;
        Held {
            finished: workout.status() == Status::Finished,
            sets: workout.sets().iter().map(entry).collect(),
            comments: Comments::new(comments.iter().map(|(slot, sentence)| (*slot, &**sentence))),
        }
    }
}

#[async_trait]
impl Api for Calls {
    async fn log(
        &self,
        owner: Option<UserId>,
        workout: WorkoutId,
        operations: Vec<SetOperation>,
    ) -> Result<Progress, ApiError> {
        let operations: Vec<Operation> = operations.into_iter().map(Operation::from).collect();
        self.answer(self.log(owner.as_ref(), workout, &operations).await)
    }

    async fn workout_state(&self, owner: Option<UserId>, workout: WorkoutId) -> Result<Progress, ApiError> {
        self.answer(self.workout_state(owner.as_ref(), workout).await)
    }
}
