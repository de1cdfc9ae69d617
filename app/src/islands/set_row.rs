//! A set that is logged without leaving the page.

mod form;
mod stepping;

use domain::millis::from_millis;
use domain::workout::load::Load;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlDivElement, SubmitEvent};

use self::form::RowForm;
use super::player::{KnownRow, PlayerContext, focus};
use super::{follow, press, ready_mark};

/// A row of the player. Its child is the row's form as the server rendered it, which works without this island.
#[island]
pub fn SetRow(children: Children) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    let context = use_context::<PlayerContext>();
    let row = move |root: Option<HtmlDivElement>| {
        let root = root?;
        Row::find(&root, context?)
    };
    follow(move || {
        if let Some(row) = row(root.get()) {
            row.wake();
        }
    });
    let on_submit = move |event: SubmitEvent| {
        if let Some(row) = row(root.get_untracked()) {
            row.submit(&event);
        }
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        if let Some(row) = row(root.get_untracked()) {
            row.click(&event);
        }
    };
    view! {
        <div class="set-row" data-ready=ready_mark() node_ref=root on:submit=on_submit on:click=press(on_click)>
            {children()}
        </div>
    }
}

/// A row whose form is understood.
#[derive(Clone)]
struct Row {
    form: RowForm,
    context: PlayerContext,
}

impl Row {
    /// `None` if the page is not as expected: then its forms are sent as without this island.
    fn find(root: &Element, context: PlayerContext) -> Option<Self> {
        Some(Self { form: RowForm::find(root)?, context })
    }

    /// Takes over from the server.
    fn wake(self) {
        let Self { form, context } = self;
        let slot = form.slot;
        let logged = form.logged_at().and_then(|at| form.read(at).ok());
        if let Some(set) = &logged {
            context.queue.is_held(slot, set.clone());
        }
        let known = KnownRow {
            slot,
            least: form.least(),
            record: logged.clone().filter(|_| form.is_record()),
            is_skipped: form.is_skipped(),
        };
        context.rows.add(known.clone());
        stepping::show(&form);

        // What the row shows. One effect that compares for itself: each type of signal, memo or effect is kilobytes of
        // WebAssembly.
        let mut shown = (None, logged);
        follow(move || {
            let looks = (context.rows.state(&known), context.queue.waits_for(slot));
            if shown.0 != Some(looks) {
                shown.0 = Some(looks);
                form.show(looks.0, looks.1);
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
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
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
