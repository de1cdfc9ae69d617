//! The WebAssembly entry: everything interactive comes from `app`.
#![forbid(unsafe_code)]

/// Linked by name, so that the islands' exports stay in the module.
pub use app::islands;

/// Prepares the page; the inline script of the document then calls each island's own export.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // A release has no names to show, and the hook is several kilobytes.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
