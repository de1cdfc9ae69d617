//! What a login does to workouts: those of a visitor move to the account, and of two open ones, one gives way.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::ending::LONGEST;
use super::{Status, Workout, Zone};
use crate::workout::prescription::Plan;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Adoption {
    /// It was a visitor's, or gave way and has an end that the person knows.
    Moved,
    /// It ended because another one stayed open, and not by the person. Sets may still wait on a device.
    GaveWay,
    /// It was deleted after a login, and only its id is left: what moves it a second time finds it.
    Deleted,
}

impl Workout {
    /// A visitor's workout, on its way to an account.
    pub fn move_to_account(&mut self) {
        self.adoption.get_or_insert(Adoption::Moved);
    }

    /// Ends it, because another one stays open. Its end is that of its last set, even if that arrives later; without
    /// any set it is in no list.
    pub fn give_way(&mut self, now: OffsetDateTime) {
        self.adoption = Some(Adoption::GaveWay);
        self.end_with_last_set(now);
    }

    /// Its last set may be of another day, in a page that was left open, and the clock of the device wrong: it is no longer
    /// than workouts may be, and does not end in the future.
    pub(super) fn end_with_last_set(&mut self, now: OffsetDateTime) {
        if self.adoption == Some(Adoption::GaveWay) {
            let end = self.last_set_at().unwrap_or(self.started_at);
            let latest = self.started_at.saturating_add(LONGEST).min(now.truncate_to_millisecond());
            self.ended_at = Some(end.min(latest).max(self.started_at));
        }
    }

    /// From now on its end is what the person says.
    pub(super) fn keep_end(&mut self) {
        if self.adoption == Some(Adoption::GaveWay) {
            self.adoption = Some(Adoption::Moved);
        }
    }

    /// Removes all but its id. `false` if no login has touched it: then nothing can bring it back, and nothing needs to be
    /// left of it.
    pub fn erase(&mut self) -> bool {
        if self.adoption.is_none() {
            return false;
        }
        let never = OffsetDateTime::UNIX_EPOCH;
        *self = Self {
            version: self.version,
            id: self.id,
            zone: Zone::utc(),
            started_at: never,
            ended_at: Some(never),
            touched_at: never,
            plan: Plan::default(),
            changes: BTreeMap::new(),
            sets: BTreeMap::new(),
            applied: BTreeSet::new(),
            adoption: Some(Adoption::Deleted),
        };
        true
    }

    /// Whether only its id is left.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.adoption == Some(Adoption::Deleted)
    }

    /// Whether it is one of the finished workouts that are shown. One that gave way and has lost all of its sets again is
    /// not: an undo on the device that still has it open looks the same.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        let is_empty = self.adoption == Some(Adoption::GaveWay) && self.sets.is_empty();
        self.status() == Status::Finished && !is_empty && !self.is_erased()
    }
}
