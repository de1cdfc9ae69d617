//! `/account`: profile, password, linked identities, the person's data.

mod identities;

use leptos::prelude::*;

use crate::components::field::Field;
use crate::components::form::{post_form, submit, whose_password};
use crate::components::message::{alert, status};
use crate::components::when::{day, moment};
use crate::model::{AccountEvent, AccountPage, AccountStatus, Chrome};

pub(crate) fn view(chrome: &Chrome, page: &AccountPage) -> AnyView {
    let done = page.status.map(|status| match status {
        AccountStatus::PasswordChanged => "Password changed. Your other sessions were ended.",
        AccountStatus::ProfileSaved => "Profile saved.",
        AccountStatus::Linked => "Linked. You can get in with it from now on.",
        AccountStatus::Unlinked => "Unlinked.",
    });
    // One alert on the page: that of the page, or of the form that came back.
    let refused =
        page.alert.or(page.profile_form.alert).or(page.password_form.alert).or(page.delete_form.alert);
    view! {
        <h1>"Account"</h1>
        <p class="lead">{page.email.clone()} ", here since " {day(page.created_at)}</p>
        {status(done)}
        {alert(refused)}
        <div class="grid">
            <div class="grid">{profile(chrome, page)} {identities::view(chrome, page)} {data(chrome)}</div>
            <div class="grid">{password(chrome, page)} {delete(chrome, page)}</div>
        </div>
        {activity(&page.events)}
    }
    .into_any()
}

fn profile(chrome: &Chrome, page: &AccountPage) -> AnyView {
    let mut form = page.profile_form.clone();
    if form.errors.is_empty() && form.values.value("display_name").is_empty() {
        form.values.push("display_name", page.display_name.clone());
    }
    let fields = view! {
        {Field::text("display_name", "Display name").autocomplete("name").view(&form)}
        {submit("Save profile")}
    };
    view! {
        <section class="card" aria-labelledby="profile">
            <h2 id="profile">"Profile"</h2>
            {post_form(chrome, "/api/account/profile", fields)}
        </section>
    }
    .into_any()
}

fn password(chrome: &Chrome, page: &AccountPage) -> AnyView {
    let content = if page.has_password {
        let form = &page.password_form;
        let fields = view! {
            {whose_password(&page.email)}
            {Field::password("current_password", "Current password").autocomplete("current-password").view(form)}
            {Field::password("new_password", "New password")
                .autocomplete("new-password")
                .hint("At least 8 characters.")
                .view(form)}
            {submit("Change password")}
        };
        view! {
            {post_form(chrome, "/api/account/password", fields)}
            <p class="muted">"Your other sessions end when it changes."</p>
        }
        .into_any()
    } else {
        view! { <p>"You get in with a provider and have no password here."</p> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="secret">
            <h2 id="secret">"Password"</h2>
            {content}
        </section>
    }
    .into_any()
}

fn data(chrome: &Chrome) -> AnyView {
    view! {
        <section class="card" aria-labelledby="data">
            <h2 id="data">"Your data"</h2>
            <p>"Everything we know about you, as one JSON file."</p>
            {post_form(chrome, "/api/account/export", view! { <button>"Export my data"</button> })}
        </section>
    }
    .into_any()
}

fn delete(chrome: &Chrome, page: &AccountPage) -> AnyView {
    let fields = view! {
        {Field::text("confirm", "Type your e-mail address to delete").autocomplete("off").view(&page.delete_form)}
        <button class="danger">"Delete account"</button>
    };
    view! {
        <section class="card" aria-labelledby="leave">
            <h2 id="leave">"Leave"</h2>
            <p>"Your profile, workouts and sessions are removed at once and for good."</p>
            {post_form(chrome, "/api/account/delete", fields)}
        </section>
    }
    .into_any()
}

fn activity(events: &[AccountEvent]) -> AnyView {
    if events.is_empty() {
        return ().into_any();
    }
    let rows = events
        .iter()
        .map(|event| {
            view! {
                <tr>
                    <td>{moment(event.at)}</td>
                    <th scope="row">{event.what.clone()}</th>
                    <td>{event.ip_address.clone().unwrap_or_default()}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <section aria-labelledby="activity">
            <h2 id="activity">"Recent activity"</h2>
            <table>
                <thead>
                    <tr><th scope="col">"When"</th><th scope="col">"What"</th><th scope="col">"From"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="muted">"Something you did not do? Change the password and log out everywhere."</p>
        </section>
    }
    .into_any()
}
