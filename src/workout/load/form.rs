//! A set from the form of its row.

use time::OffsetDateTime;

use super::{Amount, Load, LoggedSet, Note, Rir, Tone};
use crate::form::choice::Choice as _;
use crate::form::{FieldError, FieldErrors, FormFields};
use crate::workout::exercise::{Exercise, LoadKind};
use crate::workout::exercise_id::ExerciseId;
use crate::workout::training::Units;
use crate::workout::weight::Weight;

impl LoggedSet {
    /// Parses the form of a row. Which fields it has depends on the exercise:
    /// - `weight`, in `unit`; empty means body weight where that is possible. For an assisted exercise it is
    ///   the help, unless `load` is `added`;
    /// - `band`, a word of [`Tone`]. Where a band helps, empty means no help, and `weight` is read instead if
    ///   `load` is `added`;
    /// - `seconds`, or `reps`, or `left` and `right` (read if either is filled in);
    /// - `rir` and `note`, which may be empty.
    ///
    /// # Errors
    /// All errors at once, by field.
    pub fn from_form(
        fields: &FormFields,
        exercise: &Exercise,
        unit: Units,
        now: OffsetDateTime,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let load = load(fields, exercise, unit, &mut errors);
        let amount = amount(fields, exercise, &mut errors);
        let rir = errors.check("rir", optional(fields, "rir", Rir::parse));
        let note = errors.check("note", fields.one("note").and_then(Note::parse));
        match (load, amount, rir, note) {
            (Some(load), Some(amount), Some(rir), Some(note)) => Ok(Self {
                exercise: ExerciseId::from(exercise),
                load,
                amount,
                rir,
                note,
                logged_at: now.truncate_to_millisecond(),
            }),
            _ => Err(errors),
        }
    }
}

fn load(fields: &FormFields, exercise: &Exercise, unit: Units, errors: &mut FieldErrors) -> Option<Load> {
    let weight = |name| fields.required(name).and_then(|typed| Weight::parse(typed, unit));
    let on_top = || optional(fields, "weight", |typed| Weight::parse(typed, unit));
    let (name, load) = match exercise.load {
        LoadKind::Bar => ("weight", weight("weight").map(Load::Bar)),
        LoadKind::PerHand | LoadKind::Kettlebell => ("weight", weight("weight").map(Load::PerHand)),
        LoadKind::Stack => ("weight", weight("weight").map(Load::Stack)),
        LoadKind::Band => ("band", fields.required("band").and_then(Tone::parse).map(Load::Band)),
        LoadKind::Body if !exercise.weighted => ("weight", Ok(Load::Body)),
        LoadKind::Body => ("weight", on_top().map(|weight| body_and(weight, Load::Added))),
        LoadKind::Assisted => match errors.check("load", fields.one("load"))? {
            "" | "assisted" => ("weight", on_top().map(|weight| body_and(weight, Load::Assisted))),
            "added" => ("weight", on_top().map(|weight| body_and(weight, Load::Added))),
            _ => ("load", Err(FieldError::UnknownChoice)),
        },
        LoadKind::AssistedBand => match errors.check("load", fields.one("load"))? {
            "" | "assisted_band" => {
                let tone = optional(fields, "band", Tone::parse);
                ("band", tone.map(|tone| tone.map_or(Load::Body, Load::AssistedBand)))
            }
            "added" => ("weight", on_top().map(|weight| body_and(weight, Load::Added))),
            _ => ("load", Err(FieldError::UnknownChoice)),
        },
    };
    errors.check(name, load)
}

/// Nothing added, or no help, is body weight.
fn body_and(weight: Option<Weight>, load: fn(Weight) -> Load) -> Load {
    weight.filter(|weight| !weight.is_zero()).map_or(Load::Body, load)
}

fn amount(fields: &FormFields, exercise: &Exercise, errors: &mut FieldErrors) -> Option<Amount> {
    let most = u32::from(Amount::MAX_REPS);
    if exercise.timed {
        let seconds = fields.number("seconds", 1..=u32::from(Amount::MAX_SECONDS));
        return errors.check("seconds", seconds).map(Amount::Seconds);
    }
    let by_side = exercise.per_side && ["left", "right"].iter().any(|name| !fields.value(name).is_empty());
    if !by_side {
        return errors.check("reps", fields.number("reps", 0..=most)).map(Amount::Reps);
    }
    let left = errors.check("left", fields.number("left", 0..=most));
    let right = errors.check("right", fields.number("right", 0..=most));
    Some(Amount::Sides { left: left?, right: right? })
}

/// `None` for an empty field.
fn optional<T>(
    fields: &FormFields,
    name: &'static str,
    parse: impl Fn(&str) -> Result<T, FieldError>,
) -> Result<Option<T>, FieldError> {
    let typed = fields.one(name)?;
    if typed.trim().is_empty() { Ok(None) } else { parse(typed).map(Some) }
}
