//! All sets in one form: of the open workout, of one that is over and is entered now, or of a finished one.

use std::collections::{BTreeMap, BTreeSet};

use accounts::Error;
use accounts::training::{
    EnterWorkout, OPERATIONS_AT_ONCE, WorkoutChanged, WorkoutEntered, known_zone, local_time, time_in,
};
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::workout::document::{Change, Operation, OperationId, Outcome, Refusal, Slot, WorkoutId, Zone};
use domain::workout::load::LoggedSet;
use model::{Alert, FormState, RefusedRows};
use time::macros::{date, format_description};
use time::{Date, Duration, OffsetDateTime, Time};

use crate::change::set;
use crate::player::refused_with;
use crate::{Answer, Trainee, hidden};

/// The fields in which the amount of a set stands.
const AMOUNTS: [&str; 4] = ["reps", "left", "right", "seconds"];
pub(crate) const TIMES: &[&str] = &["day", "start", "end"];

/// In every zone this day began after the Unix epoch, the earliest time that the history looks for.
const FIRST_DAY: Date = date!(1970 - 01 - 02);

/// What became of the rows of a sheet.
pub(crate) enum Saved {
    Done,
    Gone,
    Refused(Refusal),
}

impl Trainee<'_> {
    /// Logs the sets of a sheet: in the open workout if the form says so, otherwise as a workout that is over.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn sheet(&self, fields: &FormFields) -> Result<Answer, Error> {
        match hidden(fields, "workout", WorkoutId::parse) {
            Ok(id) if fields.value("open").is_empty() => self.enter(fields, id).await,
            Ok(id) => self.log_all(fields, id).await,
            Err(errors) => Ok(Answer::Invalid(errors)),
        }
    }

    async fn log_all(&self, fields: &FormFields, id: WorkoutId) -> Result<Answer, Error> {
        let workout = self.accounts.workout(&self.client, self.user(), id).await?;
        let Some(workout) = workout else { return Ok(Answer::Gone("/workout")) };
        let refused = match operations(fields, workout.sets(), self.now) {
            Ok(operations) => match self.save(id, &operations).await? {
                Saved::Done => return Ok(Answer::Done("/workout".to_owned())),
                Saved::Gone => return Ok(Answer::Gone("/workout")),
                Saved::Refused(refusal) => refused(fields, Some(refusal)),
            },
            Err(refused) => refused,
        };
        Ok(self.refused(Some(FormState::default()), refused).await)
    }

    async fn enter(&self, fields: &FormFields, id: WorkoutId) -> Result<Answer, Error> {
        // What the page says about its times, whatever is known of the person by now.
        let said = known_zone(fields.value("zone"));
        let in_own = |at| local_time(&self.zone, at);
        let times = times(fields, said.as_ref().unwrap_or(&self.zone))
            .map(|(started_at, ended_at)| (in_own(started_at), in_own(ended_at)));
        let started = times.as_ref().map_or(self.now, |(started, _)| *started);
        let (rows, errors) = match (times, operations(fields, &BTreeMap::new(), started)) {
            (Ok((started_at, ended_at)), Ok(operations)) => {
                let (preferences, zone) = (&self.preferences, &self.zone);
                let operations = &operations;
                let entered = EnterWorkout { id, preferences, zone, started_at, ended_at, operations };
                let refusal = match self.accounts.enter_workout(&self.client, self.user(), entered).await? {
                    WorkoutEntered::Done(workout) => {
                        return Ok(Answer::Done(self.after_finish(workout.id())));
                    }
                    WorkoutEntered::Impossible(refusal) => Some(refusal),
                    WorkoutEntered::Refused(outcomes) => refusal(&outcomes),
                    WorkoutEntered::TooMany => return Ok(Answer::TooManyWorkouts),
                };
                (refused(fields, refusal), time_errors(refusal))
            }
            (times, operations) => {
                (operations.err().unwrap_or_else(|| refused(fields, None)), times.err().unwrap_or_default())
            }
        };
        let mut values = fields.keep(TIMES);
        if let Some(said) = said {
            values.push("zone", said.as_str());
        }
        let times = FormState { values, errors, alert: Some(Alert::CheckFields) };
        Ok(refused_with(self.refused_past_sheet(times, rows).await))
    }

    /// Applies the operations of a sheet, as many at once as are allowed.
    pub(crate) async fn save(&self, id: WorkoutId, operations: &[Operation]) -> Result<Saved, Error> {
        for some in operations.chunks(OPERATIONS_AT_ONCE) {
            match self.accounts.change_workout(&self.client, self.user(), id, some).await? {
                WorkoutChanged::Done { outcomes, .. } => {
                    if let Some(refusal) = refusal(&outcomes) {
                        return Ok(Saved::Refused(refusal));
                    }
                }
                // A chunk is never too many.
                WorkoutChanged::Gone | WorkoutChanged::TooMany => return Ok(Saved::Gone),
            }
        }
        Ok(Saved::Done)
    }
}

