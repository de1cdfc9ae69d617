//! The models of the history.

mod progress;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use domain::workout::document::{Block, Workout, WorkoutId};
use domain::workout::exercise::Muscle;
use domain::workout::load::{LoggedSet, SetKind};
use domain::workout::performance::{Performance, Why};
use domain::workout::prescription::Person;
use domain::workout::records::records;
use domain::workout::volume::{Volume, four_weeks};
use domain::workout::week::{ThisWeek, TrainedWeek};
use time::{Date, OffsetDateTime};

use super::player::units;
use super::{FormState, Notice, Player, RefusedRows};

pub use self::progress::{Line, lines};

/// `/history`
#[derive(Debug, Clone)]
pub struct HistoryPage {
    pub week: ThisWeek,
    /// Weeks in a row.
    pub streak: u32,
    /// Oldest first, the present one last.
    pub weeks: Vec<TrainedWeek>,
    pub today: Date,
    /// Newest first.
    pub workouts: Vec<HistoryItem>,
    /// What `?before=` of the next page is, if there is one.
    pub older: Option<String>,
    /// This is not the first page: nothing but the list is shown.
    pub is_older: bool,
    /// Of the main lifts.
    pub lines: Vec<Line>,
    /// Of every muscle.
    pub volume: Vec<Volume>,
    pub rendered: Rendered,
    pub notice: Option<Notice>,
}

/// What a model looks like, rendered when it is first asked for. Clones share it: a model that is kept is rendered once.
#[derive(Debug, Clone, Default)]
pub struct Rendered(Arc<OnceLock<String>>);

impl Rendered {
    pub fn get_or_render(&self, render: impl FnOnce() -> String) -> String {
        let render = || {
            let mut text = render();
            text.shrink_to_fit();
            text
        };
        self.0.get_or_init(render).clone()
    }
}

/// A finished workout in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryItem {
    /// `None` for a workout from before sets were logged: this is all there is.
    pub id: Option<WorkoutId>,
    pub name: String,
    pub day: Date,
    pub minutes: i64,
    pub sets: u32,
    pub records: usize,
}

/// `/history/{id}`
#[derive(Debug, Clone)]
pub struct WorkoutDetailPage {
    pub id: WorkoutId,
    pub name: String,
    pub day: Date,
    /// With the offset of its zone.
    pub started_at: OffsetDateTime,
    pub ended_at: OffsetDateTime,
    pub zone: String,
    pub exercises: Vec<DoneExercise>,
    /// Work sets, as in the list.
    pub sets: usize,
    /// Sets per muscle, most first, in halves.
    pub muscles: Vec<(Muscle, u32)>,
    /// What the next session begins with.
    pub next: Option<String>,
    pub notice: Option<Notice>,
}

/// An exercise of a finished workout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneExercise {
    pub name: String,
    /// Each set in words.
    pub sets: Vec<String>,
    pub records: Vec<String>,
    pub skipped: Option<Why>,
}

/// `/history/{id}/edit`
#[derive(Debug, Clone)]
pub struct EditWorkoutPage {
    pub player: Player,
    /// Day, start and end.
    pub times: FormState,
    pub refused: RefusedRows,
}

/// `/history/{id}/delete`
#[derive(Debug, Clone)]
pub struct DeleteWorkoutPage {
    pub id: WorkoutId,
    pub name: String,
    pub day: Date,
    pub sets: usize,
}

impl WorkoutDetailPage {
    /// `earlier` are the performances before this workout, for records. `None` while it is open.
    #[must_use]
    pub fn new(workout: &Workout, earlier: &[Performance], person: &Person) -> Option<Self> {
        let exercises =
            workout.blocks().flat_map(|(block, _)| done(workout, block, earlier, person)).collect();
        let mut muscles: Vec<(Muscle, u32)> = four_weeks(&workout.performances(), workout.day())
            .into_iter()
            .filter(|volume| volume.half_sets > 0)
            .map(|volume| (volume.muscle, volume.half_sets))
            .collect();
        muscles.sort_by_key(|(_, half_sets)| std::cmp::Reverse(*half_sets));
        Some(Self {
            id: workout.id(),
            name: workout.plan().name.clone(),
            day: workout.day(),
            started_at: workout.started_at(),
            ended_at: workout.ended_at()?,
            zone: workout.zone().to_string(),
            exercises,
            sets: workout.count_work_sets(),
            muscles,
            next: None,
            notice: None,
        })
    }
}

/// The exercises of a block: more than one if it was swapped after a set.
fn done(workout: &Workout, block: Block, earlier: &[Performance], person: &Person) -> Vec<DoneExercise> {
    let of_block = workout.sets().iter().filter(|(slot, _)| slot.block() == block);
    let mut by_exercise: BTreeMap<&str, Vec<(SetKind, &LoggedSet)>> = BTreeMap::new();
    for (slot, set) in of_block {
        by_exercise.entry(set.exercise.as_str()).or_default().push((slot.kind(), set));
    }
    let skipped = workout.skipped(block);
    if by_exercise.is_empty() {
        let name = workout.exercise(block).map(|exercise| exercise.name().to_owned());
        return name
            .filter(|_| skipped.is_some())
            .map(|name| DoneExercise { name, sets: vec![], records: vec![], skipped })
            .into_iter()
            .collect();
    }
    let unit = units(person);
    let one = |sets: Vec<(SetKind, &LoggedSet)>| {
        let work: Vec<LoggedSet> =
            sets.iter().filter(|(kind, _)| *kind == SetKind::Work).map(|(_, set)| (*set).clone()).collect();
        let records = records(earlier, &work, person.body_weight);
        DoneExercise {
            name: sets.first().map_or_else(String::new, |(_, set)| set.exercise.name().to_owned()),
            sets: sets.into_iter().map(|(kind, set)| set_words(kind, set, unit)).collect(),
            records: records.into_iter().map(|(_, record)| record.sentence(unit)).collect(),
            skipped,
        }
    };
    by_exercise.into_values().map(one).collect()
}

/// `60 kg × 8, 2 more possible`, `Warm-up: 40 kg × 8`.
fn set_words(kind: SetKind, set: &LoggedSet, unit: domain::workout::training::Units) -> String {
    let warm_up = match kind {
        SetKind::WarmUp => "Warm-up: ",
        SetKind::Work => "",
    };
    let left = set.rir.map(|rir| format!(", {} possible", rir.label().to_lowercase())).unwrap_or_default();
    let note = set.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{warm_up}{} × {}{left}{note}", set.load.for_reader(unit), set.amount.words())
}
