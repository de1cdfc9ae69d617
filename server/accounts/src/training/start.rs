//! Starting a workout, and entering one of the past.

use domain::account::UserId;
use domain::workout::document::{Change, Operation, OperationId, Outcome, Refusal, Workout, WorkoutId};
use rand::RngExt as _;
use time::Duration;

use super::{EnterWorkout, StartWorkout, WorkoutEntered, WorkoutStarted, in_session, local_time};
use crate::ports::WorkoutAdded;
use crate::{Accounts, Client, Error, WORKOUTS_PER_DAY};

impl Accounts {
    /// Opens a workout with today's plan, unless one is open. Counting those of the day and adding one are two
    /// steps: of requests that come at once, a few more may pass.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn start_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        start: StartWorkout<'_>,
    ) -> Result<WorkoutStarted, Error> {
        if let Some(open) = self.open_workout(client, user).await? {
            return Ok(WorkoutStarted::AlreadyOpen(open.id()));
        }
        if let Some(user) = user
            && self.has_too_many(user).await?
        {
            return Ok(WorkoutStarted::TooMany);
        }
        let now = self.clock.now();
        let started_at = local_time(start.zone, now);
        let plan = self.todays_plan(client, user, start.preferences, started_at.date()).await?;
        // Made here: a request that is repeated after the workout was discarded opens a new one.
        let id = WorkoutId::from_bytes(rand::rng().random());
        let workout = Workout::open(id, plan, start.zone.clone(), started_at, now).map_err(too_large)?;
        let Some(user) = user else {
            return in_session::change(client, |own| match &own.open {
                Some(open) => WorkoutStarted::AlreadyOpen(open.id()),
                None => {
                    own.put(workout.clone());
                    WorkoutStarted::Done(Box::new(workout.clone()))
                }
            })
            .await;
        };
        match self.store.add_logged(user, &workout, now).await? {
            WorkoutAdded::Done | WorkoutAdded::Exists => Ok(WorkoutStarted::Done(Box::new(workout))),
            WorkoutAdded::OtherOpen => {
                // If the other one has ended meanwhile, its page says so.
                let other = self.store.open_logged(user).await?;
                Ok(WorkoutStarted::AlreadyOpen(other.map_or(id, |other| other.workout.id())))
            }
        }
    }

    /// Adds a finished workout; an open one stays as it is. Its plan is that of its day, made now.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn enter_workout(
        &self,
        client: &Client,
        user: Option<&UserId>,
        entered: EnterWorkout<'_>,
    ) -> Result<WorkoutEntered, Error> {
        if let Some(before) = self.workout(client, user, entered.id).await? {
            return Ok(WorkoutEntered::Done(Box::new(before)));
        }
        if let Some(user) = user
            && self.has_too_many(user).await?
        {
            return Ok(WorkoutEntered::TooMany);
        }
        let EnterWorkout { id, preferences, zone, started_at, ended_at, operations } = entered;
        let now = self.clock.now();
        let plan = self.todays_plan(client, user, preferences, started_at.date()).await?;
        let mut workout = Workout::open(id, plan, zone.clone(), started_at, now).map_err(too_large)?;
        let outcomes: Vec<_> =
            operations.iter().map(|operation| workout.apply(operation.clone(), now)).collect();
        if outcomes.iter().any(|outcome| matches!(outcome, Outcome::Refused(_))) {
            return Ok(WorkoutEntered::Refused(outcomes));
        }
        let finish = Operation {
            id: OperationId::from_bytes(rand::rng().random()),
            change: Change::Finish { at: ended_at },
        };
        if let Outcome::Refused(refusal) = workout.apply(finish, now) {
            return Ok(WorkoutEntered::Impossible(refusal));
        }
        // Checks the times, and brings those of the sets between them.
        if let Err(refusal) = workout.move_to(started_at, ended_at, now) {
            return Ok(WorkoutEntered::Impossible(refusal));
        }
        let Some(user) = user else {
            if in_session::bytes(&workout) > in_session::MOST_BYTES_IN_SESSION {
                return Ok(WorkoutEntered::Impossible(Refusal::TooLarge));
            }
            return in_session::change(client, |own| {
                if !own.has_room_for(&workout) {
                    return WorkoutEntered::Impossible(Refusal::TooLarge);
                }
                if own.find(id).is_none() {
                    own.put(workout.clone());
                }
                WorkoutEntered::Done(Box::new(workout.clone()))
            })
            .await;
        };
        self.store.add_logged(user, &workout, now).await?;
        Ok(WorkoutEntered::Done(Box::new(workout)))
    }

    /// Whether [`WORKOUTS_PER_DAY`] were added within the last 24 hours.
    pub(super) async fn has_too_many(&self, user: &UserId) -> Result<bool, Error> {
        let day_ago = self.clock.now().saturating_sub(Duration::DAY);
        Ok(self.store.count_logged(user, day_ago).await? >= u64::from(WORKOUTS_PER_DAY))
    }
}

/// The programme makes no session that is too large for a workout.
fn too_large(refusal: Refusal) -> Error {
    Error::Internal(format!("today's plan is no workout: {refusal:?}"))
}
