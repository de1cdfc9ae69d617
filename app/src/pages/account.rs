//! `/account`: profile, password, linked identities, the person's data.

mod activity;
mod identities;

use leptos::prelude::*;

use self::activity::Activity;
use self::identities::Identities;
use crate::components::card::Card;
use crate::components::field::{Field, Kind};
use crate::components::form::{PostForm, Submit, WhosePassword};
use crate::components::message::{AlertMessage, NoticeMessage};
use crate::components::time::Day;
use crate::model::{self, FormState};

#[component]
pub(crate) fn AccountPage(page: model::AccountPage) -> impl IntoView {
    let model::AccountPage { display_name, email, created_at, has_password, .. } = page;
    let model::AccountPage { profile_form, password_form, delete_form, .. } = page;
    let model::AccountPage { identities, linkable, events, notice, alert, .. } = page;
    // One alert per page: its own, or that of the redisplayed form.
    let alert = alert.or(profile_form.alert).or(password_form.alert).or(delete_form.alert);
    view! {
        <h1>"Account"</h1>
        <p class="lead">{email.clone()} ", here since " <Day at=created_at /></p>
        <NoticeMessage notice=notice />
        <AlertMessage alert=alert />
        <div class="grid">
            <div class="grid">
                <Profile display_name=display_name form=profile_form />
                <Identities linked=identities linkable=linkable />
                <Card id="data" title="Your data">
                    <p>"Everything we know about you, as one JSON file."</p>
                    <PostForm action="/api/account/export"><button>"Export my data"</button></PostForm>
                </Card>
            </div>
            <div class="grid">
                <Password email=email has_password=has_password form=password_form />
                <Card id="leave" title="Leave">
                    <p>"Your profile, workouts and sessions are removed at once and for good."</p>
                    <PostForm action="/api/account/delete" state=delete_form>
                        <Field name="confirm" label="Type your e-mail address to delete" autocomplete="off" />
                        <button class="danger">"Delete account"</button>
                    </PostForm>
                </Card>
            </div>
        </div>
        <Activity events=events />
    }
}

#[component]
fn Profile(
    /// Shown unless the form is redisplayed.
    display_name: String,
    mut form: FormState,
) -> impl IntoView {
    if form.errors.is_empty() && form.values.value("display_name").is_empty() {
        form.values.push("display_name", display_name);
    }
    view! {
        <Card id="profile" title="Profile">
            <PostForm action="/api/account/profile" state=form>
                <Field name="display_name" label="Display name" autocomplete="name" />
                <Submit label="Save profile" />
            </PostForm>
        </Card>
    }
}

#[component]
fn Password(email: String, has_password: bool, form: FormState) -> impl IntoView {
    let content = if has_password {
        view! {
            <PostForm action="/api/account/password" state=form>
                <WhosePassword email=email />
                <Field
                    kind=Kind::Password
                    name="current_password"
                    label="Current password"
                    autocomplete="current-password"
                />
                <Field
                    kind=Kind::Password
                    name="new_password"
                    label="New password"
                    autocomplete="new-password"
                    hint="At least 8 characters."
                />
                <Submit label="Change password" />
            </PostForm>
            <p class="muted">"Changing it ends your other sessions."</p>
        }
        .into_any()
    } else {
        view! { <p>"You log in with a provider and have no password here."</p> }.into_any()
    };
    view! { <Card id="secret" title="Password">{content}</Card> }
}
