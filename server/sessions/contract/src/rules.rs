//! The rules. Each takes an empty store and panics if the store breaks the rule.

pub mod index;
pub mod life;
pub mod owners;
pub mod racing;
pub mod replacing;
pub mod sweeping;
pub mod touching;
