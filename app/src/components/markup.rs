//! Turns a view into text as soon as it is complete.
//!
//! A page waits for nothing and never changes, so nobody asks its views for more than their HTML. A view that is kept, in a
//! component's result or as an [`AnyView`], can be built in a browser, streamed, resolved and hydrated as well, and all of
//! that is compiled for every type of view there is: half of the time that this crate took, and a third of its code.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// HTML that is written as it stands.
pub(crate) type Markup = InertElement;

/// For what a component, or a branch of one, returns.
pub(crate) trait IntoMarkup {
    /// The HTML, escaped where the view says so. Attributes cannot be added to it afterwards.
    fn into_markup(self) -> Markup;
}

impl<View: RenderHtml> IntoMarkup for View {
    fn into_markup(self) -> Markup {
        InertElement::new(self.to_html())
    }
}
