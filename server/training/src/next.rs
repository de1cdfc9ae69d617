//! What a player needs of the finished workouts, kept until one of them changes.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use accounts::Error;
use accounts::training::{HistoryState, session_after};
use domain::account::UserId;
use domain::workout::document::Workout;
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::LoggedSet;
use domain::workout::performance::{Performance, last_done};
use domain::workout::prescription::{Plan, condensed, prescribe};
use domain::workout::training::{Training, TrainingDetails};
use time::Date;

use crate::Trainee;
use crate::kept::Kept;

/// The workout that comes next.
#[derive(Debug)]
pub(crate) struct Next {
    pub(crate) plan: Plan,
    /// What was last done of its exercises, which is all that it is shown with before it is begun.
    pub(crate) last: Vec<Performance>,
}

/// All that the next workout depends on.
#[derive(Debug, PartialEq, Eq)]
struct NextBasis {
    workouts: HistoryState,
    today: Date,
    training: Training,
    details: TrainingDetails,
}

/// What came before an open workout depends on its exercises, too.
type BeforeBasis = (HistoryState, BTreeSet<ExerciseId>);

/// Some 10 kB each: a plan is for two hours at most.
static NEXT: LazyLock<Kept<NextBasis, Arc<Next>>> =
    LazyLock::new(|| Kept::new(4 << 20, |next| next.plan.blocks.len() * BLOCK + size_of_all(&next.last)));

/// Some 100 kB each after years of training.
static BEFORE: LazyLock<Kept<BeforeBasis, Arc<Vec<Performance>>>> =
    LazyLock::new(|| Kept::new(16 << 20, |before| size_of_all(before)));

/// What a planned exercise takes, in bytes: everything in it has a limit of its own.
const BLOCK: usize = 1_000;

/// What performances take, in bytes.
fn size_of_all(performances: &[Performance]) -> usize {
    let set = |set: &LoggedSet| {
        let note = set.note.as_ref().map_or(0, |note| note.as_str().len());
        size_of::<LoggedSet>() + ExerciseId::MAX + note
    };
    let one = |done: &Performance| {
        size_of::<Performance>()
            + 2 * ExerciseId::MAX
            + done.session.len()
            + done.sets.iter().map(set).sum::<usize>()
    };
    performances.iter().map(one).sum()
}

impl Trainee<'_> {
    /// The state of the finished workouts; `None` for a visitor, who has so few that nothing is kept of them.
    pub(crate) async fn workouts(&self) -> Result<Option<HistoryState>, Error> {
        match self.user() {
            Some(user) => self.accounts.history_state(user).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether they are still in this state.
    pub(crate) async fn unchanged(&self, user: &UserId, workouts: HistoryState) -> bool {
        self.accounts.history_state(user).await.is_ok_and(|now| now == workouts)
    }

    /// What comes next; while no store answers, a plan for somebody new.
    pub(crate) async fn plan(&self) -> Plan {
        let next = async { self.next(self.workouts().await?).await };
        next.await.map_or_else(
            |error: Error| {
                tracing::debug!(%error, "the next plan could not be made from the history");
                self.first().plan
            },
            |next| next.plan.clone(),
        )
    }

    pub(crate) async fn next(&self, workouts: Option<HistoryState>) -> Result<Arc<Next>, Error> {
        let make = async {
            let (plan, history) = futures::try_join!(
                self.accounts.todays_plan(&self.client, self.user(), &self.preferences, self.today()),
                self.accounts.performances(&self.client, self.user(), None),
            )?;
            let last = plan.blocks.iter().filter_map(|block| last_done(&history, &block.exercise));
            Ok(Arc::new(Next { last: last.cloned().collect(), plan }))
        };
        let (Some(user), Some(workouts)) = (self.user(), workouts) else { return make.await };
        let basis = NextBasis {
            workouts,
            today: self.today(),
            training: self.preferences.training.clone(),
            details: self.preferences.details.clone(),
        };
        NEXT.get_or_make(user, basis, make, self.unchanged(user, workouts)).await
    }

    /// For somebody of whom nothing is known.
    pub(crate) fn first(&self) -> Next {
        let session = session_after(&self.preferences.training, 0);
        Next { plan: prescribe(&session, &[], self.today(), &self.person), last: Vec::new() }
    }

    /// What came before an open workout, as far as that depends on it.
    pub(crate) async fn before(
        &self,
        open: &Workout,
        workouts: Option<HistoryState>,
    ) -> Result<Arc<Vec<Performance>>, Error> {
        let planned = open.blocks().map(|(_, planned)| &planned.exercise);
        let swapped = open.blocks().filter_map(|(block, _)| open.exercise(block));
        let done = open.sets().values().map(|set| &set.exercise);
        let exercises: BTreeSet<ExerciseId> = planned.chain(swapped).chain(done).cloned().collect();
        let make = async {
            let history = self.accounts.performances(&self.client, self.user(), None).await?;
            Ok(Arc::new(condensed(&history, &exercises)))
        };
        let (Some(user), Some(workouts)) = (self.user(), workouts) else { return make.await };
        let basis = (workouts, exercises.clone());
        BEFORE.get_or_make(user, basis, make, self.unchanged(user, workouts)).await
    }
}
