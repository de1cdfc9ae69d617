//! Moments and durations in words.

use time::{Duration, OffsetDateTime};

/// A unit of time, in seconds.
struct Unit {
    seconds: i64,
    name: &'static str,
    /// `length` uses the unit from this count on. Days begin at two, because people (and the configuration)
    /// speak of a session's `24 hours`.
    lengths_from: i64,
    /// The same for `from_now`, which rounds down: `in 1 hour` could mean nearly two.
    moments_from: i64,
}

/// Longest first.
const UNITS: [Unit; 4] = [
    Unit { seconds: 86_400, name: "day", lengths_from: 2, moments_from: 2 },
    Unit { seconds: 3_600, name: "hour", lengths_from: 1, moments_from: 2 },
    Unit { seconds: 60, name: "minute", lengths_from: 1, moments_from: 1 },
    Unit { seconds: 1, name: "second", lengths_from: 0, moments_from: 1 },
];

/// A moment relative to now: `in 29 minutes`, `3 minutes ago`, `now`. Rounded down: a session that ends "in
/// 29 minutes" lasts at least that long.
#[must_use]
pub fn from_now(now: OffsetDateTime, at: OffsetDateTime) -> String {
    let seconds = (at - now).whole_seconds();
    let distance = seconds.saturating_abs();
    let Some(unit) = UNITS.iter().find(|unit| distance >= unit.moments_from * unit.seconds) else {
        return "now".to_owned();
    };
    let words = count(distance / unit.seconds, unit.name);
    if seconds > 0 { format!("in {words}") } else { format!("{words} ago") }
}

/// An exact duration in the longest unit that needs no fraction: `30 minutes`, `90 minutes`, `24 hours`, `7
/// days`. Fractions of a second are dropped.
#[must_use]
pub fn length(duration: Duration) -> String {
    let seconds = duration.whole_seconds().max(0);
    let fits = |unit: &&Unit| seconds >= unit.lengths_from * unit.seconds && seconds % unit.seconds == 0;
    let unit = UNITS.iter().find(fits);
    unit.map_or_else(|| count(seconds, "second"), |unit| count(seconds / unit.seconds, unit.name))
}

fn count(number: i64, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

    #[test]
    fn moments_are_seen_from_now() {
        for (seconds, words) in [
            (0, "now"),
            (1, "in 1 second"),
            (59, "in 59 seconds"),
            (60, "in 1 minute"),
            (29 * 60 + 59, "in 29 minutes"),
            (30 * 60, "in 30 minutes"),
            (3_599, "in 59 minutes"),
            (3_600, "in 60 minutes"),
            (7_199, "in 119 minutes"),
            (7_200, "in 2 hours"),
            (86_400, "in 24 hours"),
            (2 * 86_400 - 1, "in 47 hours"),
            (2 * 86_400, "in 2 days"),
            (400 * 86_400, "in 400 days"),
            (-1, "1 second ago"),
            (-180, "3 minutes ago"),
            (-7_199, "119 minutes ago"),
            (-7_300, "2 hours ago"),
            (-3 * 86_400, "3 days ago"),
        ] {
            assert_eq!(from_now(NOW, NOW + Duration::seconds(seconds)), words);
        }
        assert_eq!(from_now(NOW, NOW + Duration::milliseconds(-999)), "now");
    }

    #[test]
    fn lengths_are_exact() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (90, "90 seconds"),
            (60, "1 minute"),
            (1_800, "30 minutes"),
            (5_400, "90 minutes"),
            (3_600, "1 hour"),
            (86_400, "24 hours"),
            (7 * 86_400, "7 days"),
            (2 * 86_400 + 3_600, "49 hours"),
            (-5, "0 seconds"),
        ] {
            assert_eq!(length(Duration::seconds(seconds)), words);
        }
        assert_eq!(length(Duration::milliseconds(1_500)), "1 second");
    }

    #[test]
    fn the_limits_of_time_overflow_nothing() {
        let (first, last) = (datetime!(-9999-01-01 0:00 UTC), datetime!(9999-12-31 23:59 UTC));
        assert!(from_now(first, last).ends_with("days"));
        assert!(from_now(last, first).ends_with("days ago"));
        assert!(length(Duration::MAX).ends_with("seconds"));
    }
}
