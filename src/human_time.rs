//! Times in words, as people say them.

use time::{Duration, OffsetDateTime};

/// Seconds from which a unit is used, seconds of the unit, its name; longest first. Days begin at two:
/// `24 hours` is how people (and the configuration) put the life of a session.
const UNITS: [(i64, i64, &str); 4] =
    [(2 * 86_400, 86_400, "day"), (3_600, 3_600, "hour"), (60, 60, "minute"), (1, 1, "second")];

/// When something is (or was), seen from now: `in 29 minutes`, `3 minutes ago`, `now`. Cut, not rounded:
/// whoever is told "in 29 minutes" has at least those.
#[must_use]
pub fn until(now: OffsetDateTime, at: OffsetDateTime) -> String {
    let seconds = (at - now).whole_seconds();
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {}", about(seconds)),
        ..0 => format!("{} ago", about(seconds.saturating_neg())),
    }
}

/// How long something is, exactly, in the longest unit that needs no fraction: `30 minutes`, `90 minutes`,
/// `24 hours`, `7 days`. Parts of a second are dropped.
#[must_use]
pub fn length(duration: Duration) -> String {
    let seconds = duration.whole_seconds().max(0);
    let unit = UNITS.iter().find(|(from, unit, _)| seconds >= *from && seconds % unit == 0);
    unit.map_or_else(|| count(seconds, "second"), |(_, unit, name)| count(seconds / unit, name))
}

fn about(seconds: i64) -> String {
    let unit = UNITS.iter().find(|(from, ..)| seconds >= *from);
    unit.map_or_else(|| count(seconds, "second"), |(_, unit, name)| count(seconds / unit, name))
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
            (3_600, "in 1 hour"),
            (86_400, "in 24 hours"),
            (2 * 86_400 - 1, "in 47 hours"),
            (2 * 86_400, "in 2 days"),
            (400 * 86_400, "in 400 days"),
            (-1, "1 second ago"),
            (-180, "3 minutes ago"),
            (-7_300, "2 hours ago"),
            (-3 * 86_400, "3 days ago"),
        ] {
            assert_eq!(until(NOW, NOW + Duration::seconds(seconds)), words);
        }
        assert_eq!(until(NOW, NOW + Duration::milliseconds(-999)), "now");
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
    fn the_ends_of_time_are_no_trouble() {
        let (first, last) = (datetime!(-9999-01-01 0:00 UTC), datetime!(9999-12-31 23:59 UTC));
        assert!(until(first, last).ends_with("days"));
        assert!(until(last, first).ends_with("days ago"));
        assert!(length(Duration::MAX).ends_with("seconds"));
    }
}
