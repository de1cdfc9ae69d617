//! Points in time as every store keeps them: whole milliseconds since 1970-01-01T00:00:00Z.
//!
//! In 64 bits throughout: the browser reads and writes them too, and to divide 128 bits takes its module a kilobyte.

use time::OffsetDateTime;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn to_millis(at: OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1000 + i64::from(at.millisecond())
}

/// The inverse of [`to_millis`]. A value outside the calendar becomes the epoch, which is long past and
/// therefore expired.
#[must_use]
pub fn from_millis(millis: i64) -> OffsetDateTime {
    let (seconds, rest) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    OffsetDateTime::from_unix_timestamp(seconds)
        .and_then(|at| at.replace_millisecond(rest as u16))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn every_millisecond_is_read_back() {
        for millis in [0, 1, -1, 999, -999, -1_000, -1_001, 1_772_388_245_123, 253_402_300_799_999] {
            assert_eq!(to_millis(from_millis(millis)), millis);
        }
        assert_eq!(from_millis(-1), datetime!(1969-12-31 23:59:59.999 UTC));
        assert_eq!(to_millis(datetime!(2026-03-01 19:04:05.123_999 +1)), 1_772_388_245_123, "rounded down");
    }

    #[test]
    fn what_no_calendar_has_is_the_epoch() {
        for millis in [i64::MIN, i64::MAX, 253_402_300_800_000] {
            assert_eq!(from_millis(millis), OffsetDateTime::UNIX_EPOCH);
        }
    }
}
