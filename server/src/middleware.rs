//! What every request passes, each layer in a file of its own; `router` puts them in order.

pub mod headers;
pub mod loopback;
pub mod origin;
pub mod trace;
