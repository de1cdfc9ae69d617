//! `/preferences`: what a person has chosen.

mod site;

use leptos::prelude::*;

use self::site::SiteFields;
use crate::components::form::{PostForm, Submit};
use crate::components::message::{ErrorSummary, NoticeMessage};
use crate::islands::{Handed as _, ThemeStart, ThemeSwitch};
use model::{self, Layout};

#[component]
pub(crate) fn PreferencesPage(page: model::PreferencesPage) -> impl IntoView {
    let model::PreferencesPage { form, notice } = page;
    let summary = form.clone();
    let layout = expect_context::<Layout>();
    let kept = if layout.display_name.is_some() {
        "Saved in this session and in your account, so your other devices have them too."
    } else {
        "Saved in this browser’s session. With an account, they follow you to other devices."
    };
    let start = ThemeStart { owner: layout.user, has_session: layout.csrf_token.is_some() }.hand_over();
    view! {
        <h1>"Preferences"</h1>
        <p class="lead">{kept}</p>
        <NoticeMessage notice=notice />
        <ErrorSummary form=summary />
        <PostForm action="/api/preferences" id="preferences" state=form>
            <SiteFields />
            {start}
            <ThemeSwitch />
            <Submit label="Save preferences" />
        </PostForm>
    }
}
