//! The middleware every request passes through, one file per layer; `router` puts them in order.

pub mod clicks;
pub mod headers;
pub mod loopback;
pub mod method;
pub mod origin;
pub mod reflection;
pub mod trace;
