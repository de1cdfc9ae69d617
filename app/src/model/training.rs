//! The models of the training pages.

use domain::preferences::Preferences;
use domain::workout::log::FinishedWorkout;
use domain::workout::programme::Session;
use time::OffsetDateTime;

use super::{FormState, Notice};

/// `/`
#[derive(Debug, Clone)]
pub struct HomePage {
    /// The next workout for these preferences.
    pub workout: Session,
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
    /// How many workouts come before the one in the preview.
    pub ordinal: u32,
}

/// `/workout`
#[derive(Debug, Clone)]
pub struct WorkoutPage {
    pub workout: Session,
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
