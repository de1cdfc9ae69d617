//! Nothing but features (see `Cargo.toml`): cargo compiles a crate anew for every set of features, and what
//! `cargo test` turns on would otherwise have `cargo run` compile most of three hundred crates a second time, and the
//! other way round. None of them changes what the server does. `tokio/test-util` costs one atomic load per look at
//! the clock, and a mutex that is locked whenever a thread of the runtime parks until the next timer.
#![forbid(unsafe_code)]
