//! The exercises the trainer knows.

use crate::preferences::Equipment;

/// One exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exercise {
    /// Stable name in storage, as `goblet_squat`.
    pub id: &'static str,
    /// What people read.
    pub name: &'static str,
    /// How to do it, in one sentence.
    pub cue: &'static str,
    /// What it needs; nothing means body weight.
    pub needs: &'static [Equipment],
}
