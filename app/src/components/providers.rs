//! Logging in through another site.

use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use model::ProviderLink;

/// `Continue with <Label>` links, or nothing if there is no provider. They are links rather than forms,
/// because browsers apply `form-action` to the redirects of a form, and these lead to other sites.
#[component]
pub(crate) fn ProviderLinks(
    providers: Vec<ProviderLink>,
    /// The local path to return to.
    #[prop(optional_no_strip)]
    return_to: Option<String>,
    /// The visitor is already logged in and has to confirm their identity with a fresh login.
    #[prop(optional)]
    fresh: bool,
    /// The links are an alternative to a form above them.
    #[prop(optional)]
    below_form: bool,
) -> impl IntoView {
    let links = providers
        .into_iter()
        .map(|provider| {
            let mut href = local_href(&format!("/auth/{}", provider.name), return_to.as_deref());
            if fresh {
                href.push_str(if return_to.is_some() { "&intent=fresh" } else { "?intent=fresh" });
            }
            let label = format!("Continue with {}", provider.label);
            view! { <li><a class="button" href=href>{label}</a></li> }
        })
        .collect::<Vec<_>>();
    (!links.is_empty()).then(|| {
        view! {
            {below_form.then(|| view! { <p class="or">"or"</p> })}
            <ul class="providers">{links}</ul>
        }
    })
}

/// The URL of a local page that leads on to `return_to`.
pub(crate) fn local_href(path: &str, return_to: Option<&str>) -> String {
    match return_to {
        Some(to) => format!("{path}?return_to={}", utf8_percent_encode(to, NON_ALPHANUMERIC)),
        None => path.to_owned(),
    }
}
