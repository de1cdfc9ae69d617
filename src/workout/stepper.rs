//! What the buttons beside a number field lead to: the next value from what is typed, up or down.

use super::load::Amount;
use super::steps::Steps;
use super::training::Units;
use super::weight::Weight;

/// In seconds.
const SECONDS_STEP: i32 = 5;

/// The next weight that can be loaded, typed in `unit`. An empty field counts as less than nothing, so that its first step
/// up is the lightest weight. `None` if there is no such weight, or if what is typed is none.
#[must_use]
pub fn next_weight(typed: &str, steps: &Steps, unit: Units, up: bool) -> Option<String> {
    let exact = if typed.trim().is_empty() { -1 } else { Weight::parse(typed, unit).ok()?.exact() };
    let next = if up { steps.above(exact) } else { steps.below(exact) };
    next.map(|weight| weight.to_unit(unit).number())
}

/// One repetition more or fewer, within what can be logged. `None` if what is typed is no number.
#[must_use]
pub fn next_reps(typed: &str, up: bool) -> Option<String> {
    next_count(typed, 1, 0, Amount::MAX_REPS.into(), up)
}

/// Five seconds more or fewer, within what can be logged. `None` if what is typed is no number.
#[must_use]
pub fn next_seconds(typed: &str, up: bool) -> Option<String> {
    next_count(typed, SECONDS_STEP, 1, Amount::MAX_SECONDS.into(), up)
}

fn next_count(typed: &str, by: i32, least: i32, most: i32, up: bool) -> Option<String> {
    let typed = typed.trim();
    let now: i32 = if typed.is_empty() { 0 } else { typed.parse().ok()? };
    let next = if up { now.saturating_add(by) } else { now.saturating_sub(by) };
    Some(next.clamp(least, most).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_goes_to_the_next_that_can_be_loaded() {
        let bar = Steps::parse("kg 2000 250").unwrap();
        let to = |typed, up| next_weight(typed, &bar, Units::Kg, up);
        assert_eq!(to("60", true).as_deref(), Some("62.5"));
        assert_eq!(to("61,3", true).as_deref(), Some("62.5"));
        assert_eq!(to("61,3", false).as_deref(), Some("60"));
        assert_eq!(to("", true).as_deref(), Some("20"), "the empty bar");
        assert_eq!(to("20", false), None);
        assert_eq!(to("1000", true), None);
        assert_eq!(to("much", true), None, "what was typed stays");
        let bells = Steps::parse("kg kettlebell").unwrap();
        assert_eq!(next_weight("16", &bells, Units::Kg, true).as_deref(), Some("20"));
        assert_eq!(next_weight("48", &bells, Units::Kg, true), None);
    }

    #[test]
    fn a_weight_in_another_unit_goes_to_the_same_steps() {
        let bar = Steps::parse("kg 2000 250").unwrap();
        let to = |typed, up| next_weight(typed, &bar, Units::Lb, up);
        assert_eq!(to("135", true).as_deref(), Some("137.79"), "62.5 kg");
        assert_eq!(to("135", false).as_deref(), Some("132.28"), "60 kg");
    }

    #[test]
    fn a_count_stays_within_what_can_be_logged() {
        let reps = |typed, up| next_reps(typed, up);
        assert_eq!(reps("10", true).as_deref(), Some("11"));
        assert_eq!(reps(" 10 ", false).as_deref(), Some("9"));
        assert_eq!(reps("", true).as_deref(), Some("1"));
        assert_eq!(reps("0", false).as_deref(), Some("0"));
        assert_eq!(reps("100", true).as_deref(), Some("100"));
        assert_eq!(next_seconds("40", true).as_deref(), Some("45"));
        assert_eq!(next_seconds("5", false).as_deref(), Some("1"), "a set of no time is none");
        assert_eq!(next_seconds("3599", true).as_deref(), Some("3600"));
    }

    #[test]
    fn whatever_is_typed_nothing_overflows() {
        for typed in ["2147483647", "-2147483648"] {
            for up in [true, false] {
                let next: i32 = next_reps(typed, up).unwrap().parse().unwrap();
                assert!((0..=i32::from(Amount::MAX_REPS)).contains(&next));
                assert!(next_seconds(typed, up).is_some());
            }
        }
        for typed in ["ten", "2147483648", "1.5"] {
            assert_eq!(next_reps(typed, true), None, "{typed}");
        }
    }
}
