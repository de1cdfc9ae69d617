//! The middleware every request passes through, one file per layer; `router` puts them in order.

pub(crate) mod attempts;
pub(crate) mod clicks;
pub(crate) mod device;
pub(crate) mod headers;
pub(crate) mod loopback;
pub(crate) mod measure;
pub(crate) mod method;
pub(crate) mod origin;
pub(crate) mod own_site;
pub(crate) mod reflection;
pub(crate) mod trace;
