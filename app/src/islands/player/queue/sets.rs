//! The sets of a workout by their slots.

use domain::workout::document::{Entry, Slot};
use domain::workout::load::LoggedSet;

/// A list: there are some dozens at most, and a map of the standard library takes kilobytes of WebAssembly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::islands) struct Sets(Vec<(Slot, LoggedSet)>);

impl Sets {
    pub(in crate::islands) fn get(&self, slot: Slot) -> Option<&LoggedSet> {
        self.0.iter().find(|(one, _)| *one == slot).map(|(_, set)| set)
    }

    /// The one that was logged last.
    pub(in crate::islands) fn newest(&self) -> Option<&(Slot, LoggedSet)> {
        self.0.iter().max_by_key(|(_, set)| set.logged_at)
    }

    /// Fills or empties a slot.
    pub(super) fn apply(&mut self, entry: &Entry) {
        self.0.retain(|(slot, _)| *slot != entry.slot);
        if let Some(set) = &entry.set {
            self.0.push((entry.slot, set.clone()));
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
