//! Providers that are linked with the account, and those that could be.

use leptos::prelude::*;

use crate::components::form::{hidden, post_form};
use crate::model::{AccountPage, Chrome, ProviderLink};

/// Nothing where no provider is set up.
pub(crate) fn view(chrome: &Chrome, page: &AccountPage) -> AnyView {
    if page.identities.is_empty() && page.linkable.is_empty() {
        return ().into_any();
    }
    let row = |provider: &ProviderLink, action: &'static str, verb: &str| {
        let form = view! {
            {hidden("provider", provider.name.clone())}
            <button>{format!("{verb} {}", provider.label)}</button>
        };
        view! { <li><span>{provider.label.clone()}</span>{post_form(chrome, action, form)}</li> }
    };
    let linked =
        page.identities.iter().map(|p| row(p, "/api/identities/unlink", "Unlink")).collect::<Vec<_>>();
    let linkable = page.linkable.iter().map(|p| row(p, "/api/identities/link", "Link")).collect::<Vec<_>>();
    view! {
        <section class="card" aria-labelledby="ways">
            <h2 id="ways">"Other ways in"</h2>
            <ul class="identities">{linked}{linkable}</ul>
        </section>
    }
    .into_any()
}