/// All rows as they were typed, with the reason why they were not taken.
pub(crate) fn refused(fields: &FormFields, refusal: Option<Refusal>) -> RefusedRows {
    RefusedRows { alert: refusal.map(Alert::Refused), rows: typed(fields) }
}

/// Beside the field in which impossible times are most easily corrected; the alert says why.
pub(crate) fn time_errors(refusal: Option<Refusal>) -> FieldErrors {
    let is_of_times = refusal == Some(Refusal::ImpossibleTimes);
    if is_of_times { ("end", FieldError::Invalid).into() } else { FieldErrors::default() }
}

/// Day, start and end as the form has them.
pub(crate) fn time_fields(started_at: OffsetDateTime, ended_at: OffsetDateTime) -> FormFields {
    let clock = |at: OffsetDateTime| at.format(format_description!("[hour]:[minute]")).unwrap_or_default();
    let day = started_at.format(format_description!("[year]-[month]-[day]")).unwrap_or_default();
    let fields = [("day", day), ("start", clock(started_at)), ("end", clock(ended_at))];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Start and end. An end before the start is after midnight.
pub(crate) fn times(
    fields: &FormFields,
    zone: &Zone,
) -> Result<(OffsetDateTime, OffsetDateTime), FieldErrors> {
    let clock = |name| {
        let typed = fields.required(name)?;
        Time::parse(typed, format_description!("[hour]:[minute]")).map_err(|_| FieldError::Invalid)
    };
    let mut errors = FieldErrors::default();
    let day = errors.check(
        "day",
        fields.required("day").and_then(|typed| {
            let day = Date::parse(typed, format_description!("[year]-[month]-[day]"));
            day.ok().filter(|day| *day >= FIRST_DAY).ok_or(FieldError::Invalid)
        }),
    );
    let (start, end) = (errors.check("start", clock("start")), errors.check("end", clock("end")));
    match (day, start, end) {
        (Some(day), Some(start), Some(end)) => {
            let last = if end < start { day.saturating_add(Duration::DAY) } else { day };
            Ok((time_in(zone, day, start), time_in(zone, last, end)))
        }
        _ => Err(errors),
    }
}

/// What a sheet changes about these sets: rows with an amount are logged, those whose amount was emptied are cleared,
/// and those that are as they were are left alone. A row that was empty when the page was made is as it was, even if
/// another device has logged its set since.
pub(crate) fn operations(
    fields: &FormFields,
    sets: &BTreeMap<Slot, LoggedSet>,
    now: OffsetDateTime,
) -> Result<Vec<Operation>, RefusedRows> {
    let (mut operations, mut rows, mut refused) = (Vec::new(), BTreeMap::new(), false);
    for slot in slots(fields) {
        let row = row(fields, slot);
        let old = sets.get(&slot);
        let id = row.required("operation").and_then(OperationId::parse);
        let read = match id {
            Err(error) => Err(FieldErrors::from(("operation", error))),
            Ok(_) if AMOUNTS.iter().all(|name| row.value(name).trim().is_empty()) => {
                Ok(old.filter(|_| !row.value("logged").is_empty()).map(|_| Change::Clear(slot)))
            }
            Ok(_) => set(&row, old.map_or(now, |old| old.logged_at)).map(|new| {
                let same =
                    old.is_some_and(|old| LoggedSet { logged_at: old.logged_at, ..new.clone() } == *old);
                (!same).then_some(Change::Log(slot, new))
            }),
        };
        let errors = match (read, id) {
            (Ok(Some(change)), Ok(id)) => {
                operations.push(Operation { id, change });
                FieldErrors::default()
            }
            (Ok(_), _) => FieldErrors::default(),
            (Err(errors), _) => {
                refused = true;
                errors
            }
        };
        rows.insert(slot, FormState { values: row, errors, alert: None });
    }
    if refused { Err(RefusedRows { alert: Some(Alert::CheckFields), rows }) } else { Ok(operations) }
}

/// What was typed into each row, to be shown again.
fn typed(fields: &FormFields) -> BTreeMap<Slot, FormState> {
    let form = |slot| FormState { values: row(fields, slot), ..FormState::default() };
    slots(fields).into_iter().map(|slot| (slot, form(slot))).collect()
}

/// The rows that the form has.
fn slots(fields: &FormFields) -> BTreeSet<Slot> {
    let slot =
        |(name, _): (&str, &str)| name.strip_suffix("-operation").and_then(|slot| Slot::parse(slot).ok());
    fields.iter().filter_map(slot).collect()
}

/// The fields of a row, by the names they have in a form of their own.
fn row(fields: &FormFields, slot: Slot) -> FormFields {
    let prefix = format!("{slot}-");
    let own = fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_owned(), value.to_owned())));
    own.collect()
}

