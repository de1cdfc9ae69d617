//! Messages at the top of a page.

use leptos::prelude::*;

use model::{Alert, FormState, Notice, SignedOut};
use model::{Kept, RefusedRows}; // slim: trainer

/// What is wrong with a form that comes back, if anything: in one sentence, with a link to each field that has
/// an error. The error itself is next to the field.
#[component]
pub(crate) fn ErrorSummary(form: FormState) -> impl IntoView {
    form.is_refused().then(|| {
        let sentence = form.alert.unwrap_or(Alert::CheckFields).sentence();
        let fields = form
            .errors
            .iter()
            .filter(|(name, _)| !HIDDEN.contains(name))
            .map(|(name, error)| {
                let text = label(name).map_or_else(|| error.to_string(), str::to_owned);
                view! { <li><a href=format!("#{name}")>{text}</a></li> }
            })
            .collect::<Vec<_>>();
        let fields = (!fields.is_empty()).then(|| view! { <ul>{fields}</ul> });
        view! { <div class="alert" role="alert"><p>{sentence}</p>{fields}</div> }
    })
}

// slim: trainer
/// The same for the rows of a workout that come back, and for the form around them.
#[component]
pub(crate) fn RowsSummary(refused: RefusedRows, #[prop(optional)] around: FormState) -> impl IntoView {
    (around.is_refused() || !refused.is_empty()).then(|| {
        let sentence = refused.alert.or(around.alert).unwrap_or(Alert::CheckFields).sentence();
        let outer = around
            .errors
            .iter()
            .map(|(name, error)| {
                let text = label(name).map_or_else(|| error.to_string(), str::to_owned);
                view! { <li><a href=format!("#{name}")>{text}</a></li> }
            })
            .collect::<Vec<_>>();
        let fields = refused
            .rows
            .iter()
            .flat_map(|(slot, form)| form.errors.iter().map(move |(name, error)| (*slot, name, error)))
            .filter(|(_, name, _)| !HIDDEN.contains(name))
            .map(|(slot, name, error)| {
                let text = label(name).map_or_else(|| error.to_string(), str::to_owned);
                view! { <li><a href=format!("#{slot}-{name}")>{text}</a></li> }
            })
            .collect::<Vec<_>>();
        let any = !outer.is_empty() || !fields.is_empty();
        let fields = any.then(|| view! { <ul>{outer}{fields}</ul> });
        view! { <div class="alert" role="alert"><p>{sentence}</p>{fields}</div> }
    })
}
// slim: end

/// Hidden fields: a link to one would lead nowhere.
const HIDDEN: &[&str] = &[
    // slim: trainer
    "workout",
    "owner",
    "operation",
    "slot",
    "block",
    "exercise",
    "unit",
    "at",
    // slim: end
    "return_to",
    "provider",
    "handle",
    "click",
    "until",
];

/// The label of a field, which is the same on every page; a test compares these with the pages. Without a
/// label, the text of the link is the error.
fn label(name: &str) -> Option<&'static str> {
    Some(match name {
        "display_name" | "name" => "Name",
        "email" => "Email",
        "password" => "Password",
        "current_password" => "Current password",
        "new_password" => "New password",
        "confirm" => "Type your e-mail address to delete",
        // slim: trainer
        "goal" => "Goal",
        "level" => "Level",
        "days_per_week" => "Days per week",
        "session_minutes" => "Minutes per session",
        "equipment" => "Equipment",
        "rest_seconds" => "Rest between sets",
        "rest_mode" => "Rest",
        "time_zone" => "Time zone",
        "bar" => "Weight of the bar",
        "smallest_plate" => "Smallest plate",
        "body_weight" => "Body weight",
        "effort" => "Ask how many more repetitions",
        "sound" => "Sound when the rest ends",
        "units" => "Units",
        "weight" => "Weight",
        "band" => "Band",
        "load" => "Help or added",
        "reps" => "Repetitions",
        "left" => "Repetitions left",
        "right" => "Repetitions right",
        "seconds" => "Seconds",
        "rir" => "How many more?",
        "note" => "Note",
        "day" => "Day",
        "start" => "Start",
        "end" => "End",
        // slim: end
        "theme" => "Theme",
        _ => return None,
    })
}

/// The message that a redirect has brought along, if any.
#[component]
pub(crate) fn NoticeMessage(notice: Option<Notice>) -> impl IntoView {
    notice.map(|notice| view! { <p class=notice.role() role=notice.role()>{notice.sentence()}</p> })
}

/// Why the visitor is no longer logged in, if known.
#[component]
pub(crate) fn SignedOutMessage(reason: Option<SignedOut>) -> impl IntoView {
    reason.map(|reason| view! { <p class="status news" role="status">{reason.sentence()}</p> })
}

// slim: trainer
/// What waits for the login, if anything does.
#[component]
pub(crate) fn KeptMessage(kept: Option<Kept>) -> impl IntoView {
    kept.map(|kept| view! { <p class="status" role="status">{kept.sentence()}</p> })
}
// slim: end
