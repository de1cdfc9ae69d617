//! The account's live sessions.

use domain::human_time::from_now;
use domain::session::SessionSummary;
use domain::user_agent::Device;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::components::form::{Hidden, PostForm};
use crate::components::icon::{Drawn, Icon};
use crate::components::markup::IntoMarkup as _;
use crate::components::time::Moment;

/// Renders nothing for visitors who are not logged in.
#[component]
pub(super) fn Devices(
    sessions: Vec<SessionSummary>,
    /// How many sessions are not listed.
    more: u64,
    now: OffsetDateTime,
) -> impl IntoView {
    let items = sessions
        .into_iter()
        .map(|session| view! { <DeviceItem session=session now=now /> })
        .collect::<Vec<_>>();
    let more = (more > 0).then(|| {
        view! { <p class="muted">{format!("… and {more} more that are not listed here.")}</p> }
    });
    (!items.is_empty()).then(|| {
        view! {
            <section aria-labelledby="devices">
                <h2 id="devices">"Where you are logged in"</h2>
                <ul class="devices" aria-label="Active sessions">{items}</ul>
                {more}
                <div class="row">
                    <PostForm action="/api/sessions/end-others"><button>"Log out other sessions"</button></PostForm>
                    <PostForm action="/api/auth/logout-everywhere">
                        <button class="danger">"Log out everywhere"</button>
                    </PostForm>
                </div>
            </section>
        }
    })
}

#[component]
fn DeviceItem(session: SessionSummary, now: OffsetDateTime) -> impl IntoView {
    let device = Device::from_user_agent(session.user_agent.as_deref().unwrap_or_default());
    let icon = if device.is_handheld() { Icon::PHONE } else { Icon::COMPUTER };
    let address = session.ip_address.unwrap_or_else(|| "unknown address".to_owned());
    let action = if session.current {
        view! { <b class="badge">"This device"</b> }.into_markup()
    } else {
        view! {
            <PostForm action="/api/sessions/end">
                <Hidden name="handle" value=session.handle />
                <button>"End this session"</button>
            </PostForm>
        }
        .into_markup()
    };
    view! {
        <li>
            <Drawn icon=icon />
            <div>
                <p class="device">{device.to_string()}</p>
                <p class="muted">
                    {format!("{address} · {} · active {}", session.provider, from_now(now, session.last_activity))}
                    " · logged in " <Moment at=session.login_time />
                </p>
            </div>
            {action}
        </li>
    }
    .into_markup()
}
