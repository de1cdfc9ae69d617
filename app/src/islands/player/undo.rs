//! Taking back what was just done.

use std::time::Duration;

use domain::workout::document::{Change, Slot};
use domain::workout::load::LoggedSet;
use leptos::prelude::*;

use super::PlayerContext;

/// How long it is offered.
const OFFERED: Duration = Duration::from_secs(10);

/// The change that would take back the last one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Undo {
    offer: RwSignal<Option<Change>>,
    /// How many were offered, so that an old timer does not end a new offer.
    count: StoredValue<u32>,
}

impl Undo {
    pub(super) fn new() -> Self {
        Self { offer: RwSignal::new(None), count: StoredValue::new(0) }
    }

    pub(super) fn is_offered(self) -> bool {
        self.offer.with(Option::is_some)
    }

    /// Offers to restore a slot.
    pub(super) fn offer(self, slot: Slot, former: Option<LoggedSet>) {
        let number = self.count.get_value() + 1;
        self.count.set_value(number);
        self.offer.set(Some(former.map_or(Change::Clear(slot), |set| Change::Log(slot, set))));
        set_timeout(
            move || {
                if self.count.get_value() == number {
                    self.offer.set(None)
                }
            },
            OFFERED,
        );
    }

    pub(super) fn run(self, context: PlayerContext) {
        let Some(change) = self.offer.get_untracked() else { return };
        if context.queue.change(change) {
            self.offer.set(None);
            context.said.set("Undone.".to_owned());
        }
    }
}
