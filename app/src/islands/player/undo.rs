//! Taking back what was just done.

use std::time::Duration;

use domain::workout::document::{Entry, Slot};
use domain::workout::load::LoggedSet;
use leptos::prelude::*;

use super::{PlayerContext, rows};

/// How long it is offered.
const OFFERED: Duration = Duration::from_secs(10);

/// The change that would take back the last one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Undo {
    offer: StoredValue<Option<Entry>>,
    /// How many were offered, so that an old timer does not end a new offer.
    count: StoredValue<u32>,
    changed: Trigger,
}

impl Undo {
    pub(super) fn new(changed: Trigger) -> Self {
        Self { offer: StoredValue::new(None), count: StoredValue::new(0), changed }
    }

    pub(super) fn is_offered(self) -> bool {
        self.changed.track();
        self.offer.with_value(Option::is_some)
    }

    fn set(self, offer: Option<Entry>) {
        self.offer.set_value(offer);
        self.changed.notify();
    }

    /// Takes the offer back. The focus, if it is on the button, goes to the row that it was about.
    fn end(self, slot: Slot) {
        if let Ok(Some(_)) = document().query_selector(".undo :focus") {
            rows::focus(slot);
        }
        self.set(None);
    }

    /// Offers to restore a slot.
    pub(super) fn offer(self, slot: Slot, former: Option<LoggedSet>) {
        let number = self.count.get_value() + 1;
        self.count.set_value(number);
        self.set(Some(Entry { slot, set: former }));
        set_timeout(
            move || {
                if self.count.get_value() == number {
                    self.end(slot);
                }
            },
            OFFERED,
        );
    }

    pub(super) fn run(self, context: PlayerContext) {
        let Some(entry) = self.offer.get_value() else { return };
        let slot = entry.slot;
        if context.queue.change(entry) {
            self.end(slot);
            context.said.set("Undone.".to_owned());
        }
    }
}
