//! `cargo dev`: as `cargo run`, and then after every change on disk what it needs and no more.
//!
//! | changed | built | open pages |
//! |---|---|---|
//! | `style/` | the style sheet, without Cargo | swap it |
//! | `public/` | copied | reload |
//! | `frontend/src/` | the islands | reload |
//! | `src/`, `app/` | the islands and the server, at the same time | reload |
//! | `server/` | the server | reload |
//! | `.env` | nothing | reload |
//!
//! This process binds the address and hands the socket to every server it starts, so a request that comes during a restart
//! waits instead of failing. It tells the server by a pipe what to show in open pages (`server/web/src/live_reload.rs`); when
//! the pipe is closed, the server stops. Sessions survive, unless `SESSION_STORE` is `memory`.
#![forbid(unsafe_code)]

mod address;
mod builds;
mod console;
mod debounce;
mod process_group;
mod server_process;
mod sources;
mod supervisor;
mod watch;
mod work;

pub use crate::address::site_addr;
pub use crate::supervisor::{Options, StartError, Stop, Supervisor};
pub use crate::work::Work;
