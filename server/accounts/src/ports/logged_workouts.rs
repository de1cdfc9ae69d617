//! Workouts with their sets.

use domain::workout::document::{Workout, WorkoutId};
use domain::workout::performance::Performance;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// A finished workout, without its sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkoutSummary {
    pub id: WorkoutId,
    /// The session's name, such as `Full body A`.
    pub name: String,
    /// With the offset of its zone.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// With the same offset.
    #[serde(with = "time::serde::rfc3339")]
    pub ended_at: OffsetDateTime,
    /// Work sets that were done.
    pub sets: u32,
    /// Whether the next session of the programme follows ([`Workout::counts`]).
    pub counts: bool,
    /// One for each exercise, in the order of the plan.
    pub performances: Vec<Performance>,
}

impl WorkoutSummary {
    /// `None` while the workout is open.
    #[must_use]
    pub fn of(workout: &Workout) -> Option<Self> {
        let performances = workout.performances();
        let sets: usize = performances.iter().map(|performance| performance.sets.len()).sum();
        Some(Self {
            id: workout.id(),
            name: workout.plan().name.clone(),
            started_at: workout.started_at(),
            ended_at: workout.ended_at()?,
            sets: u32::try_from(sets).unwrap_or(u32::MAX),
            counts: workout.counts(),
            performances,
        })
    }

    /// The local day on which it was started.
    #[must_use]
    pub const fn day(&self) -> Date {
        self.started_at.date()
    }
}
