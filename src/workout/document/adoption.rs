//! What a login does to workouts: of two open ones, one gives way.

use serde::{Deserialize, Serialize};

use super::{Status, Workout};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Adoption {
    /// It ended because another one stayed open, and not by the person. Sets may still wait on a device.
    GaveWay,
}

impl Workout {
    /// Ends it, because another one stays open. Its end is that of its last set, even if that arrives later; without
    /// any set it is in no list.
    pub fn give_way(&mut self) {
        self.adoption = Some(Adoption::GaveWay);
        self.end_with_last_set();
    }

    pub(super) fn end_with_last_set(&mut self) {
        if self.adoption == Some(Adoption::GaveWay) {
            let end = self.last_set_at().unwrap_or(self.started_at);
            self.ended_at = Some(end.max(self.started_at));
        }
    }

    /// From now on its end is what the person says.
    pub(super) fn keep_end(&mut self) {
        if self.adoption == Some(Adoption::GaveWay) {
            self.adoption = None;
        }
    }

    /// Whether it is one of the finished workouts that are shown.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        let is_empty = self.adoption == Some(Adoption::GaveWay) && self.sets.is_empty();
        self.status() == Status::Finished && !is_empty
    }
}
