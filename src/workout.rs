//! Exercises, the workout of the day, and finished workouts.

mod catalogue;
pub mod exercise;
pub mod log;
pub mod plan;
pub mod programme;
pub mod training;
