//! The ways in that lead over another site.

use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::ProviderLink;

/// Links `Continue with <Label>`. They are links and not forms: browsers apply `form-action` to the
/// redirects of a form, and these lead to other sites.
pub(crate) fn continue_with(providers: &[ProviderLink], return_to: Option<&str>) -> AnyView {
    links(providers, |name| start_href(name, return_to))
}

/// The same for somebody who is signed in and has to prove it once more.
pub(crate) fn confirm_with(providers: &[ProviderLink], return_to: &str) -> AnyView {
    links(providers, |name| format!("{}&intent=fresh", start_href(name, Some(return_to))))
}

fn links(providers: &[ProviderLink], href: impl Fn(&str) -> String) -> AnyView {
    if providers.is_empty() {
        return ().into_any();
    }
    let links = providers
        .iter()
        .map(|provider| {
            view! {
                <li>
                    <a class="button" href=href(&provider.name)>
                        {format!("Continue with {}", provider.label)}
                    </a>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! { <ul class="providers">{links}</ul> }.into_any()
}

/// A page of ours that leads on to `return_to`.
pub(crate) fn local_href(path: &str, return_to: Option<&str>) -> String {
    match return_to {
        Some(to) => format!("{path}?return_to={}", utf8_percent_encode(to, NON_ALPHANUMERIC)),
        None => path.to_owned(),
    }
}

/// Where the way over a provider begins.
pub(crate) fn start_href(name: &str, return_to: Option<&str>) -> String {
    local_href(&format!("/auth/{name}"), return_to)
}
