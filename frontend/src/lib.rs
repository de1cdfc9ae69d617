//! The WebAssembly entry point. Everything interactive is in `app`.
#![forbid(unsafe_code)]

// Nothing else here names `app`, and a crate that is never named is not linked: the islands would be missing.
pub use app::islands;

/// Prepares the page; the document's inline script then calls the export of each island.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // Only in development: a release has no function names to show, and the hook takes several kilobytes.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
