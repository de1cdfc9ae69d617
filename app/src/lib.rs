//! What a person sees: the HTML document, the pages and the islands.
#![forbid(unsafe_code)]

pub mod model;
