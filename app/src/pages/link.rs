//! `/account/link/<provider>`: the last step before linking.

use leptos::prelude::*;

use crate::components::providers::ProviderLinks;

#[component]
pub(crate) fn LinkPage(page: model::LinkPage) -> impl IntoView {
    let provider = page.provider;
    let label = provider.label.clone();
    view! {
        <h1>{format!("Link {label}")}</h1>
        <p class="lead">
            {format!(
                "{label} will ask whether it may tell us who you are. After that, you can also log in \
                 with it."
            )}
        </p>
        <ProviderLinks providers=vec![provider] />
        <p class="muted"><a href="/account">"Cancel"</a></p>
    }
}
