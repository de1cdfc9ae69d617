//! The demo identity provider's page. It represents another site and looks like one.

use domain::name::NAME;
use leptos::context::Provider;
use leptos::prelude::*;

use crate::components::field::{Field, Kind};
use crate::components::form::Hidden;
use crate::components::message::ErrorSummary;

#[component]
pub(crate) fn DemoConsentPage(page: model::DemoConsentPage) -> impl IntoView {
    let model::DemoConsentPage { form, hidden, scopes } = page;
    let summary = form.clone();
    let kept = hidden
        .into_iter()
        .map(|(name, value)| view! { <Hidden name=name value=value /> })
        .collect::<Vec<_>>();
    let scopes = scopes.into_iter().map(|scope| view! { <li>{scope}</li> }).collect::<Vec<_>>();
    view! {
        <h1>"Demo provider"</h1>
        <p class="lead">
            <b>{NAME}</b> " would like to know who you are. This provider asks for no password: be anyone you like."
        </p>
        <ErrorSummary form=summary />
        // No token: the provider does not know our session. The cross-origin guard protects the form.
        <form method="post" action="/demo-provider/authorize" novalidate="">
            {kept}
            <Provider value=form>
                <Field name="name" label="Name" />
                <Field kind=Kind::Email name="email" label="Email" />
            </Provider>
            <p>"It is asking for:"</p>
            <ul class="scopes">{scopes}</ul>
            <div class="row">
                <button class="primary" name="decision" value="allow">"Allow"</button>
                <button name="decision" value="deny">"Deny"</button>
            </div>
        </form>
    }
}
