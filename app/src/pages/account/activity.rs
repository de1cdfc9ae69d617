//! Recent events of the account.

use leptos::prelude::*;

use crate::components::time::Moment;
use crate::model::AccountEvent;

/// Renders nothing if there are no events.
#[component]
pub(super) fn Activity(events: Vec<AccountEvent>) -> impl IntoView {
    let rows = events
        .into_iter()
        .map(|event| {
            view! {
                <tr>
                    <td><Moment at=event.at /></td>
                    <th scope="row">{event.what}</th>
                    <td>{event.ip_address.unwrap_or_default()}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
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
                <p class="muted">
                    "Don’t recognise something? Change your password and log out everywhere."
                </p>
            </section>
        }
    })
}
