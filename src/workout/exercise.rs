//! What an exercise is, and which ones a person can do.

use crate::workout::catalogue::EXERCISES;
use crate::workout::training::{Equipment, Level};

/// What kind of movement an exercise trains. A workout balances them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
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
    /// Pulling down, or oneself up.
    PullVertical,
    /// Holding the trunk.
    Core,
    /// Getting out of breath, carrying included.
    Conditioning,
    /// Range of motion.
    Mobility,
    /// Getting warm.
    WarmUp,
}

/// One exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exercise {
    /// Stable name in storage, as `goblet_squat`.
    pub id: &'static str,
    /// What people read.
    pub name: &'static str,
    /// How to do it, in one sentence.
    pub cue: &'static str,
    /// What it needs, all of it; nothing means body weight.
    pub needs: &'static [Equipment],
    /// What kind of movement it is.
    pub pattern: Pattern,
    /// The least experience it asks for.
    pub level: Level,
    /// Done on one side, then on the other.
    pub per_side: bool,
    /// Measured in seconds, not in repetitions.
    pub timed: bool,
}

impl Exercise {
    /// Every exercise the trainer knows.
    pub const ALL: &'static [Self] = &EXERCISES;

    /// From its stable name.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|exercise| exercise.id == id)
    }

    /// Whether it is done with more than one's own weight.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
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
        assert!(Exercise::ALL.iter().all(|e| Exercise::find(e.id) == Some(e)));
        assert_eq!(Exercise::find("no_such_exercise"), None);
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
    fn every_piece_of_equipment_is_of_use() {
        for equipment in Equipment::ALL {
            let uses = Exercise::ALL.iter().filter(|e| e.needs == [*equipment]).count();
            assert!(uses >= 4, "{equipment:?}: {uses}");
        }
    }
}
