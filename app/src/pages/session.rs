//! `/session`: what is stored, when it ends and why.

mod devices;
mod stored;
mod timeline;

use leptos::prelude::*;

use self::devices::Devices;
use self::stored::{NothingStored, Stored};
use self::timeline::Timeline;
use crate::components::card::Fact;
use crate::components::icon::{Drawn, Icon};
use crate::components::markup::IntoMarkup as _;
use crate::components::message::NoticeMessage;
use model::{self, CookieFacts};

#[component]
pub(crate) fn SessionPage(page: model::SessionPage) -> impl IntoView {
    let timeline = page.clone();
    let model::SessionPage { current, sessions, more, cookie, store, notice, now, .. } = page;
    let sent = current.is_some();
    let stored = match current {
        Some(current) => view! { <Stored current=current store=store /> }.into_markup(),
        None => view! { <NothingStored /> }.into_markup(),
    };
    view! {
        <h1>"Your session"</h1>
        <p class="lead">"What this site keeps about this visit, for how long, and why."</p>
        <NoticeMessage notice=notice />
        <Timeline page=timeline />
        <div class="columns">
            <Devices sessions=sessions more=more now=now />
            <Cookie cookie=cookie sent=sent />
            {stored}
        </div>
    }
    .into_markup()
}

/// The cookie as a card, with a label for each of its attributes.
#[component]
fn Cookie(
    cookie: CookieFacts,
    /// Whether the visitor has the cookie.
    sent: bool,
) -> impl IntoView {
    let CookieFacts { name, secure, same_site, max_age, domain } = cookie;
    let title = if sent { "The cookie" } else { "The cookie you would get" };
    let secure = if secure { "HTTPS only" } else { "no, this is a development server" };
    view! {
        <section class="ticket" aria-labelledby="cookie">
            <h2 id="cookie"><Drawn icon=Icon::COOKIE />{title}</h2>
            <p><code>{name}</code> " = a secret that only your browser has"</p>
            <dl>
                <Fact name="HttpOnly">"no script can read it"</Fact>
                <Fact name="Secure">{secure}</Fact>
                <Fact name="SameSite">{format!("{same_site}: other sites can’t use it to act for you")}</Fact>
                <Fact name="Max-Age">{max_age}</Fact>
                <Fact name="Path">"/"</Fact>
                <Fact name="Domain">{domain.unwrap_or_else(|| "this host only".to_owned())}</Fact>
            </dl>
        </section>
    }
    .into_markup()
}
