//! Shared by several suites: a running application, browsers with cookie jars, stores to run on, and ways to
//! observe, pause or break them.

pub(crate) mod browser;
pub(crate) mod events;
pub(crate) mod fault_proxy; // slim: mongodb/postgres/redis
pub(crate) mod helpers;
pub(crate) mod provider;
pub(crate) mod rights; // slim: postgres
pub(crate) mod site;
pub(crate) mod slow_provider;
pub(crate) mod stack;
pub(crate) mod watched;
pub(crate) mod workout; // slim: trainer
