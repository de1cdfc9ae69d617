//! A set of the workout, done or to be done.

use domain::form::FormFields;
use domain::workout::document::{Block, OperationId, Slot, Workout};
use domain::workout::exercise::{Exercise, LoadKind};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::{Amount, Load, LoggedSet, SetKind};
use domain::workout::plates;
use domain::workout::prescription::{PlannedBlock, RampSet};
use domain::workout::training::Units;
use time::OffsetDateTime;

use super::{About, asks_effort, units};

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
    /// `20 + 2.5 each side`.
    pub plates: Option<String>,
    pub state: RowState,
    /// When it was logged: a correction keeps the time.
    pub logged_at: Option<OffsetDateTime>,
    /// What was a record, in sentences.
    pub records: Vec<String>,
}

/// How a row looks. Each has a shape besides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    Planned,
    Current,
    Logged,
    /// Logged, below the target.
    Short,
    Record,
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

impl RowState {
    #[must_use]
    pub const fn is_logged(self) -> bool {
        match self {
            Self::Planned | Self::Current => false,
            Self::Logged | Self::Short | Self::Record => true,
        }
    }

    /// For the style sheet.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Current => "current",
            Self::Logged => "logged",
            Self::Short => "short",
            Self::Record => "record",
        }
    }

    /// The shape.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Planned => "·",
            Self::Current => "→",
            Self::Logged => "✓",
            Self::Short => "↓",
            Self::Record => "★",
        }
    }

    /// The shape in words.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Self::Planned => "to do",
            Self::Current => "next",
            Self::Logged => "logged",
            Self::Short => "logged, below the target",
            Self::Record => "logged, a record",
        }
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
        if let Some(set) = done {
            let low = plan.range.low();
            let least = target.map_or(low, |target| target.counted().min(low));
            row.state = if set.amount.counted() < least { RowState::Short } else { RowState::Logged };
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
            Some(Load::Bar(weight)) => plates::words(weight, &about.person.gear),
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
            asks_effort: asks_effort(about.person) || logged.is_some_and(|set| set.rir.is_some()),
            values: values(load, amount, amount_fields, unit, logged),
            // That nothing but the body is moved goes without saying.
            said: load.filter(|load| *load != Load::Body).map(|load| load.for_reader(own)),
            plates,
            state: RowState::Planned,
            logged_at: logged.map(|set| set.logged_at),
            records: Vec::new(),
        })
    }
}

/// What the fields hold: what was logged, or what is planned.
fn values(
    load: Option<Load>,
    amount: Option<Amount>,
    amount_fields: AmountFields,
    unit: Units,
    logged: Option<&LoggedSet>,
) -> FormFields {
    let mut fields = FormFields::default();
    match load {
        Some(Load::Band(tone) | Load::AssistedBand(tone)) => fields.push("band", tone.word()),
        Some(Load::Added(weight)) => {
            fields.push("load", "added");
            fields.push("weight", weight.to_unit(unit).number());
        }
        Some(Load::Assisted(weight) | Load::Bar(weight) | Load::PerHand(weight) | Load::Stack(weight)) => {
            fields.push("weight", weight.to_unit(unit).number());
        }
        Some(Load::Body) | None => {}
    }
    match (amount, amount_fields) {
        (Some(Amount::Sides { left, right }), _) => {
            fields.push("left", left.to_string());
            fields.push("right", right.to_string());
        }
        (Some(Amount::Reps(reps)), AmountFields::Sides) => {
            fields.push("left", reps.to_string());
            fields.push("right", reps.to_string());
        }
        (Some(Amount::Reps(reps)), AmountFields::Reps | AmountFields::Seconds) => {
            fields.push("reps", reps.to_string());
        }
        (Some(Amount::Seconds(seconds)), _) => fields.push("seconds", seconds.to_string()),
        (None, _) => {}
    }
    if let Some(set) = logged {
        fields.push("rir", set.rir.map_or("", |rir| rir.word()));
        fields.push("note", set.note.as_ref().map_or("", |note| note.as_str()));
    }
    fields
}
