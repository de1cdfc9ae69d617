//! When what waits is sent, besides at once: whenever a connection may be back, and before the page is left.

use std::time::Duration;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlFormElement, SubmitEvent, VisibilityState};

use super::device::ignore_failure;
use super::{PlayerContext, words};
use crate::islands::{follow, listen};
use api::{self, Log, ToJson as _};

/// How often it is looked whether a form can go, and how often at most: three seconds.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 30;
/// How the actions end of forms that end something: after them, what waits is out of sight.
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
    listen("offline", move |_| queue.went_offline());
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

/// A form that leaves the page waits until everything is sent, so that its page knows of it. If that takes too long, or
/// cannot be, it goes all the same, unless it ends something: then it must be sent a second time.
fn hold_forms(context: PlayerContext) {
    let queue = context.queue;
    // The form that may go now.
    let released = StoredValue::new(false);
    // The end of the form that goes when it is sent again, and what was said.
    let (warned, said) = (StoredValue::new(String::new()), StoredValue::new(String::new()));
    follow(move || {
        if queue.count() == 0 && !warned.get_value().is_empty() {
            warned.set_value(String::new());
            if context.warning.get_untracked() == said.get_value() {
                context.warning.set(String::new());
            }
        }
    });
    listen("submit", move |event| {
        let event: SubmitEvent = event.unchecked_into();
        let form = event.target().map(|target| target.unchecked_into::<HtmlFormElement>());
        let Some(form) = form.filter(|_| !event.default_prevented()) else { return };
        if released.get_value() || untrack(|| queue.count()) == 0 {
            return;
        }
        let action = form.get_attribute("action").unwrap_or_default();
        let end = ENDS.into_iter().find(|end| action.ends_with(end));
        if end.is_some_and(|end| warned.get_value() == end) {
            return;
        }
        event.prevent_default();
        queue.flush();
        let button = event.submitter();
        look(
            LOOKS,
            move || untrack(|| queue.backlog()).to_send() == 0,
            move || {
                let left = untrack(|| queue.count());
                if left > 0
                    && let Some(end) = end
                {
                    warned.set_value(end.to_owned());
                    said.set_value(words::unsent(left, end == LOG_OUT));
                    context.warning.set(said.get_value());
                    return;
                }
                released.set_value(true);
                submit(&form, button.as_ref());
                released.set_value(false);
            },
        );
    });
}

/// Looks again and again until it is done or there was enough looking.
fn look(left: u32, is_done: impl Fn() -> bool + 'static, then: impl FnOnce() + 'static) {
    if is_done() || left == 0 {
        then();
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
