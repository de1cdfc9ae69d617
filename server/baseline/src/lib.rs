//! The published session stores of `tower-sessions`: what would this project have if it had taken them as they are?
//! The program beside this puts them through the contract that the server's own stores keep; the benchmark
//! `stores` measures them beside the server's own.
#![expect(clippy::unwrap_used, reason = "a store that cannot even be opened ends the run")]

mod adapter;
pub mod bridge;
pub mod stores;
