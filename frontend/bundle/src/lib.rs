//! Builds the browser bundle.
#![forbid(unsafe_code)]
