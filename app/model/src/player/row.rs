//! A set of the workout, done or to be done.

use domain::form::FormFields;
use domain::workout::document::{Block, OperationId, Slot, Workout};
use domain::workout::exercise::{Exercise, LoadKind};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::{Amount, Load, LoggedSet, SetFormat, SetKind, target_fields};
use domain::workout::plates;
use domain::workout::prescription::{PlannedBlock, RampSet};
use domain::workout::steps::Gear;
use domain::workout::training::Units;
use domain::workout::weight::Weight;
use time::OffsetDateTime;

use super::{About, units};
use crate::row_state::RowState;

/// A set with its form.
#[derive(Debug, Clone)]
pub struct Row {
    pub slot: Slot,
    /// What the set is recorded as.
    pub exercise: ExerciseId,
    /// What the form is sent with: once, however often it is sent.
    pub operation: OperationId,
    /// `Barbell bench press, set 2`.
    pub name: String,
    /// `Set 2`.
    pub label: String,
    pub load_field: LoadField,
    pub amount_fields: AmountFields,
    /// The unit that is typed.
    pub unit: Units,
    pub asks_effort: bool,
    /// What the fields hold.
    pub values: FormFields,
    /// The load in words.
    pub said: Option<String>,
    /// What to put on the bar.
    pub plates: Option<Plates>,
    /// What a set consists of.
    pub format: SetFormat,
    /// Fewer repetitions or seconds fall short of the target.
    pub least: u16,
    pub state: RowState,
    /// When it was logged: a correction keeps the time.
    pub logged_at: Option<OffsetDateTime>,
    /// A sentence about it: the record that it was or, before the next set, another load to try.
    pub comment: Option<String>,
}

/// The plates of a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plates {
    /// `20 + 2.5 each side`.
    pub words: String,
    /// Those of one side, heaviest first.
    pub side: Vec<Weight>,
}

/// Which field for the load a row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadField {
    Nothing,
    Weight,
    /// Nothing typed is the body alone.
    Added,
    /// Help or, once that is not needed, a weight on top.
    Assisted,
    Band,
    /// The help of a band or, once that is not needed, a weight on top.
    AssistedBand,
}

/// Which fields for the amount a row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountFields {
    Reps,
    Sides,
    Seconds,
}

impl Plates {
    fn of(weight: Weight, gear: &Gear) -> Option<Self> {
        Some(Self { words: plates::words(weight, gear)?, side: plates::per_side(weight, gear)? })
    }
}

impl LoadField {
    fn of(exercise: &Exercise) -> Self {
        match exercise.load {
            LoadKind::Body if exercise.weighted => Self::Added,
            LoadKind::Body => Self::Nothing,
            LoadKind::Bar | LoadKind::PerHand | LoadKind::Kettlebell | LoadKind::Stack => Self::Weight,
            LoadKind::Band => Self::Band,
            LoadKind::Assisted => Self::Assisted,
            LoadKind::AssistedBand => Self::AssistedBand,
        }
    }
}

impl AmountFields {
    fn of(exercise: &Exercise) -> Self {
        match (exercise.timed, exercise.per_side) {
            (true, _) => Self::Seconds,
            (false, true) => Self::Sides,
            (false, false) => Self::Reps,
        }
    }
}

impl Row {
    /// What is loaded for it: `60 kg, 20 each side`.
    #[must_use]
    pub fn next(&self) -> Option<String> {
        let said = self.said.as_ref()?;
        let plates = self.plates.as_ref().map(|plates| format!(", {}", plates.words)).unwrap_or_default();
        Some(format!("{said}{plates}"))
    }

