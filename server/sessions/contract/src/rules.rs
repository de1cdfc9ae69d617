//! The rules. Each takes an empty store and panics if the store breaks the rule.
#![expect(missing_docs, reason = "the name of a rule is the sentence that would stand there")]

pub mod index;
pub mod life;
pub mod owners;
pub mod racing;
pub mod replacing;
pub mod sweeping;
pub mod touching;
