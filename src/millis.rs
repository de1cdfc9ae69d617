//! Points in time as every store keeps them: whole milliseconds since 1970-01-01T00:00:00Z.

use time::OffsetDateTime;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn to_millis(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

/// The inverse of [`to_millis`]. A value outside the calendar becomes the epoch, which is long past and
/// therefore expired.
#[must_use]
pub fn from_millis(millis: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
