//! What was done before a workout.

use accounts::ports::WorkoutSummary;
use domain::workout::document::{Workout, WorkoutId};
use domain::workout::performance::Performance;
use time::OffsetDateTime;

/// The place of a workout in the order of time. Of two that were started at once, the one with the greater id comes
/// later, as in the list.
type Place = (OffsetDateTime, WorkoutId);

/// All finished workouts, in the order of their start.
pub(crate) struct Past {
    /// Each workout's place, and how many performances there are before it.
    workouts: Vec<(Place, usize)>,
    performances: Vec<Performance>,
}

impl Past {
    pub(crate) fn new(mut finished: Vec<WorkoutSummary>) -> Self {
        finished.sort_by_key(|summary| (summary.started_at, summary.id));
        let (mut workouts, mut performances) = (Vec::new(), Vec::new());
        for summary in finished {
            workouts.push(((summary.started_at, summary.id), performances.len()));
            performances.extend(summary.performances);
        }
        Self { workouts, performances }
    }

    pub(crate) fn all(&self) -> &[Performance] {
        &self.performances
    }

    /// Those before a workout, even of the same day.
    pub(crate) fn before(&self, workout: &Workout) -> &[Performance] {
        self.before_place((workout.started_at(), workout.id()))
    }

    pub(crate) fn before_summary(&self, summary: &WorkoutSummary) -> &[Performance] {
        self.before_place((summary.started_at, summary.id))
    }

    fn before_place(&self, place: Place) -> &[Performance] {
        let next = self.workouts.partition_point(|(other, _)| *other < place);
        let end = self.workouts.get(next).map_or(self.performances.len(), |(_, before)| *before);
        &self.performances[..end]
    }
}
