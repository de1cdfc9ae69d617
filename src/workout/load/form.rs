//! A set from the form of its row.

use time::OffsetDateTime;

use super::{Amount, Load, LoggedSet, Note, Rir, SetFormat, Tone};
use crate::form::choice::Choice as _;
use crate::form::{FieldError, FieldErrors, FormFields};
use crate::workout::exercise::LoadKind;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::training::Units;
use crate::workout::weight::Weight;

impl LoggedSet {
    /// Parses the form of a row, on the server and in the browser. Which fields it has depends on the exercise:
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
        exercise: ExerciseId,
        format: SetFormat,
        unit: Units,
        now: OffsetDateTime,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let load = load(fields, format, unit, &mut errors);
        let amount = amount(fields, format, &mut errors);
        let rir = errors.check("rir", optional(fields, "rir", Rir::parse));
        let note = errors.check("note", fields.one("note").and_then(Note::parse));
        match (load, amount, rir, note) {
            (Some(load), Some(amount), Some(rir), Some(note)) => {
                Ok(Self { exercise, load, amount, rir, note, logged_at: now.truncate_to_millisecond() })
            }
            _ => Err(errors),
        }
    }

    /// The form's fields with these values: what [`from_form`](Self::from_form) reads back. A weight is given in
    /// `unit`.
    #[must_use]
    pub fn to_form(&self, format: SetFormat, unit: Units) -> FormFields {
        let mut fields = target_fields(Some(self.load), Some(self.amount), format, unit);
        fields.push("rir", self.rir.map_or("", |rir| rir.word()));
        fields.push("note", self.note.as_ref().map_or("", |note| note.as_str()));
        fields
    }
}

/// The fields of a set that is planned, as far as the plan says what to do.
#[must_use]
pub fn target_fields(
    load: Option<Load>,
    amount: Option<Amount>,
    format: SetFormat,
    unit: Units,
) -> FormFields {
    let mut fields = FormFields::default();
    match (format.load, load) {
        (LoadKind::Assisted | LoadKind::AssistedBand, Some(Load::Added(_))) => fields.push("load", "added"),
        (LoadKind::Assisted, Some(_)) => fields.push("load", "assisted"),
        (LoadKind::AssistedBand, Some(_)) => fields.push("load", "assisted_band"),
        _ => {}
    }
    match load {
        Some(Load::Band(tone) | Load::AssistedBand(tone)) => fields.push("band", tone.word()),
        Some(
            Load::Added(weight)
            | Load::Assisted(weight)
            | Load::Bar(weight)
            | Load::PerHand(weight)
            | Load::Stack(weight),
        ) => {
            fields.push("weight", weight.to_unit(unit).number());
        }
        Some(Load::Body) | None => {}
    }
    match amount {
        Some(Amount::Sides { left, right }) => {
            fields.push("left", left.to_string());
            fields.push("right", right.to_string());
        }
        Some(Amount::Reps(reps)) if format.per_side && !format.timed => {
            fields.push("left", reps.to_string());
            fields.push("right", reps.to_string());
        }
        Some(Amount::Reps(reps)) => fields.push("reps", reps.to_string()),
        Some(Amount::Seconds(seconds)) => fields.push("seconds", seconds.to_string()),
        None => {}
    }
    fields
}

fn load(fields: &FormFields, format: SetFormat, unit: Units, errors: &mut FieldErrors) -> Option<Load> {
    let weight = |name| fields.required(name).and_then(|typed| Weight::parse(typed, unit));
    let on_top = || optional(fields, "weight", |typed| Weight::parse(typed, unit));
    let (name, load) = match format.load {
        LoadKind::Bar => ("weight", weight("weight").map(Load::Bar)),
        LoadKind::PerHand | LoadKind::Kettlebell => ("weight", weight("weight").map(Load::PerHand)),
        LoadKind::Stack => ("weight", weight("weight").map(Load::Stack)),
        LoadKind::Band => ("band", fields.required("band").and_then(Tone::parse).map(Load::Band)),
        LoadKind::Body if !format.weighted => ("weight", Ok(Load::Body)),
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

fn amount(fields: &FormFields, format: SetFormat, errors: &mut FieldErrors) -> Option<Amount> {
    let most = u32::from(Amount::MAX_REPS);
    if format.timed {
        let seconds = fields.number("seconds", 1..=u32::from(Amount::MAX_SECONDS));
        return errors.check("seconds", seconds).map(Amount::Seconds);
    }
    let by_side = format.per_side && ["left", "right"].iter().any(|name| !fields.value(name).is_empty());
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
