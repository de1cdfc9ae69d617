//! The account's live sessions.

use domain::human_time::from_now;
use domain::session::SessionSummary;
use domain::user_agent::Device;
use leptos::prelude::*;

use crate::components::form::{hidden, post_form};
use crate::components::when::moment;
use crate::model::{Chrome, SessionPage};

/// Nothing for visitors who are not signed in.
pub(crate) fn view(chrome: &Chrome, page: &SessionPage) -> AnyView {
    if page.sessions.is_empty() {
        return ().into_any();
    }
    let items = page.sessions.iter().map(|session| item(chrome, page, session)).collect::<Vec<_>>();
    let more = (page.more > 0).then(|| {
        view! { <p class="muted">{format!("… and {} more that are not listed here.", page.more)}</p> }
    });
    view! {
        <section aria-labelledby="devices">
            <h2 id="devices">"Where you are logged in"</h2>
            <ul class="devices" aria-label="Active sessions">{items}</ul>
            {more}
            <div class="row">
                {post_form(chrome, "/api/sessions/end-others", view! { <button>"Log out other sessions"</button> })}
                {post_form(
                    chrome,
                    "/api/auth/logout-everywhere",
                    view! { <button class="danger">"Log out everywhere"</button> },
                )}
            </div>
        </section>
    }
    .into_any()
}

fn item(chrome: &Chrome, page: &SessionPage, session: &SessionSummary) -> AnyView {
    let device = Device::from_user_agent(session.user_agent.as_deref().unwrap_or_default());
    let address = session.ip_address.clone().unwrap_or_else(|| "unknown address".to_owned());
    let action = if session.current {
        view! { <b class="badge">"This device"</b> }.into_any()
    } else {
        let fields = view! {
            {hidden("handle", session.handle.clone())}
            <button>"End this session"</button>
        };
        post_form(chrome, "/api/sessions/end", fields)
    };
    view! {
        <li>
            <div>
                <p class="device">{device.to_string()}</p>
                <p class="muted">{format!("{address} · {}", way_in(&session.provider))}</p>
                <p class="muted">
                    "Logged in " {moment(session.login_time)} ", last active "
                    {from_now(page.now, session.last_activity)}
                </p>
            </div>
            {action}
        </li>
    }
    .into_any()
}

/// `password` or a provider's path name, as people read it.
pub(crate) fn way_in(provider: &str) -> String {
    match provider {
        "password" => "Password".to_owned(),
        name => name.to_owned(),
    }
}
