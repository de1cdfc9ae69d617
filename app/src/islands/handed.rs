//! How a page hands values to its islands: as text in the page.
//!
//! An `#[island]` can have props, and one that does works here as anywhere. But Leptos sends props as JSON, and its
//! reader, with all it needs for numbers and error messages, is 14 kB of a page’s WebAssembly (Brotli). A few numbers and
//! words need no JSON.

use leptos::prelude::*;

/// What an island starts with.
pub trait Handed: Clone + Send + Sync + 'static {
    /// The id of the element that carries the text.
    const ID: &'static str;

    fn write(&self) -> String;

    /// `None` if [`write`](Self::write) has not written this.
    fn read(text: &str) -> Option<Self>;

    /// Provides it to the islands that are rendered from now on, and returns the element for the browser.
    fn hand_over(&self) -> impl IntoView + use<Self> {
        provide_context(self.clone());
        view! { <data id=Self::ID value=self.write() hidden></data> }
    }
}

/// What the page has handed over: on the server from the context, in the browser from the page. `None` only if the page
/// was changed on its way to the browser.
pub(super) fn handed<T: Handed>() -> Option<T> {
    if cfg!(feature = "ssr") {
        return use_context();
    }
    T::read(&document().get_element_by_id(T::ID)?.get_attribute("value")?)
}
