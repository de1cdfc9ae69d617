//! Linked providers, and those that can be linked.

use leptos::prelude::*;

use crate::components::card::Card;
use crate::components::form::{Hidden, PostForm};
use model::ProviderLink;

/// Renders nothing if no provider is configured.
#[component]
pub(super) fn Identities(linked: Vec<ProviderLink>, linkable: Vec<ProviderLink>) -> impl IntoView {
    let row = |provider: ProviderLink, action: &'static str, verb: &'static str| {
        view! { <Identity provider=provider action=action verb=verb /> }
    };
    let linked = linked.into_iter().map(|p| row(p, "/api/identities/unlink", "Unlink"));
    let linkable = linkable.into_iter().map(|p| row(p, "/api/identities/link", "Link"));
    let rows = linked.chain(linkable).collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! { <Card id="ways" title="Other ways to log in"><ul class="identities">{rows}</ul></Card> }
    })
}

#[component]
fn Identity(
    provider: ProviderLink,
    action: &'static str,
    /// What the button does with the provider.
    verb: &'static str,
) -> impl IntoView {
    let ProviderLink { name, label } = provider;
    let button = format!("{verb} {label}");
    view! {
        <li>
            <span>{label}</span>
            <PostForm action=action>
                <Hidden name="provider" value=name />
                <button>{button}</button>
            </PostForm>
        </li>
    }
}
