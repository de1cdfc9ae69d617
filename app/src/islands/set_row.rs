//! The rows of the player: sets that are logged without leaving the page.

mod form;
mod stepping;

use domain::millis::from_millis;
use domain::workout::load::Load;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, SubmitEvent};

use self::form::RowForm;
use super::player::{KnownRow, PlayerContext, focus};
use super::{follow, listen};
use model::RowState;

/// Takes over the rows of the page, whose forms the server rendered and which work without. They are no islands of their
/// own: what Leptos needs for one is kilobytes of WebAssembly, and the rows would only find out what the player knows.
pub(super) fn wake_all(context: PlayerContext) {
    for form in RowForm::all() {
        Row { form, context }.wake();
    }
    let around = move |event: &Event| Row::around(event, context);
    listen("submit", move |event| {
        if let Some(row) = around(&event) {
            row.submit(event.unchecked_ref());
        }
    });
    listen("click", move |event| {
        if let Some(row) = around(&event) {
            row.click(&event);
        }
    });
    listen("input", move |event| {
        if let Some(row) = around(&event) {
            row.form.show_plates();
        }
    });
}

/// A row whose form is understood. If the page is not as expected there is none: then its forms are sent as without
/// scripts.
#[derive(Clone)]
struct Row {
    form: RowForm,
    context: PlayerContext,
}

impl Row {
    /// The one in which something has happened.
    fn around(event: &Event, context: PlayerContext) -> Option<Self> {
        let place: Element = event.target()?.unchecked_into();
        Some(Self { form: RowForm::of(place.closest(".set").ok()??)?, context })
    }

    /// Takes over from the server.
    fn wake(self) {
        let Self { form, context } = self;
        let slot = form.slot;
        let logged = form.logged_at().and_then(|at| form.read(at).ok());
        if let Some(set) = &logged {
            context.queue.is_held(slot, set.clone());
        }
        let known =
            KnownRow { slot, least: form.least(), comment: form.comment(), is_skipped: form.is_skipped() };
        context.rows.add(known.clone());
        stepping::show(&form);
        // Browsers restore what was typed before a reload.
        form.show_plates();

        // What the row shows. One effect that compares for itself: each type of signal, memo or effect is kilobytes of
        // WebAssembly.
        let mut shown = (None, logged);
        follow(move || {
            let looks = Some((
                context.rows.state(&known),
                context.queue.waits_for(slot),
                context.rows.comment(&known),
            ));
            if shown.0 != looks
                && let Some((state, waits, comment)) = &looks
            {
                let was_current = form.is_current();
                form.show(*state, *waits, comment);
                let is_current = *state == RowState::Current;
                shown.0 = looks;
                if is_current && !was_current {
                    context.rows.go_to(slot);
                }
            }
            // What becomes of the set here or on another device.
            let set = context.queue.set(slot);
            if shown.1 != set {
                if let Some(set) = &set {
                    form.fill(set);
                }
                shown.1 = set;
            }
        });
    }

    /// Logs or clears the set. Whatever cannot be done here is left to the form.
    fn submit(&self, event: &SubmitEvent) {
        let label = self.form.label();
        let button = event.submitter();
        if button.is_some_and(|button| button.has_attribute("formaction")) {
            if self.context.clear(self.form.slot, &label) {
                event.prevent_default();
                focus(self.form.slot);
            }
            return;
        }
        let former = untrack(|| self.context.queue.set(self.form.slot));
        // A correction keeps the time of the set it corrects.
        let at = former.map_or_else(|| from_millis(self.context.queue.now()), |former| former.logged_at);
        match self.form.read(at) {
            Ok(set) => {
                self.form.show_errors(&[]);
                let load = set.load;
                if self.context.log(self.form.slot, set, &label) {
                    event.prevent_default();
                    self.form.leave_fields();
                    hand_on(&self.form, load);
                }
            }
            Err(errors) => {
                event.prevent_default();
                let errors: Vec<_> = errors.iter().collect();
                self.form.show_errors(&errors);
            }
        }
    }

    fn click(&self, event: &Event) {
        let target = event.target().map(|target| target.unchecked_into::<Element>());
        let stepper = target.and_then(|target| target.closest("[data-step]").ok().flatten());
        if let Some(stepper) = stepper {
            stepping::step(&self.form, &stepper);
        }
    }
}

/// Until something is known of an exercise, its next sets begin with the load that was found.
fn hand_on(form: &RowForm, load: Load) {
    let Some(weight) = load.weight() else { return };
    for later in form.later_rows() {
        later.suggest_weight(weight);
    }
}
