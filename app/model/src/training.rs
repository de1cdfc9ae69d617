//! The models of the training pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::account::UserId;
use domain::form::FieldErrors;
use domain::preferences::Preferences;
use domain::workout::document::{OperationId, Slot, WorkoutId};
use domain::workout::programme::Remark;
use domain::workout::training::Training;
use domain::workout::week::ThisWeek;
use time::OffsetDateTime;

use super::{Alert, FormState, Notice, Player};

/// `/`
#[derive(Debug, Clone)]
pub struct HomePage {
    pub player: Arc<Player>,
    pub remarks: Vec<Remark>,
    /// `None` where nothing is known of the person.
    pub week: Option<ThisWeek>,
    pub preferences: Preferences,
    /// Whether preferences were saved; otherwise they are the defaults.
    pub customised: bool,
}

/// `/preferences`
#[derive(Debug, Clone)]
pub struct PreferencesPage {
    pub form: FormState,
    pub notice: Option<Notice>,
    /// The preset whose boxes were just ticked.
    pub ticked: Option<&'static str>,
    /// The initial state of the preview.
    pub training: Training,
    /// The names of time zones to offer.
    pub zones: &'static [String],
    /// How many workouts come before the one in the preview.
    pub ordinal: u32,
}

/// `/workout`
#[derive(Debug, Clone)]
pub struct WorkoutPage {
    pub player: Player,
    /// Of a workout that has not been started.
    pub remarks: Vec<Remark>,
    /// All rows in one form, and when the workout was done if that is over.
    pub sheet: Option<FormState>,
    pub notice: Option<Notice>,
    /// `None` for a visitor.
    pub owner: Option<UserId>,
    /// No store answered: whether a workout is open is not known, and `player` is none to offer.
    pub out_of_reach: bool,
    pub refused: RefusedRows,
}

/// Rows that came back, with what was typed.
#[derive(Debug, Clone, Default)]
pub struct RefusedRows {
    pub alert: Option<Alert>,
    pub rows: BTreeMap<Slot, FormState>,
}

impl RefusedRows {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.alert.is_none() && self.rows.values().all(|form| !form.is_refused())
    }

    /// The errors of all rows, for programs.
    #[must_use]
    pub fn errors(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        for (field, error) in self.rows.values().flat_map(|form| form.errors.iter()) {
            errors.add(field, error);
        }
        errors
    }
}

/// `/workout/review`: what is missing before a workout is finished, or lost when it is discarded.
#[derive(Debug, Clone)]
pub struct ReviewPage {
    pub workout: WorkoutId,
    pub name: String,
    /// Exercises with the number of sets that are not logged.
    pub missing: Vec<(String, usize)>,
    /// Logged sets, warm-ups included.
    pub logged: usize,
    /// The person asked to discard it.
    pub discards: bool,
    /// The end to offer instead of now, if it was left open.
    pub last_set_at: Option<OffsetDateTime>,
    pub operation: OperationId,
}