    /// A set of the warm-up ramp.
    pub(super) fn ramp(
        workout: &Workout,
        block: Block,
        number: u8,
        planned: RampSet,
        exercise: &ExerciseId,
        about: About<'_>,
        ids: &mut impl FnMut() -> OperationId,
    ) -> Option<Self> {
        let slot = Slot::new(block, SetKind::WarmUp, number).ok()?;
        let logged = workout.sets().get(&slot);
        let load = logged.map_or(planned.load, |set| set.load);
        let amount = logged.map_or(Amount::Reps(planned.reps), |set| set.amount);
        let mut row = Self::new(slot, exercise, Some(load), Some(amount), logged, about, ids)?;
        row.asks_effort = false;
        if logged.is_some() {
            row.state = RowState::Logged;
        }
        Some(row)
    }

    /// A work set.
    #[expect(clippy::too_many_arguments, reason = "what a row is made from; each is another thing")]
    pub(super) fn work(
        workout: &Workout,
        block: Block,
        number: u8,
        plan: &PlannedBlock,
        exercise: &ExerciseId,
        logged: &[(u8, &LoggedSet)],
        about: About<'_>,
        ids: &mut impl FnMut() -> OperationId,
    ) -> Option<Self> {
        let slot = Slot::new(block, SetKind::Work, number).ok()?;
        let done = workout.sets().get(&slot);
        let targets = &plan.prescription.targets;
        let target = targets.get(usize::from(number) - 1).or(targets.last()).copied();
        // Without a load in the plan, the one that was found in the set before.
        let before = logged.iter().rev().find(|(n, set)| *n < number && set.exercise == *exercise);
        let planned = plan.prescription.load.or(before.map(|(_, set)| set.load));
        let load = done.map_or(planned, |set| Some(set.load));
        let amount = done.map_or(target, |set| Some(set.amount));
        let exercise = done.map_or(exercise, |set| &set.exercise);
        let mut row = Self::new(slot, exercise, load, amount, done, about, ids)?;
        let low = plan.range.low();
        row.least = target.map_or(low, |target| target.counted().min(low));
        if let Some(set) = done {
            row.state = if set.amount.counted() < row.least { RowState::Short } else { RowState::Logged };
        }
        Some(row)
    }

    fn new(
        slot: Slot,
        exercise: &ExerciseId,
        load: Option<Load>,
        amount: Option<Amount>,
        logged: Option<&LoggedSet>,
        about: About<'_>,
        ids: &mut impl FnMut() -> OperationId,
    ) -> Option<Self> {
        // What today's catalogue lacks has no fields to fill in.
        let known = exercise.exercise()?;
        let (load_field, amount_fields) = (LoadField::of(known), AmountFields::of(known));
        let format = SetFormat::from(known);
        let own = units(about.person);
        let unit =
            load.and_then(Load::weight).filter(|_| logged.is_some()).map_or(own, |weight| weight.unit());
        let (label, name) = match slot.kind() {
            SetKind::Work => (format!("Set {}", slot.set()), format!("{}, set {}", known.name, slot.set())),
            SetKind::WarmUp => {
                (format!("Warm-up {}", slot.set()), format!("{}, warm-up {}", known.name, slot.set()))
            }
        };
        let plates = match load {
            Some(Load::Bar(weight)) => Plates::of(weight, &about.person.gear),
            Some(
                Load::Body
                | Load::Added(_)
                | Load::Assisted(_)
                | Load::PerHand(_)
                | Load::Stack(_)
                | Load::Band(_)
                | Load::AssistedBand(_),
            )
            | None => None,
        };
        Some(Self {
            slot,
            exercise: exercise.clone(),
            operation: ids(),
            name,
            label,
            load_field,
            amount_fields,
            unit,
            // What was recorded can be corrected, whatever is asked today.
            asks_effort: about.person.asks_effort || logged.is_some_and(|set| set.rir.is_some()),
            values: match logged {
                Some(set) => set.to_form(format, unit),
                None => target_fields(load, amount, format, unit),
            },
            // That nothing but the body is moved goes without saying.
            said: load.filter(|load| *load != Load::Body).map(|load| load.for_reader(own)),
            plates,
            format,
            least: 0,
            state: RowState::Planned,
            logged_at: logged.map(|set| set.logged_at),
            comment: None,
        })
    }
}
