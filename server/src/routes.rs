//! The endpoints, one module per feature: its pages and their forms.

pub(crate) mod account;
pub(crate) mod confirm;
pub mod demo_provider;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod identities;
pub(crate) mod login;
pub(crate) mod oauth;
pub(crate) mod preferences;
pub(crate) mod register;
pub(crate) mod session_info;
pub(crate) mod sessions;
pub(crate) mod workout;
