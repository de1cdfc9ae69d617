//! The user interface: the HTML document, the pages and the islands.
//!
//! A page is a pure function of its [`model`]: it waits for nothing and writes nothing. Pages exist on the
//! server only; the [`islands`] are also compiled for the browser.
#![forbid(unsafe_code)]
#![allow(unreachable_pub, reason = "`#[component]` and `#[island]` write items that are `pub`")]

#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
pub mod document;
pub mod islands;
#[cfg(feature = "ssr")]
mod pages;
