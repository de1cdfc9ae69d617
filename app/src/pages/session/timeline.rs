//! A session's life on one axis: from its beginning to its removal, each stop with its time and the reason.

use domain::human_time::from_now;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::components::markup::IntoMarkup as _;
use crate::components::time::Moment;
use model::{CurrentSession, SessionPage};

struct Stop {
    name: &'static str,
    /// `in 29 minutes`, or the rule where nothing has begun.
    when: String,
    at: Option<OffsetDateTime>,
    why: String,
    /// For the style sheet: what is over, where we are, what comes.
    class: &'static str,
}

/// The stops in the order of their times.
fn stops(page: &SessionPage) -> Vec<Stop> {
    let SessionPage { idle_timeout, absolute_lifetime, ttl, now, .. } = page;
    let idle = format!("{idle_timeout} without activity, so that a forgotten tab is not an open door.");
    let absolute =
        format!("{absolute_lifetime} after login, however active you are: a stolen cookie has a short life.");
    let removed = format!("{ttl} without activity. Every visit restarts that time.");
    let Some(current) = &page.current else {
        let rule =
            |name, when: &str, why| Stop { name, when: when.to_owned(), at: None, why, class: "to-come" };
        return vec![
            rule("Log in", "any time", "A session begins, with a cookie.".to_owned()),
            rule("Idle", idle_timeout, idle),
            rule("At the latest", absolute_lifetime, absolute),
            rule("Removed", ttl, removed),
        ];
    };
    let CurrentSession { login_time, way_in, created_at, expires_at, .. } = current;
    let begin = match login_time {
        Some(at) => {
            let way_in = way_in.as_deref().filter(|way_in| *way_in != "Password");
            (*at, "Logged in", format!("With {}.", way_in.unwrap_or("a password")))
        }
        None => (*created_at, "Began", "There was something to keep for you.".to_owned()),
    };
    let stop = |name, at, why, class| Stop { name, when: from_now(*now, at), at: Some(at), why, class };
    let mut stops = vec![
        stop(begin.1, begin.0, begin.2, "over"),
        Stop {
            name: "Now",
            when: "this visit".to_owned(),
            at: Some(*now),
            why: "Activity: the idle time starts again.".to_owned(),
            class: "now",
        },
    ];
    stops.extend(current.idle_expires_at.map(|at| stop("Idle", at, idle, "to-come")));
    stops.extend(current.absolute_expires_at.map(|at| stop("At the latest", at, absolute, "to-come")));
    stops.push(stop("Removed", *expires_at, removed, "to-come"));
    // The removal follows the last activity, and the latest end the login: either can come first.
    stops.sort_by_key(|stop| stop.at);
    stops
}

#[component]
pub(super) fn Timeline(page: SessionPage) -> impl IntoView {
    let stops = stops(&page)
        .into_iter()
        .map(|stop| {
            view! {
                <li class=stop.class>
                    <b>{stop.name}</b>
                    <span class="when">{stop.when}</span>
                    <small class="at">{stop.at.map(|at| view! { <Moment at=at /> })}</small>
                    <small>{stop.why}</small>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <section aria-labelledby="ends">
            <h2 id="ends">"When it ends, and why"</h2>
            <ol class="timeline">{stops}</ol>
            <p class="muted">
                "It ends at once when you log out, here or from another device, and when your password changes."
            </p>
        </section>
    }
    .into_markup()
}
