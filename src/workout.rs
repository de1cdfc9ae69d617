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
pub mod stepper;
pub mod steps;
pub mod training;
pub mod volume;
pub mod week;
pub mod weight;

/// Runs a property this often, and in proportion more often if `PROPTEST_CASES` is above its default of 256.
#[cfg(test)]
fn cases(usual: u32) -> proptest::test_runner::Config {
    use proptest::test_runner::Config;
    let (given, default) = (Config::default().cases, 256);
    Config::with_cases(usual.saturating_mul(given).div_ceil(default))
}
