//! Exercises, the programme, and finished workouts.

mod catalogue;
pub mod csv;
pub mod document;
pub mod exercise;
pub mod exercise_id;
pub mod load;
pub mod log;
pub mod one_rep_max;
pub mod performance;
pub mod plates;
pub mod prescription;
pub mod programme;
pub mod records;
pub mod steps;
pub mod training;
pub mod volume;
pub mod week;
pub mod weight;
