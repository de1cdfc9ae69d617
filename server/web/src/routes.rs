//! The endpoints, one module per feature: its pages and their forms.

pub(crate) mod account;
pub(crate) mod confirm;
pub(crate) mod csp_reports;
pub(crate) mod demo_account;
pub mod demo_provider; // slim: demo-provider
pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod identities;
pub(crate) mod live_reload;
pub(crate) mod login;
pub(crate) mod oauth;
pub(crate) mod preferences;
pub(crate) mod register;
pub(crate) mod rpc;
pub(crate) mod session_info;
pub(crate) mod sessions;
pub(crate) mod workout; // slim: trainer

use crate::route_table::RouteTable;

/// Every feature with pages and forms. Each has its routes in its own module.
#[must_use]
pub fn table() -> RouteTable {
    RouteTable::default()
        .with(home::routes)
        .with(login::routes)
        .with(demo_account::routes)
        .with(register::routes)
        .with(events::routes)
        .with(sessions::routes)
        .with(session_info::routes)
        .with(preferences::routes)
        .with(workout::routes) // slim: trainer
        .with(rpc::routes)
        .with(account::routes)
        .with(confirm::routes)
        .with(identities::routes)
        .with(oauth::routes)
        .with(demo_provider::routes) // slim: demo-provider
}
