//! The rules. Each takes an empty store and panics if the store breaks the rule.

pub(crate) mod life;
pub(crate) mod owners;
pub(crate) mod racing;
pub(crate) mod replacing;
pub(crate) mod sweeping;
pub(crate) mod touching;
