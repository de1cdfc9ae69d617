//! When what waits is sent, besides at once: whenever a connection may be back, and before the page is left.

use std::time::Duration;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlFormElement, SubmitEvent, VisibilityState};

use super::device::ignore_failure;
use super::{PlayerContext, words};
use crate::api::{self, Log, ToJson as _};
use crate::islands::{follow, listen};

/// How often it is looked whether a form can go, and how often at most: three seconds.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 30;
/// How the actions end of forms that end something: after them, what waits may be lost or out of sight.
const ENDS: [&str; 3] = [LOG_OUT, "/finish", "/discard"];
const LOG_OUT: &str = "/logout";

pub(super) fn watch(context: PlayerContext) {
    let queue = context.queue;
    let back = move || queue.synchronize();
    let visible = move || {
        if document().visibility_state() == VisibilityState::Visible {
            back();
        }
    };
    listen("online", move |_| back());
    listen("focus", move |_| back());
    listen("pageshow", move |_| back());
    listen("visibilitychange", move |_| visible());
    // Another tab of this browser has stored or removed something.
    listen("storage", move |_| queue.refresh());
    listen("pagehide", move |_| {
        // Its answer reaches nobody, so what it sends stays stored and is sent again.
        let sent = queue.last_call().map(|call| api::post(Log::PATH, &call.to_json(), true));
        if let Some(Ok(request)) = sent {
            ignore_failure(&request);
        }
    });
    hold_forms(context);
}

/// A form that leaves the page waits until everything is sent, so that its page knows of it. If that takes too long it goes
/// all the same, unless it ends something: then it must be sent a second time.
fn hold_forms(context: PlayerContext) {
    let queue = context.queue;
    // The form that may go now.
    let released = StoredValue::new(false);
    // The end of the form that goes when it is sent again, and what was said.
    let warned = StoredValue::new(None::<(&str, String)>);
    follow(move || {
        if queue.count() == 0
            && let Some((_, said)) = warned.try_update_value(Option::take).flatten()
            && context.warning.get_untracked() == said
        {
            context.warning.set(String::new());
        }
    });
    listen("submit", move |event| {
        let Ok(event) = event.dyn_into::<SubmitEvent>() else { return };
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form.filter(|_| !event.default_prevented()) else { return };
        if released.get_value() || untrack(|| queue.count()) == 0 {
            return;
        }
        let action = form.get_attribute("action").unwrap_or_default();
        let end = ENDS.into_iter().find(|end| action.ends_with(end));
        if end.is_some() && warned.with_value(|warned| warned.as_ref().map(|(end, _)| *end)) == end {
            return;
        }
        event.prevent_default();
        queue.flush();
        let button = event.submitter();
        look(
            LOOKS,
            move || untrack(|| queue.count()) == 0,
            move |all_sent| {
                if !all_sent && let Some(end) = end {
                    let said = words::unsent(untrack(|| queue.count()), end == LOG_OUT);
                    warned.set_value(Some((end, said.clone())));
                    context.warning.set(said);
                    return;
                }
                released.set_value(true);
                submit(&form, button.as_ref());
                released.set_value(false);
            },
        );
    });
}

/// Looks again and again; says at the end whether it was true.
fn look(left: u32, is_done: impl Fn() -> bool + 'static, then: impl FnOnce(bool) + 'static) {
    if is_done() || left == 0 {
        then(is_done());
    } else {
        set_timeout(move || look(left - 1, is_done, then), LOOK);
    }
}

/// As if the button had been pressed again: its name and its address count.
fn submit(form: &HtmlFormElement, button: Option<&HtmlElement>) {
    let sent = match button {
        Some(button) => form.request_submit_with_submitter(Some(button)),
        None => form.request_submit(),
    };
    // The button was in the form when it was pressed. Should it have gone, the person presses another.
    let _ = sent;
}
