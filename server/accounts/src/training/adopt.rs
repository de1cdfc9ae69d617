//! Moving a visitor's workouts to the account they log in to.
//!
//! A login takes them along in its session, and they leave it once the account has them all: whatever fails in
//! between, nothing is lost, and the next change of a workout continues. Pages only read. Moving one twice is moving
//! it once, by its id, even if it was deleted in between: of a workout that was moved, its id is kept.
//!
//! If the account has an open workout too, the one with the newest operation stays open. The other one
//! [gives way](domain::workout::document::Workout::give_way): it is finished with its last set. Its sets may still wait
//! on a phone, all of them perhaps, so it is kept without any, too.

use domain::account::UserId;
use domain::workout::document::Workout;
use sessions::{Sections, SessionData};

use super::in_session::{self, SessionWorkouts, WORKOUTS};
use super::waiting::WAITING;
use crate::ports::WorkoutAdded;
use crate::{Accounts, Client, Error};

/// How often a login tries to agree with other devices that open and end workouts at the same time.
const TRIES: u32 = 10;

/// What a session keeps when `user` logs in: workouts that are not another account's, and what waits for a login,
/// to any account.
pub(crate) fn carried(data: &SessionData, user: &UserId) -> Sections {
    let mut sections = Sections::default();
    sections.set(WAITING, &data.sections.get(WAITING));
    if data.login.as_ref().is_none_or(|login| login.user_id == *user) {
        sections.set(WORKOUTS, &SessionWorkouts::of(data));
    }
    sections
}

impl Accounts {
    /// Moves the workouts that the session still holds. If the account has as many new ones as a day allows, they
    /// stay where they are.
    pub(crate) async fn adopt_workouts(&self, client: &Client, user: &UserId) -> Result<(), Error> {
        let data = client.session.data().await;
        let SessionWorkouts { mut open, mut finished, .. } = SessionWorkouts::of(&data);
        let own = data.login.is_some_and(|login| login.user_id == *user);
        if !own || (open.is_none() && finished.is_empty()) || self.has_too_many(user).await? {
            return Ok(());
        }
        finished.iter_mut().chain(&mut open).for_each(Workout::move_to_account);
        for workout in &finished {
            self.store.add_logged(user, workout, self.clock.now()).await?;
        }
        if let Some(open) = open {
            self.adopt_open(user, open).await?;
        }
        in_session::change(client, SessionWorkouts::let_go).await
    }

    async fn adopt_open(&self, user: &UserId, mut workout: Workout) -> Result<(), Error> {
        for _ in 0..TRIES {
            let now = self.clock.now();
            match self.store.add_logged(user, &workout, now).await? {
                WorkoutAdded::Done | WorkoutAdded::Exists => return Ok(()),
                WorkoutAdded::OtherOpen => {}
            }
            let Some(mut other) = self.store.open_logged(user).await? else { continue };
            // Having been opened is no operation: an empty workout never ends one with sets.
            let is_older = other.workout.touched_at() >= workout.touched_at();
            if is_older || (workout.sets().is_empty() && !other.workout.sets().is_empty()) {
                workout.give_way(now);
                continue;
            }
            // Whether that succeeds or another device was faster, the next try finds out.
            other.workout.give_way(now);
            self.store.save_logged(user, &other.workout, other.revision).await?;
        }
        Err(Error::Internal("an open workout found no place".to_owned()))
    }
}
