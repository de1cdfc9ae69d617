//! A set that is logged without leaving the page.

mod form;
mod stepping;

use domain::workout::load::{Load, LoggedSet};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use time::OffsetDateTime;
use web_sys::{Element, Event, HtmlDivElement, SubmitEvent};

use self::form::RowForm;
use super::player::{KnownRow, PlayerContext};
use super::ready_mark;

/// A row of the player. Its child is the row's form as the server rendered it, which works without this island.
#[island]
pub fn SetRow(children: Children) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    let context = use_context::<PlayerContext>();
    let row = move |root: Option<HtmlDivElement>| {
        let root = root?;
        Row::find(&root, context?)
    };
    Effect::new(move || {
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
        <div class="set-row" data-ready=ready_mark() node_ref=root on:submit=on_submit on:click=on_click>
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

        let set = Memo::new(move |_| context.queue.sets.with(|sets| sets.get(&slot).cloned()));
        let waits = Memo::new(move |_| context.queue.pending.with(|pending| pending.contains(&slot)));
        let state = Memo::new(move |_| context.rows.state(&known));
        let shown = form.clone();
        Effect::new(move || shown.show(state.get(), waits.get()));
        // Follows what becomes of the set here or on another device.
        Effect::new(move |before: Option<Option<LoggedSet>>| {
            let now = set.get();
            let before = before.unwrap_or_else(|| logged.clone());
            if let Some(now) = now.as_ref().filter(|now| before.as_ref() != Some(now)) {
                form.fill(now);
            }
            now
        });
    }

    /// Logs or clears the set. Whatever cannot be done here is left to the form.
    fn submit(&self, event: &SubmitEvent) {
        let label = self.form.label();
        let button = event.submitter();
        if button.is_some_and(|button| button.has_attribute("formaction")) {
            if self.context.clear(self.form.slot, &label) {
                event.prevent_default();
            }
            return;
        }
        let former = self.context.queue.sets.with_untracked(|sets| sets.get(&self.form.slot).cloned());
        // A correction keeps the time of the set it corrects.
        let at = former.map_or_else(|| time_of(self.context.queue.now()), |former| former.logged_at);
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

/// From milliseconds since 1970. The clock of a browser shows no time that cannot be represented.
fn time_of(millis: f64) -> OffsetDateTime {
    let nanos = (millis as i128) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
