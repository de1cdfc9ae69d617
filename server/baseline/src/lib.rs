//! The published session stores of `tower-sessions`: what would this project get if it used them as they are? The program
//! in `main.rs` checks them against the contract that the server's own stores keep; the benchmark `stores` measures them
//! for comparison with the server's own.
#![expect(clippy::unwrap_used, reason = "a store that cannot even be opened ends the run")]

mod adapter;
pub mod bridge;
pub mod stores;
