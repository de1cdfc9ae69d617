//! `/`: what this is, and where to go.

use domain::name::NAME;
use leptos::prelude::*;


#[component]
pub(crate) fn HomePage(page: model::HomePage) -> impl IntoView {
    let way = if page.customised { "Change how it looks" } else { "Make it yours" };
    view! {
        <section class="hero">
            <h1>{NAME}</h1>
            <p>"Accounts, sessions and preferences, to build on."</p>
            <p class="row">
                <a class="button primary" href="/preferences">{way}</a>
            </p>
        </section>
    }
}
