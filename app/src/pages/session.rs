//! `/session`: what is stored, when it ends and why.

mod devices;

use domain::human_time::from_now;
use domain::preferences::Preferences;
use domain::user_agent::Device;
use leptos::prelude::*;

use crate::components::message::{alert, status};
use crate::components::when::moment;
use crate::model::{Chrome, CookieFacts, CurrentSession, SessionPage, SessionStatus};

pub(crate) fn view(chrome: &Chrome, page: &SessionPage) -> AnyView {
    let done = page.status.map(|status| match status {
        SessionStatus::Ended => "The session was ended.",
        SessionStatus::OthersEnded => "All other sessions were ended.",
    });
    let stored = match &page.current {
        Some(current) => stored(page, current),
        None => view! {
            <section class="card" aria-labelledby="stored">
                <h2 id="stored">"Nothing is stored"</h2>
                <p>
                    "You are a visitor without a session: no cookie was set, and nothing about you is kept. A session \
                     begins when you save preferences or log in."
                </p>
            </section>
        }
        .into_any(),
    };
    view! {
        <h1>"Your session"</h1>
        <p class="lead">"What this site keeps about this visit, how long, and why."</p>
        {status(done)}
        {alert(page.alert)}
        {devices::view(chrome, page)}
        <div class="grid">
            {stored}
            <div class="grid">{end(page)} {cookie(&page.cookie, page.current.is_some())}</div>
        </div>
    }
    .into_any()
}

fn row(name: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value.into_view()}</dd></div> }.into_any()
}

fn stored(page: &SessionPage, current: &CurrentSession) -> AnyView {
    let device = current.user_agent.as_deref().map(Device::from_user_agent);
    view! {
        <section class="card" aria-labelledby="stored">
            <h2 id="stored">"What is stored"</h2>
            <dl class="facts">
                {current.login_time.map(|at| row("Logged in", moment(at)))}
                {current.provider.clone().map(|provider| row("With", devices::way_in(&provider)))}
                {row("Began", moment(current.created_at))}
                {row("Last activity", moment(current.last_activity))}
                {device.map(|d| row("Browser", d.to_string()))}
                {current.ip_address.clone().map(|ip| row("Address", ip))}
                {row("Preferences", current.preferences.as_ref().map_or_else(|| "none".to_owned(), in_words))}
                {row("Handle", view! { <code>{current.handle.clone()}</code> })}
                {row("Store", page.store.clone())}
            </dl>
            <p class="muted">
                "All of this is encrypted in the store. The handle is public: it is good for ending this session and \
                 for nothing else. The secret id is only in your cookie; the store has a fingerprint of it."
            </p>
        </section>
    }
    .into_any()
}

fn in_words(preferences: &Preferences) -> String {
    let Preferences { training, site, .. } = preferences;
    format!(
        "{}, {}, {} days a week, {} minutes, {} s rest, {}, colours {}",
        training.goal.label(),
        training.level.label().to_lowercase(),
        training.days_per_week,
        training.session_minutes,
        training.rest_seconds,
        training.units.label().to_lowercase(),
        site.theme.word(),
    )
}

fn end(page: &SessionPage) -> AnyView {
    let ends = page.current.as_ref().map(|current| {
        let when = |at| view! { {moment(at)} " (" {from_now(page.now, at)} ")" };
        view! {
            <dl class="facts">
                {current.idle_expires_at.map(|at| row("If you do nothing", when(at)))}
                {current.absolute_expires_at.map(|at| row("In any case", when(at)))}
                {row("Removed", when(current.expires_at))}
            </dl>
        }
    });
    view! {
        <section class="card" aria-labelledby="ends">
            <h2 id="ends">"When it ends, and why"</h2>
            {ends}
            <ul class="reasons">
                <li>{format!("A login ends after {} without activity, so that a forgotten tab is no open door.", page.idle_timeout)}</li>
                <li>{format!("It ends {} after logging in whatever you do, so that a stolen cookie has a short life.", page.absolute_lifetime)}</li>
                <li>{format!("The record is removed after {} without activity. Every visit begins that time anew.", page.ttl)}</li>
                <li>"It ends at once when you log out, here or from another device, and when your password changes."</li>
            </ul>
        </section>
    }
    .into_any()
}

fn cookie(cookie: &CookieFacts, sent: bool) -> AnyView {
    let domain = cookie.domain.clone().unwrap_or_else(|| "not set: this host only".to_owned());
    let secure = if cookie.secure { "yes: sent over HTTPS only" } else { "no: this is a development server" };
    view! {
        <section class="card" aria-labelledby="cookie">
            <h2 id="cookie">{if sent { "The cookie" } else { "The cookie you would get" }}</h2>
            <dl class="facts">
                {row("Name", view! { <code>{cookie.name.clone()}</code> })}
                {row("HttpOnly", "yes: no script can read it")}
                {row("Secure", secure)}
                {row("SameSite", format!("{}: other sites can’t use it to act for you", cookie.same_site))}
                {row("Max-Age", cookie.max_age.clone())}
                {row("Path", "/")}
                {row("Domain", domain)}
            </dl>
        </section>
    }
    .into_any()
}
