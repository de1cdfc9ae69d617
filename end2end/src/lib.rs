//! Runs the browser tests from `cargo test`.
