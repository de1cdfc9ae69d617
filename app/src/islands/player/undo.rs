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
    offer: StoredValue<Offer>,
    changed: Trigger,
}

#[derive(Debug, Default)]
struct Offer {
    entry: Option<Entry>,
    /// How many were made, so that an old timer does not end a new one.
    number: u32,
}

impl Undo {
    pub(super) fn new(changed: Trigger) -> Self {
        Self { offer: StoredValue::new(Offer::default()), changed }
    }

    pub(super) fn is_offered(self) -> bool {
        self.changed.track();
        self.offer.with_value(|offer| offer.entry.is_some())
    }

    /// Returns the number of the offer.
    fn set(self, entry: Option<Entry>) -> u32 {
        let mut number = 0;
        self.offer.update_value(|offer| {
            offer.number += u32::from(entry.is_some());
            number = offer.number;
            offer.entry = entry;
        });
        self.changed.notify();
        number
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
        let number = self.set(Some(Entry { slot, set: former }));
        set_timeout(
            move || {
                if self.offer.with_value(|offer| offer.number == number) {
                    self.end(slot);
                }
            },
            OFFERED,
        );
    }

    pub(super) fn run(self, context: PlayerContext) {
        let Some(entry) = self.offer.with_value(|offer| offer.entry.clone()) else { return };
        let slot = entry.slot;
        if context.queue.change(entry) {
            self.end(slot);
            context.said.set("Undone.".to_owned());
        }
    }
}
