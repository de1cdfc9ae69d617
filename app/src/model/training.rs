//! The models of the training pages.

use domain::preferences::Preferences;
use domain::workout::log::FinishedWorkout;
use domain::workout::plan::Workout;
use time::OffsetDateTime;

use super::{FormState, Notice};

/// `/`
#[derive(Debug, Clone)]
pub struct HomePage {
    /// Today's workout for these preferences.
    pub workout: Workout,
    pub preferences: Preferences,
    /// Whether preferences were saved; otherwise they are the defaults.
    pub customised: bool,
}

/// `/preferences`
#[derive(Debug, Clone)]
pub struct PreferencesPage {
    pub form: FormState,
    pub notice: Option<Notice>,
    /// What is saved now; the initial state of the preview.
    pub preferences: Preferences,
    /// The day of the preview, counted from 1970-01-01.
    pub day: i64,
}

/// `/workout`
#[derive(Debug, Clone)]
pub struct WorkoutPage {
    pub workout: Workout,
    pub rest_seconds: u16,
    pub notice: Option<Notice>,
    /// Results are saved only if signed in.
    pub signed_in: bool,
    /// When the page was created: the form sends it back as `started_at`.
    pub started_at: OffsetDateTime,
    /// `sets_done`
    pub form: FormState,
}

/// `/history`
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// Newest first.
    pub workouts: Vec<FinishedWorkout>,
    pub notice: Option<Notice>,
}
