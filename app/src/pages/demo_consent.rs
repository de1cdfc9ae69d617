//! The demo identity provider's page. It stands for another site and looks like one.

use leptos::prelude::*;

use crate::components::field::Field;
use crate::components::form::hidden;
use crate::components::message::alert;
use crate::model::DemoConsentPage;

pub(crate) fn view(page: &DemoConsentPage) -> AnyView {
    let kept = page.hidden.iter().map(|(name, value)| hidden(name, value)).collect::<Vec<_>>();
    let scopes = page.scopes.iter().map(|scope| view! { <li>{scope.clone()}</li> }).collect::<Vec<_>>();
    view! {
        <h1>"Demo provider"</h1>
        <p class="lead">
            <b>"Workout Trainer"</b> " would like to know who you are. This provider asks for no password: be whoever you like."
        </p>
        {alert(page.form.alert)}
        // No token: the provider knows nothing of our session. The cross-origin guard protects it.
        <form method="post" action="/demo-provider/authorize" novalidate="">
            {kept}
            {Field::text("name", "Name").view(&page.form)}
            {Field::email("email", "Email").view(&page.form)}
            <p>"It asked for:"</p>
            <ul class="scopes">{scopes}</ul>
            <div class="row">
                <button class="primary" name="decision" value="allow">"Allow"</button>
                <button name="decision" value="deny">"Deny"</button>
            </div>
        </form>
    }
    .into_any()
}
