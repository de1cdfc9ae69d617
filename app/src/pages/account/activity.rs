//! Recent events of the account.

use leptos::prelude::*;

use crate::components::form::{Hidden, PostForm};
use crate::components::time::Moment;
use model::{AccountEvent, NewSignIns};

/// Says at the head of the page that somebody signed in whom its owner has not seen yet.
#[component]
pub(super) fn News(new: Option<NewSignIns>) -> impl IntoView {
    new.map(|NewSignIns { count, .. }| {
        let link = if count == 1 { "1 new sign-in".to_owned() } else { format!("{count} new sign-ins") };
        view! { <p class="notice"><a href="#activity">{link}</a>": was it you?"</p> }
    })
}

/// Renders nothing if there are no events.
#[component]
pub(super) fn Activity(events: Vec<AccountEvent>, new: Option<NewSignIns>) -> impl IntoView {
    let rows = events
        .into_iter()
        .map(|event| {
            let new = event.is_new.then(|| view! { " " <b class="badge">"New"</b> });
            view! {
                <tr>
                    <td><Moment at=event.at /></td>
                    <th scope="row">{event.what} {new}</th>
                    <td>{event.ip_address.unwrap_or_default()}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let seen = new.map(|NewSignIns { until, .. }| {
        view! {
            <PostForm action="/api/account/seen">
                <Hidden name="until" value=until.to_string() />
                <button>"Mark as seen"</button>
            </PostForm>
        }
    });
    (!rows.is_empty()).then(|| {
        view! {
            <section aria-labelledby="activity">
                <h2 id="activity">"Recent activity"</h2>
                <table>
                    <thead>
                        <tr><th scope="col">"When"</th><th scope="col">"What"</th><th scope="col">"From"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                {seen}
                <p class="muted">
                    "Don’t recognise something? Change your password and log out everywhere."
                </p>
            </section>
        }
    })
}
