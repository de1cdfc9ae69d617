//! Sections with a heading, and facts.

use leptos::prelude::*;

/// A section labelled by its heading.
#[component]
pub(crate) fn Card<Content: IntoView + 'static>(
    /// Id of the heading.
    id: &'static str,
    title: &'static str,
    #[prop(default = "card")] class: &'static str,
    children: TypedChildren<Content>,
) -> impl IntoView {
    view! {
        <section class=class aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {children.into_inner()()}
        </section>
    }
}

/// A row of a `<dl>`.
#[component]
pub(crate) fn Fact<Content: IntoView + 'static>(
    name: &'static str,
    children: TypedChildren<Content>,
) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{children.into_inner()()}</dd></div> }
}