fn refusal(outcomes: &[Outcome]) -> Option<Refusal> {
    outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Refused(refusal) => Some(*refusal),
        Outcome::Applied | Outcome::Duplicate | Outcome::Gone => None,
    })
}

#[cfg(test)]
mod tests {
    use accounts::training::known_zone;
    use domain::workout::exercise_id::ExerciseId;
    use domain::workout::load::{Amount, Load};
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 18:04 UTC);

    fn fields(pairs: &[(&str, &str)]) -> FormFields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_what_the_page_showed_as_logged_can_be_emptied() {
        let slot = Slot::parse("b1s1").unwrap();
        let set = LoggedSet {
            exercise: ExerciseId::parse("push_up").unwrap(),
            load: Load::Body,
            amount: Amount::Reps(8),
            rir: None,
            note: None,
            logged_at: NOW,
        };
        let sets = BTreeMap::from([(slot, set)]);
        let empty = [("b1s1-operation", "07070707-0707-0707-0707-070707070707"), ("b1s1-reps", " ")];
        let changes = |fields: &FormFields| -> Vec<Change> {
            operations(fields, &sets, NOW).unwrap().into_iter().map(|operation| operation.change).collect()
        };
        assert_eq!(changes(&fields(&empty)), [], "another device has logged it since");
        let emptied = [&empty[..], &[("b1s1-logged", "true")]].concat();
        assert_eq!(changes(&fields(&emptied)), [Change::Clear(slot)]);
    }

    #[test]
    fn impossible_times_are_an_error_of_a_field() {
        assert_eq!(time_errors(Some(Refusal::ImpossibleTimes)).get("end"), Some(FieldError::Invalid));
        assert!(time_errors(Some(Refusal::TooLarge)).is_empty() && time_errors(None).is_empty());
    }

    #[test]
    fn a_day_that_cannot_be_stored_is_an_error_of_its_field() {
        let at = |day| {
            let fields = fields(&[("day", day), ("start", "00:10"), ("end", "00:05")]);
            times(&fields, &known_zone("Pacific/Kiritimati").unwrap())
        };
        let (started_at, ended_at) = at("1970-01-02").unwrap();
        assert!(OffsetDateTime::UNIX_EPOCH <= started_at && started_at < ended_at);
        for wrong in ["1970-01-01", "1869-02-28", "0000-01-01", "-001-01-01", "someday", ""] {
            let errors = at(wrong).unwrap_err();
            assert!(errors.get("day").is_some(), "{wrong}");
        }
    }
}
