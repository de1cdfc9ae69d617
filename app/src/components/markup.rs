//! Turns a view into text as soon as it is complete.
//!
//! A page waits for nothing and never changes, so its views are asked for their HTML and nothing else. Leptos' own way to give
//! branches one type, [`AnyView`], can be built in a browser, streamed, resolved and hydrated as well, and all of that is
//! compiled for every type of view inside it. What that costs: server/decisions/pages-without-streaming.md.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// HTML that is written as it stands.
pub(crate) type Markup = InertElement;

/// For what a component, or a branch of one, returns.
pub(crate) trait IntoMarkup {
    /// The HTML, escaped where the view says so. Adding attributes to it afterwards panics.
    fn into_markup(self) -> Markup;
}

impl<View: RenderHtml> IntoMarkup for View {
    fn into_markup(self) -> Markup {
        InertElement::new(self.to_html())
    }
}
