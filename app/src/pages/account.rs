//! `/account`: profile, password, linked identities, the person's data.

mod activity;
mod demo_login;
mod identities;

use leptos::prelude::*;

use self::activity::{Activity, News};
use self::demo_login::DemoLogin;
use self::identities::Identities;
use crate::components::card::Card;
use crate::components::field::{Field, Kind};
use crate::components::form::{PostForm, Submit, WhosePassword};
use crate::components::message::{ErrorSummary, NoticeMessage};
use crate::components::time::Day;
use model::{self, FormState};

#[component]
pub(crate) fn AccountPage(page: model::AccountPage) -> impl IntoView {
    let model::AccountPage { display_name, email, created_at, has_password, .. } = page;
    let model::AccountPage { profile_form, password_form, delete_form, .. } = page;
    let model::AccountPage { identities, linkable, events, new_sign_ins, notice, demo_login, .. } = page;
    // One alert per page: that of the form that was rejected.
    let forms = [&profile_form, &password_form, &delete_form];
    let summary = forms.into_iter().find(|form| form.is_refused()).cloned().unwrap_or_default();
    view! {
        <h1>"Account"</h1>
        <p class="lead">{email.clone()} ", member since " <Day at=created_at /></p>
        <NoticeMessage notice=notice />
        <ErrorSummary form=summary />
        <News new=new_sign_ins />
        {demo_login.map(|login| view! { <DemoLogin login=login /> })}
        <div class="columns">
            <div>
                <Profile display_name=display_name form=profile_form />
                <Identities linked=identities linkable=linkable />
                <Card id="data" title="Your data">
                    <p>"Everything we know about you, as one JSON file."</p>
                    <PostForm action="/api/account/export"><button>"Export my data"</button></PostForm>
                </Card>
            </div>
            <div>
                <Password email=email has_password=has_password form=password_form />
                <Card id="leave" title="Leave">
                    <p>"Your profile, your sessions and everything else of yours are removed at once and for good."</p>
                    <PostForm action="/api/account/delete" state=delete_form>
                        <Field name="confirm" label="Type your e-mail address to delete" autocomplete="off" />
                        <button class="danger">"Delete account"</button>
                    </PostForm>
                </Card>
            </div>
        </div>
        <Activity events=events new=new_sign_ins />
    }
}

#[component]
fn Profile(
    /// The current name, shown in the field unless the form is shown again.
    display_name: String,
    mut form: FormState,
) -> impl IntoView {
    if form.errors.is_empty() && form.values.value("display_name").is_empty() {
        form.values.push("display_name", display_name);
    }
    view! {
        <Card id="profile" title="Profile">
            <PostForm action="/api/account/profile" state=form>
                <Field name="display_name" label="Name" autocomplete="name" />
                <Submit label="Save profile" />
            </PostForm>
        </Card>
    }
}

#[component]
fn CurrentPassword() -> impl IntoView {
    view! {
        <Field
            kind=Kind::Password
            name="current_password"
            label="Current password"
            autocomplete="current-password"
        />
    }
}

#[component]
fn Password(email: String, has_password: bool, form: FormState) -> impl IntoView {
    let (button, effect) = if has_password {
        ("Change password", "Changing it ends your other sessions.")
    } else {
        ("Set password", "You have no password yet. Setting one ends your other sessions.")
    };
    view! {
        <Card id="secret" title="Password">
            <PostForm action="/api/account/password" state=form>
                <WhosePassword email=email />
                // Created inside the form, because the field gets its state from there.
                {has_password.then(|| view! { <CurrentPassword /> })}
                <Field
                    kind=Kind::Password
                    name="new_password"
                    label="New password"
                    autocomplete="new-password"
                    hint="At least 8 characters."
                />
                <Submit label=button />
            </PostForm>
            <p class="muted">{effect}</p>
        </Card>
    }
}
