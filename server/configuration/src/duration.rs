//! Durations (`500ms`, `30s`, `30m`, `24h`, `7d`) and limits (`10/1m`).
//!
//! Not `humantime`: it also accepts `1h30m`, `30 m`, `1w` and `0s`, and rejecting those takes as much code as
//! parsing the rest.

use time::Duration;

use accounts::ports::Limit;

/// Browsers cap a cookie's Max-Age at 400 days (RFC 6265bis §5.5), so nothing here needs to last longer, and
/// no sum of such durations can overflow.
const LONGEST: Duration = Duration::days(400);

const UNITS: [(&str, i64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Digits and a unit only: no sign, fraction or space.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit);
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let duration = Duration::milliseconds(number.parse::<i64>().ok()?.checked_mul(*millis)?);
    (duration > Duration::ZERO && duration <= LONGEST).then_some(duration)
}

/// The shortest exact notation of a duration, in whole milliseconds.
pub(super) fn show(duration: Duration) -> String {
    let total = duration.whole_milliseconds();
    let exact = UNITS.iter().rev().find(|(_, millis)| total % i128::from(*millis) == 0);
    let (unit, millis) = exact.unwrap_or(&UNITS[0]);
    format!("{}{unit}", total / i128::from(*millis))
}

/// Parses a count, a slash and a duration.
pub(super) fn parse_limit(text: &str) -> Option<Limit> {
    let (count, period) = text.split_once('/')?;
    if !count.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count = count.parse().ok().filter(|count| (1..=1_000_000).contains(count))?;
    Some(Limit { count, period: parse(period)? })
}

pub(super) fn show_limit(limit: Limit) -> String {
    format!("{}/{}", limit.count, show(limit.period))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_have_a_unit() {
        for (text, millis) in [
            ("500ms", 500),
            ("1s", 1_000),
            ("30m", 1_800_000),
            ("24h", 86_400_000),
            ("7d", 604_800_000),
            ("400d", 34_560_000_000_i64),
            ("0030s", 30_000),
        ] {
            assert_eq!(parse(text), Some(Duration::milliseconds(millis)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in [
            "",
            "30",
            "m",
            "0s",
            "0ms",
            "-1s",
            "+1s",
            "1.5h",
            "1h30m",
            "30 m",
            " 30m",
            "1w",
            "1S",
            "401d",
            "9223372036854775807d",
            "99999999999999999999s",
            "٣s",
            "1µs",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn durations_are_shown_as_people_write_them() {
        for (text, shown) in
            [("24h", "1d"), ("60s", "1m"), ("90s", "90s"), ("1500ms", "1500ms"), ("3600s", "1h")]
        {
            assert_eq!(parse(text).map(show).as_deref(), Some(shown));
        }
    }

    #[test]
    fn limits_are_a_count_in_a_time() {
        let limit = parse_limit("10/1m");
        assert_eq!(limit, Some(Limit { count: 10, period: Duration::minutes(1) }));
        assert_eq!(limit.map(show_limit).as_deref(), Some("10/1m"));
        for text in
            ["", "10", "/1m", "0/1m", "-1/1m", "+1/1m", "10/", "10/0s", "1000001/1m", "10/1m/1", "10 / 1m"]
        {
            assert_eq!(parse_limit(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_is_read_is_in_bounds(
            text in ".{0,12}|[0-9]{1,22}(ms|[smhdw])|[0-9]{1,8}/[0-9]{1,4}[smh]",
        ) {
            if let Some(duration) = parse(&text) {
                prop_assert!(duration > Duration::ZERO && duration <= LONGEST);
                prop_assert_eq!(parse(&show(duration)), Some(duration));
            }
            if let Some(limit) = parse_limit(&text) {
                prop_assert!((1..=1_000_000).contains(&limit.count));
                prop_assert_eq!(parse_limit(&show_limit(limit)), Some(limit));
            }
        }
    }
}
