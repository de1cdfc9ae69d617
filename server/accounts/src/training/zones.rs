//! Time zones, by tables that are part of the program: a container has none.

use std::sync::LazyLock;

use domain::workout::document::Zone;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// The zone of this name, in whatever case; `None` if there is none today.
#[must_use]
pub fn known_zone(name: &str) -> Option<Zone> {
    let found = TimeZone::get(name).ok()?;
    Zone::parse(found.iana_name()?).ok()
}

/// Names of zones to offer: those of places, and UTC. Others are known as well, such as `CET` and `Etc/GMT+1`.
#[must_use]
pub fn zone_names() -> &'static [String] {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
        let mut names: Vec<String> = names.filter(|name| is_of_a_place(name) || name == "UTC").collect();
        names.sort_unstable();
        names.dedup();
        names
    });
    &NAMES
}

/// `Europe/Berlin`, but not `Etc/GMT+1` or the former names of zones in one country, such as `US/Pacific`.
fn is_of_a_place(name: &str) -> bool {
    const AREAS: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area))
}

/// A moment with the offset that a zone has then. In UTC if the tables do not know the zone.
#[must_use]
pub fn local_time(zone: &Zone, at: OffsetDateTime) -> OffsetDateTime {
    let found = TimeZone::get(zone.as_str()).ok().zip(Timestamp::from_second(at.unix_timestamp()).ok());
    at.to_offset(found.map_or(UtcOffset::UTC, |(found, at)| offset(found.to_offset(at))))
}

/// The moment at which clocks in a zone show this time. Of two (the hour that is repeated in autumn) the first; a
/// time that is skipped in spring counts on from before the change.
#[must_use]
pub fn time_in(zone: &Zone, day: Date, time: Time) -> OffsetDateTime {
    let shown = PrimitiveDateTime::new(day, time);
    let found = TimeZone::get(zone.as_str()).ok().and_then(|found| {
        let second = shown.assume_utc().unix_timestamp();
        let civil = Timestamp::from_second(second).ok()?.to_zoned(TimeZone::UTC).datetime();
        let at = found.to_ambiguous_timestamp(civil).compatible().ok()?;
        OffsetDateTime::from_unix_timestamp(at.as_second()).ok()
    });
    let at =
        found.map_or(shown.assume_utc(), |at| at + time::Duration::milliseconds(time.millisecond().into()));
    local_time(zone, at)
}

/// In whole minutes: RFC 3339, in which times are stored, has no seconds in an offset (section 5.6). Local mean times
/// of long ago do; Liberia had one until 1972.
fn offset(found: jiff::tz::Offset) -> UtcOffset {
    UtcOffset::from_whole_seconds(found.seconds() / 60 * 60).unwrap_or(UtcOffset::UTC)
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime, time};

    use super::*;

    fn zone(name: &str) -> Zone {
        known_zone(name).unwrap()
    }

    #[test]
    fn zones_are_known_by_name_in_any_case() {
        assert_eq!(zone("europe/berlin").as_str(), "Europe/Berlin");
        assert_eq!(zone("UTC"), Zone::utc());
        for wrong in ["", "Europe/Nowhere", "../UTC", "Europe/Berlin\0"] {
            assert_eq!(known_zone(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_name_that_is_offered_is_known_and_can_be_stored() {
        let names = zone_names();
        assert!(names.len() > 300 && names.is_sorted(), "{}", names.len());
        for name in ["Europe/Berlin", "America/Argentina/Ushuaia", "UTC"] {
            assert!(names.iter().any(|offered| offered == name), "{name}");
        }
        for name in names {
            assert_eq!(zone(name).as_str(), name);
        }
        assert!(!names.iter().any(|name| name.starts_with("Etc/") || name.starts_with("US/")));
    }

    #[test]
    fn a_moment_has_the_offset_of_its_season() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(
            local_time(&berlin, datetime!(2026-01-15 23:30 UTC)).to_string(),
            "2026-01-16 0:30:00.0 +01:00:00"
        );
        assert_eq!(local_time(&berlin, datetime!(2026-07-15 23:30 UTC)).date(), date!(2026 - 07 - 16));
        assert_eq!(local_time(&zone("Asia/Kathmandu"), datetime!(2026-07-15 0:00 UTC)).time(), time!(5:45));
        let gone = Zone::parse("Atlantis/Capital").unwrap();
        assert!(local_time(&gone, datetime!(2026-07-15 0:00 +2)).offset().is_utc());
    }

    #[test]
    fn an_offset_can_be_written() {
        let at = time_in(&zone("Africa/Monrovia"), date!(1971 - 01 - 01), time!(18:04));
        assert_eq!(at.offset().as_hms(), (0, -44, 0));
        assert!(at.format(&time::format_description::well_known::Rfc3339).is_ok());
    }

    #[test]
    fn a_shown_time_is_one_moment() {
        let berlin = zone("Europe/Berlin");
        let at = |day, time| time_in(&berlin, day, time);
        assert_eq!(at(date!(2026 - 03 - 01), time!(18:04)), datetime!(2026-03-01 17:04 UTC));
        assert_eq!(
            at(date!(2026 - 10 - 25), time!(2:30)),
            datetime!(2026-10-25 0:30 UTC),
            "the first of two"
        );
        assert_eq!(at(date!(2026 - 03 - 29), time!(2:30)), datetime!(2026-03-29 1:30 UTC), "skipped");
        assert_eq!(at(date!(2026 - 03 - 29), time!(2:30)).time(), time!(3:30));
    }
}
