//! `/account/link/<provider>`: the last step before linking.

use leptos::prelude::*;

use crate::components::providers::continue_with;
use crate::model::LinkPage;

pub(crate) fn view(page: &LinkPage) -> AnyView {
    let label = &page.provider.label;
    view! {
        <h1>{format!("Link {label}")}</h1>
        <p class="lead">
            {format!("{label} will ask whether it may tell us who you are. After that you can get in here with it too.")}
        </p>
        {continue_with(std::slice::from_ref(&page.provider), None)}
        <p class="muted"><a href="/account">"Leave everything as it is"</a></p>
    }
    .into_any()
}
