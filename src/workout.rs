//! Exercises, the workout of the day, and what was done of it.

mod catalogue;
pub mod exercise;
pub mod log;
pub mod plan;
pub mod training;
