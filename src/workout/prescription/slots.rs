//! Which exercise takes a place in the session: the one last done there, as long as it is possible.

use super::Person;
use crate::workout::exercise::Exercise;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::performance::Performance;
use crate::workout::programme::{Assignment, Session, suitable};

/// The session's assignments with the exercises that the person keeps, each with the programme's own choice
/// if that is another one. No exercise comes twice in a session.
///
/// Main lifts choose first, for they stay. An accessory that loses its exercise to one gets another of the same
/// kind, or else what the main lift left.
pub(super) fn fill(
    session: &Session,
    history: &[Performance],
    person: &Person,
) -> Vec<(Assignment, Option<ExerciseId>)> {
    let blocks = &session.blocks;
    let mut chosen: Vec<&'static Exercise> = blocks.iter().map(|block| block.exercise).collect();
    for main in [true, false] {
        for (i, block) in blocks.iter().enumerate().filter(|(_, block)| block.main == main) {
            let possible = |(exercise, by_person): &(&'static Exercise, bool)| {
                person.has_equipment_for(exercise) && (*by_person || exercise.level <= person.level)
            };
            let Some((kept, _)) = kept(block, session.name, history).filter(possible) else { continue };
            match (0..blocks.len()).find(|j| *j != i && chosen[*j].id == kept.id) {
                None => {}
                Some(j) if main && !blocks[j].main => {
                    let taken: Vec<&str> = chosen.iter().map(|exercise| exercise.id).collect();
                    let others = alternatives(kept, person, &taken);
                    chosen[j] = others.first().copied().unwrap_or(block.exercise);
                }
                Some(_) => continue,
            }
            chosen[i] = kept;
        }
    }
    let filled = blocks.iter().zip(chosen).map(|(block, exercise)| {
        if exercise.id == block.exercise.id {
            return (*block, None);
        }
        let range = suitable(block.range, exercise);
        (Assignment { exercise, range, ..*block }, Some(ExerciseId::from(block.exercise)))
    });
    filled.collect()
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
    let mut here = history.iter().rev().filter(here);
    let last = here.next()?;
    let exercise = last.exercise.exercise().filter(|exercise| exercise.id != block.exercise.id)?;
    // Who chose it shows where it first came: afterwards it is kept, whatever the programme would choose.
    let first = here.take_while(|before| before.exercise == last.exercise).last().unwrap_or(last);
    Some((exercise, first.instead_of.is_some()))
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
