//! `/session`: what is stored, when it ends and why.

mod devices;
mod stored;

use domain::human_time::from_now;
use leptos::prelude::*;
use time::OffsetDateTime;

use self::devices::Devices;
use self::stored::{NothingStored, Stored};
use crate::components::card::{Card, Fact};
use crate::components::message::NoticeMessage;
use crate::components::time::Moment;
use crate::model::{self, CookieFacts, CurrentSession};

#[component]
pub(crate) fn SessionPage(page: model::SessionPage) -> impl IntoView {
    let model::SessionPage { current, sessions, more, cookie, store, notice, now, .. } = page;
    let model::SessionPage { idle_timeout, absolute_lifetime, ttl, .. } = page;
    let sent = current.is_some();
    let ends = current.as_ref().map(|current| view! { <Ends current=current.clone() now=now /> });
    let stored = match current {
        Some(current) => view! { <Stored current=current store=store /> }.into_any(),
        None => view! { <NothingStored /> }.into_any(),
    };
    view! {
        <h1>"Your session"</h1>
        <p class="lead">"What this site keeps about this visit, for how long, and why."</p>
        <NoticeMessage notice=notice />
        <Devices sessions=sessions more=more now=now />
        <div class="grid">
            {stored}
            <div class="grid">
                <Card id="ends" title="When it ends, and why">
                    {ends}
                    <ul class="reasons">
                        <li>{format!("A login ends after {idle_timeout} without activity, so that a forgotten tab is not an open door.")}</li>
                        <li>
                            {format!(
                                "It ends {absolute_lifetime} after you log in, however active you are, so \
                                 that a stolen cookie has a short life."
                            )}
                        </li>
                        <li>{format!("The record is removed after {ttl} without activity. Every visit restarts that time.")}</li>
                        <li>"It ends at once when you log out, here or from another device, and when your password changes."</li>
                    </ul>
                </Card>
                <Cookie cookie=cookie sent=sent />
            </div>
        </div>
    }
}

#[component]
fn Ends(current: CurrentSession, now: OffsetDateTime) -> impl IntoView {
    let row = |name: &'static str, at: OffsetDateTime| {
        view! { <Fact name=name><Moment at=at /> " (" {from_now(now, at)} ")"</Fact> }
    };
    view! {
        <dl class="facts">
            {current.idle_expires_at.map(|at| row("If you do nothing", at))}
            {current.absolute_expires_at.map(|at| row("At the latest", at))}
            {row("Removed", current.expires_at)}
        </dl>
    }
}

#[component]
fn Cookie(
    cookie: CookieFacts,
    /// Whether the visitor has the cookie.
    sent: bool,
) -> impl IntoView {
    let CookieFacts { name, secure, same_site, max_age, domain } = cookie;
    let title = if sent { "The cookie" } else { "The cookie you would get" };
    let secure = if secure { "yes: sent over HTTPS only" } else { "no: this is a development server" };
    view! {
        <Card id="cookie" title=title>
            <dl class="facts">
                <Fact name="Name"><code>{name}</code></Fact>
                <Fact name="HttpOnly">"yes: no script can read it"</Fact>
                <Fact name="Secure">{secure}</Fact>
                <Fact name="SameSite">{format!("{same_site}: other sites can’t use it to act for you")}</Fact>
                <Fact name="Max-Age">{max_age}</Fact>
                <Fact name="Path">"/"</Fact>
                <Fact name="Domain">{domain.unwrap_or_else(|| "not set: this host only".to_owned())}</Fact>
            </dl>
        </Card>
    }
}
