//! Exercises, the programme, and finished workouts.

mod catalogue;
pub mod exercise;
pub mod exercise_id;
pub mod load;
pub mod log;
pub mod programme;
pub mod training;
pub mod weight;
