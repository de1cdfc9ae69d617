//! The middleware every request passes through, one file per layer; `router` puts them in order.

pub mod headers;
pub mod loopback;
pub mod origin;
pub mod trace;
