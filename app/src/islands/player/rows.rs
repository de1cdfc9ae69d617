//! How the rows and cards of the page stand.

use domain::millis::to_millis;
use domain::workout::document::Slot;
use domain::workout::load::SetKind;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::queue::Queue;
use crate::islands::follow;
use model::RowState;

/// What is known of a row besides its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::islands) struct KnownRow {
    pub(in crate::islands) slot: Slot,
    /// What falls below it is short of the target: repetitions or seconds.
    pub(in crate::islands) least: u16,
    /// What the page says about it, until an answer of the server says more.
    pub(in crate::islands) comment: String,
    /// Its card was skipped.
    pub(in crate::islands) is_skipped: bool,
}

/// The rows of the page, in its order.
#[derive(Clone, Copy)]
pub(in crate::islands) struct Rows {
    known: StoredValue<Vec<KnownRow>>,
    /// The person has just logged or cleared a set here, so what comes next may be brought into view. Otherwise, when an
    /// answer or another device has changed something, the page stays where it is.
    acted: StoredValue<bool>,
    queue: Queue,
    changed: Trigger,
}

impl Rows {
    pub(super) fn new(queue: Queue, changed: Trigger) -> Self {
        let (known, acted) = (StoredValue::new(Vec::new()), StoredValue::new(false));
        let rows = Self { known, acted, queue, changed };
        follow(move || {
            rows.changed.track();
            rows.show_progress();
        });
        rows
    }

    pub(in crate::islands) fn add(self, row: KnownRow) {
        self.known.update_value(|known| known.push(row));
        self.changed.notify();
    }

    /// Goes on to the row that has become the one to do now.
    pub(in crate::islands) fn go_to(self, slot: Slot) {
        go_to(slot, self.acted.get_value());
        self.acted.set_value(false);
    }

    pub(super) fn act(self) {
        self.acted.set_value(true);
    }

    /// The row to do now.
    fn current(self) -> Option<Slot> {
        self.queue.with_sets(|sets| {
            let to_do = |row: &&KnownRow| {
                row.slot.kind() == SetKind::Work && !row.is_skipped && sets.get(row.slot).is_none()
            };
            self.known.with_value(|known| known.iter().find(to_do).map(|row| row.slot))
        })
    }

    pub(in crate::islands) fn state(self, row: &KnownRow) -> RowState {
        let current = self.current();
        self.queue.with_sets(|sets| match sets.get(row.slot) {
            // About a set that was logged, it says one thing only.
            Some(_) if !self.comment(row).is_empty() => RowState::Record,
            Some(set) if set.amount.counted() < row.least => RowState::Short,
            Some(_) => RowState::Logged,
            None if current == Some(row.slot) => RowState::Current,
            None => RowState::Planned,
        })
    }

    /// What is to be said about the row. Of a set that the server does not know yet nothing can be said.
    pub(in crate::islands) fn comment(self, row: &KnownRow) -> String {
        if self.queue.waits_for(row.slot) {
            return String::new();
        }
        self.queue.comment(row.slot).unwrap_or_else(|| row.comment.clone())
    }

    /// When the newest set was logged, and how long the rest after it is, both in milliseconds.
    pub(in crate::islands) fn rest(self) -> Option<(i64, i64)> {
        self.queue.with_sets(|sets| {
            let (slot, newest) = sets.newest()?;
            Some((to_millis(newest.logged_at), i64::from(rest_after(*slot)) * 1000))
        })
    }

    /// The figures above the cards and the marks in their summaries.
    fn show_progress(self) {
        let known = self.known.get_value();
        if known.is_empty() {
            return;
        }
        let work = || known.iter().filter(|row| row.slot.kind() == SetKind::Work);
        let logged = |row: &&KnownRow| self.state(row).is_logged();
        set_text("#logged-sets", &work().filter(logged).count().to_string());
        for chunk in known.chunk_by(|one, next| one.slot.block() == next.slot.block()) {
            let Some(first) = chunk.first() else { continue };
            let work = || chunk.iter().filter(|row| row.slot.kind() == SetKind::Work);
            let marks: String = work().map(|row| self.state(row).mark()).collect();
            let block = first.slot.block();
            set_text(&format!("#{block} .marks"), &marks);
            let spoken = format!("{} of {} logged", work().filter(logged).count(), work().count());
            set_text(&format!("#{block} .marks-spoken"), &spoken);
        }
    }
}

/// The rest after a set of this block, in seconds.
pub(super) fn rest_after(slot: Slot) -> u32 {
    let block = document().get_element_by_id(&slot.block().to_string());
    block
        .and_then(|block| block.get_attribute("data-rest"))
        .and_then(|rest| rest.parse::<i64>().ok())
        .map_or(0, |rest| rest as u32)
}

/// Opens the card of the row, brings the rest bar before it, and says what comes next.
fn go_to(slot: Slot, may_scroll: bool) {
    let (Some(card), Some(row)) = (find(&format!("#{}", slot.block())), find(&format!("#{slot}"))) else {
        return;
    };
    // It fails only for names that are none.
    let _ = card.set_attribute("open", "");
    if let Some(rest) = find("#rest") {
        let _ = row.before_with_node_1(&rest);
    }
    if may_scroll {
        // Its end at the end of the window: what belongs to it stands above.
        row.scroll_into_view_with_bool(false);
    }
    let name = row.get_attribute("aria-label").unwrap_or_default();
    let said = row.get_attribute("data-next").map(|next| format!(": {next}")).unwrap_or_default();
    set_text("#rest .next", &format!("Next: {name}{said}"));
}

/// Moves the focus to the button that logs a set: the one that was pressed is going to disappear, and the focus with it.
pub(in crate::islands) fn focus(slot: Slot) {
    if let Some(button) = find(&format!("#{slot} .log")) {
        let _ = button.unchecked_into::<HtmlElement>().focus();
    }
}

/// `Barbell bench press, set 2`.
pub(super) fn name_of(slot: Slot) -> Option<String> {
    document().get_element_by_id(&slot.to_string())?.get_attribute("aria-label")
}

/// One copy for all who look for something.
#[inline(never)]
fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn set_text(selector: &str, text: &str) {
    if let Some(element) = find(selector) {
        element.set_text_content(Some(text));
    }
}
