//! Which exercise takes a place in the session: the one last done there, as long as it is possible.

use std::collections::BTreeSet;

use super::Person;
use crate::workout::exercise::Exercise;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::performance::Performance;
use crate::workout::programme::{Assignment, Session, suitable};

/// The session's assignments with the exercises that the person keeps, each with the programme's own choice
/// if that is another one.
pub(super) fn fill(
    session: &Session,
    history: &[Performance],
    person: &Person,
) -> Vec<(Assignment, Option<ExerciseId>)> {
    let mut taken: BTreeSet<&str> = session.blocks.iter().map(|block| block.exercise.id).collect();
    let blocks = session.blocks.iter().map(|block| {
        let kept = kept(block, session.name, history)
            .filter(|(exercise, chosen)| {
                person.has_equipment_for(exercise) && (*chosen || exercise.level <= person.level)
            })
            // No exercise twice in a session.
            .filter(|(exercise, _)| taken.insert(exercise.id));
        match kept {
            Some((exercise, _)) => {
                let range = suitable(block.range, exercise);
                (Assignment { exercise, range, ..*block }, Some(ExerciseId::from(block.exercise)))
            }
            None => (*block, None),
        }
    });
    blocks.collect()
}

/// Another exercise than the programme's that was last done in this place, and whether the person chose it
/// (which makes it possible at any level).
///
/// The place of a main lift is known by its movement: it changes only by the person. That of an accessory is
/// known by what the programme chose: after some weeks it chooses another one, and starts anew.
fn kept(block: &Assignment, session: &str, history: &[Performance]) -> Option<(&'static Exercise, bool)> {
    let here = |performance: &&Performance| {
        let programmes = performance.instead_of.as_ref().unwrap_or(&performance.exercise);
        let same_place = if block.main {
            performance.main && programmes.exercise().is_some_and(|e| e.pattern == block.exercise.pattern)
        } else {
            !performance.main && programmes.as_str() == block.exercise.id
        };
        same_place && !performance.only_today && performance.session == session
    };
    let last = history.iter().rev().find(here)?;
    let exercise = last.exercise.exercise().filter(|exercise| exercise.id != block.exercise.id)?;
    Some((exercise, last.instead_of.is_some()))
}

/// What can take an exercise's place: the same movement for the same muscle, with the person's equipment and
/// at their level. Those in `taken` are left out.
#[must_use]
pub fn alternatives(exercise: &Exercise, person: &Person, taken: &[&str]) -> Vec<&'static Exercise> {
    let fits = |other: &&Exercise| {
        other.id != exercise.id
            && !taken.contains(&other.id)
            && other.pattern == exercise.pattern
            && other.primary == exercise.primary
            && other.level <= person.level
            && person.has_equipment_for(other)
    };
    Exercise::ALL.iter().filter(fits).collect()
}
