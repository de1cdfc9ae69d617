//! Handlers, by what they are about.

pub mod account;
pub mod auth;
pub mod demo_provider;
pub mod files;
pub mod health;
pub mod identities;
pub mod json;
pub mod oauth;
pub mod pages;
pub mod preferences;
pub mod sessions;
pub mod workouts;
