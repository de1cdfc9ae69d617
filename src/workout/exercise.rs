//! What an exercise is, and which ones a person can do.

use crate::workout::catalogue::EXERCISES;
use crate::workout::training::{Equipment, Level};

/// The kind of movement an exercise trains. A workout balances them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    /// Bending knees and hips together.
    Squat,
    /// Bending at the hips.
    Hinge,
    /// One leg in front of the other.
    Lunge,
    /// Pushing away from the chest.
    PushHorizontal,
    /// Pushing overhead.
    PushVertical,
    /// Pulling towards the chest.
    PullHorizontal,
    /// Pulling a weight down, or oneself up.
    PullVertical,
    /// Holding the trunk.
    Core,
    /// Getting out of breath; includes carrying weights.
    Conditioning,
    /// Range of motion.
    Mobility,
    /// Getting warm.
    WarmUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exercise {
    /// A stable name for programs, such as `goblet_squat`.
    pub id: &'static str,
    pub name: &'static str,
    /// How to do it, in one sentence.
    pub cue: &'static str,
    /// All of it is needed; empty means body weight.
    pub(crate) needs: &'static [Equipment],
    pub(crate) pattern: Pattern,
    /// The minimum level it requires.
    pub(crate) level: Level,
    /// Done on one side, then on the other.
    pub(crate) per_side: bool,
    /// Measured in seconds, not in repetitions.
    pub(crate) timed: bool,
}

impl Exercise {
    pub const ALL: &'static [Self] = &EXERCISES;

    /// Whether it uses more than body weight.
    pub(crate) fn is_loaded(&self) -> bool {
        !self.needs.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_and_names_are_unique() {
        let ids: BTreeSet<_> = Exercise::ALL.iter().map(|e| e.id).collect();
        let names: BTreeSet<_> = Exercise::ALL.iter().map(|e| e.name).collect();
        assert_eq!((ids.len(), names.len()), (Exercise::ALL.len(), Exercise::ALL.len()));
    }

    #[test]
    fn every_exercise_is_described() {
        for exercise in Exercise::ALL {
            assert!(exercise.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", exercise.id);
            assert!(exercise.name.chars().next().is_some_and(char::is_uppercase), "{}", exercise.name);
            assert!(exercise.cue.ends_with('.') && exercise.cue.len() > 30, "{}", exercise.cue);
            assert!(exercise.cue.len() <= 120, "{} is not one sentence", exercise.cue);
            assert!(
                !(exercise.per_side && exercise.timed),
                "{}: a timed one changes sides by its cue",
                exercise.id
            );
        }
    }

    #[test]
    fn a_beginner_without_equipment_can_train_every_movement() {
        use Pattern::*;
        for pattern in [
            Squat,
            Hinge,
            Lunge,
            PushHorizontal,
            PushVertical,
            PullHorizontal,
            PullVertical,
            Core,
            Conditioning,
            Mobility,
            WarmUp,
        ] {
            assert!(
                Exercise::ALL
                    .iter()
                    .any(|e| e.pattern == pattern && e.level == Level::Beginner && !e.is_loaded()),
                "{pattern:?}"
            );
        }
    }

    #[test]
    fn every_piece_of_equipment_is_used() {
        for equipment in Equipment::ALL {
            let uses = Exercise::ALL.iter().filter(|e| e.needs == [*equipment]).count();
            assert!(uses >= 4, "{equipment:?}: {uses}");
        }
    }
}
