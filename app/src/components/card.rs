//! Sections with a heading, and facts.

use leptos::prelude::*;

/// A section labelled by its heading.
#[component]
pub(crate) fn Card(
    /// Id of the heading.
    id: &'static str,
    title: &'static str,
    #[prop(default = "card")] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=class aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {children()}
        </section>
    }
}

/// A row of a `<dl>`.
#[component]
pub(crate) fn Fact(name: &'static str, children: Children) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{children()}</dd></div> }
}
