//! The pages with the workout that is open, or next.

use std::sync::Arc;

use accounts::Error;
use accounts::training::{StartWorkout, WorkoutStarted, session_after};
use domain::workout::document::{Slot, Status, Workout, WorkoutId};
use domain::workout::performance::Performance;
use domain::workout::prescription::Plan;
use domain::workout::programme::Remark;
use domain::workout::training::YesNo;
use domain::workout::week::{ThisWeek, Week};
use model::{About, FormState, HomePage, Page, Player, RefusedRows, WorkoutPage};
use rand::RngExt as _;

use crate::next::Next;
use crate::past::Past;
use crate::stranger::Outlook;
use crate::{Answer, Trainee, operation_id, sheet};

/// A workout with what is to be said about it.
struct Shown {
    player: Player,
    remarks: Vec<Remark>,
    /// No store answered: it may not be the person's.
    out_of_reach: bool,
}

impl From<Shown> for Outlook {
    fn from(Shown { player, remarks, .. }: Shown) -> Self {
        Self { player: Arc::new(player), remarks }
    }
}

impl Trainee<'_> {
    /// `/`
    pub async fn home_page(&self) -> HomePage {
        let (Outlook { player, remarks }, week) = futures::join!(self.outlook(), self.week());
        HomePage {
            player,
            remarks,
            week,
            customised: self.preferences.updated_at.is_some(),
            preferences: self.preferences.clone(),
        }
    }

    /// The workout that is open or next, to be looked at.
    async fn outlook(&self) -> Outlook {
        if self.user.is_none() && !self.accounts.has_trained_here(&self.client).await {
            return self.outlook_of_a_stranger(|| self.of_nobody(false).into());
        }
        self.player().await.into()
    }

    /// How far the week is. The page is also shown while the store does not answer: then without.
    async fn week(&self) -> Option<ThisWeek> {
        let user = self.user()?;
        let since = Week::of(self.today()).monday();
        let days = self.accounts.trained_days(&self.client, Some(user), since).await.ok()?;
        Some(ThisWeek::new(&days, self.today(), self.preferences.training.days_per_week))
    }

    /// `/workout`, with all rows in one form if `on_sheet`.
    pub async fn workout_page(&self, on_sheet: bool) -> WorkoutPage {
        self.refused_page(on_sheet.then(|| self.times_of_now()), RefusedRows::default()).await
    }

    /// `/workout?sheet&past`: the sheet of a workout that is over, whether another one is open or not.
    pub async fn past_sheet_page(&self) -> WorkoutPage {
        self.refused_past_sheet(self.times_of_now(), RefusedRows::default()).await
    }

    /// The same with what was refused.
    pub(crate) async fn refused_past_sheet(&self, times: FormState, refused: RefusedRows) -> WorkoutPage {
        let player = self.shown(&self.planned(self.plan().await), false, &[]);
        let (sheet, owner) = (Some(times), self.user.clone());
        let remarks = Vec::new();
        WorkoutPage { player, remarks, sheet, notice: None, owner, out_of_reach: false, refused }
    }

    fn times_of_now(&self) -> FormState {
        FormState { values: sheet::time_fields(self.now, self.now), ..FormState::default() }
    }

    /// The same with what was refused.
    pub(crate) async fn refused_page(&self, sheet: Option<FormState>, refused: RefusedRows) -> WorkoutPage {
        let Shown { player, remarks, out_of_reach } = self.player().await;
        let owner = self.user.clone();
        WorkoutPage { player, remarks, sheet, notice: None, owner, out_of_reach, refused }
    }

    /// That page as the answer to a form.
    pub(crate) async fn refused(&self, sheet: Option<FormState>, refused: RefusedRows) -> Answer {
        refused_with(self.refused_page(sheet, refused).await)
    }

    /// The sentences about the sets of a workout, open or finished: see [`Row::comment`]. None if the history cannot be
    /// read, which is no reason to refuse what was logged.
    ///
    /// [`Row::comment`]: model::Row::comment
    pub async fn comments(&self, workout: &Workout) -> Vec<(Slot, String)> {
        if workout.sets().is_empty() {
            return Vec::new();
        }
        match self.commented(workout).await {
            Ok(comments) => comments,
            Err(error) => {
                tracing::warn!(%error, "the records of a workout could not be derived");
                Vec::new()
            }
        }
    }

    async fn commented(&self, workout: &Workout) -> Result<Vec<(Slot, String)>, Error> {
        let player = match workout.status() {
            Status::Open => self.shown(workout, true, &self.before(workout, self.workouts().await?).await?),
            // It is part of the history itself by now.
            Status::Finished => {
                let past = Past::new(self.accounts.finished(&self.client, self.user()).await?);
                self.shown(workout, true, past.before(workout))
            }
        };
        // After the end nothing is left to try.
        let is_open = workout.status() == Status::Open;
        let said = player.comments().filter(|(slot, _)| is_open || workout.sets().contains_key(slot));
        Ok(said.map(|(slot, sentence)| (slot, sentence.to_owned())).collect())
    }

    /// How many workouts come before the next one.
    pub async fn ordinal(&self) -> u32 {
        self.plan().await.ordinal
    }

    /// Starts a workout, unless one is open.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn start(&self) -> Result<Answer, Error> {
        Ok(self.opened().await?.map_or(Answer::TooManyWorkouts, |_| Answer::Done("/workout".to_owned())))
    }

    /// The open workout; one is started if there is none. `None` if there were too many today.
    pub(crate) async fn opened(&self) -> Result<Option<WorkoutId>, Error> {
        let start = StartWorkout { preferences: &self.preferences, zone: &self.zone };
        Ok(match self.accounts.start_workout(&self.client, self.user(), start).await? {
            WorkoutStarted::Done(workout) => Some(workout.id()),
            WorkoutStarted::AlreadyOpen(id) => Some(id),
            WorkoutStarted::TooMany => None,
        })
    }

    /// The open workout, or the one that is next and not begun. While no store answers, a plan for somebody new.
    async fn player(&self) -> Shown {
        match self.found().await {
            Ok(shown) => shown,
            Err(error) => {
                tracing::debug!(%error, "the open workout could not be read");
                // Not asked once more: that would be another wait for a store that does not answer.
                self.of_nobody(true)
            }
        }
    }

    async fn found(&self) -> Result<Shown, Error> {
        let open = self.accounts.open_workout(&self.client, self.user());
        let (open, workouts) = futures::try_join!(open, self.workouts())?;
        Ok(match open {
            Some(workout) => {
                let before = self.before(&workout, workouts).await?;
                let player = self.shown(&workout, true, &before);
                Shown { player, remarks: Vec::new(), out_of_reach: false }
            }
            None => {
                let next = self.next(workouts).await?;
                self.upcoming(&next, false)
            }
        })
    }

    /// For somebody of whom nothing is known.
    fn of_nobody(&self, out_of_reach: bool) -> Shown {
        self.upcoming(&self.first(), out_of_reach)
    }

    fn upcoming(&self, next: &Next, out_of_reach: bool) -> Shown {
        let remarks = session_after(&self.preferences.training, next.plan.ordinal).remarks.clone();
        let player = self.shown(&self.planned(next.plan.clone()), false, &next.last);
        Shown { player, remarks, out_of_reach }
    }

    /// A workout that is only looked at.
    fn planned(&self, plan: Plan) -> Workout {
        let id = WorkoutId::from_bytes(rand::rng().random());
        let open = |plan| Workout::open(id, plan, self.zone.clone(), self.now, self.now);
        open(plan).or_else(|_| open(self.first().plan)).unwrap_or_else(|refusal| {
            // At most two hours of it, which is far from any limit of a workout.
            unreachable!("a plan of the programme is refused: {refusal:?}")
        })
    }

    /// As the player shows it.
    pub(crate) fn shown(&self, workout: &Workout, started: bool, history: &[Performance]) -> Player {
        let about = About {
            history,
            person: &self.person,
            now: self.now,
            assumes_utc: self.assumes_utc,
            sound: self.preferences.details.sound == YesNo::Yes,
        };
        Player::new(workout, started, about, operation_id)
    }
}

/// The answer to a form, with the errors that its page shows.
pub(crate) fn refused_with(page: WorkoutPage) -> Answer {
    let mut errors = page.refused.errors();
    for (name, error) in page.sheet.iter().flat_map(|times| times.errors.iter()) {
        errors.add(name, error);
    }
    Answer::Refused(Box::new(Page::Workout(Box::new(page))), errors)
}
