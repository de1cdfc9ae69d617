//! How many reports are read. Kept in memory: an instance that is restarted may well log a few more.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use time::{Duration, OffsetDateTime};

const WINDOW: Duration = Duration::MINUTE;
const PER_ADDRESS: u32 = 10;
const OVERALL: u32 = 100;

/// Counts within one minute, for each address and for all of them. It never holds more addresses than [`OVERALL`].
#[derive(Debug, Default)]
pub(super) struct ReportLimit {
    window: Option<OffsetDateTime>,
    all: u32,
    by_address: HashMap<IpAddr, u32>,
}

impl ReportLimit {
    pub(super) fn allows(&mut self, address: IpAddr, now: OffsetDateTime) -> bool {
        // A clock that was set back begins a new minute too.
        let current = self.window.is_some_and(|start| now >= start && now - start < WINDOW);
        if !current {
            *self = Self { window: Some(now), ..Self::default() };
        }
        if self.all >= OVERALL {
            return false;
        }
        let count = self.by_address.entry(network(address)).or_default();
        if *count >= PER_ADDRESS {
            return false;
        }
        *count += 1;
        self.all += 1;
        true
    }
}

/// A household has a whole IPv6 /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_is_limited_and_others_are_not_affected() {
        let mut limit = ReportLimit::default();
        let allowed = |limit: &mut ReportLimit, now| {
            (0..20).filter(|i| limit.allows(ip(&format!("2001:db8::{i:x}")), now)).count()
        };
        assert_eq!(allowed(&mut limit, NOW), 10);
        assert!(limit.allows(ip("2001:db8:0:1::1"), NOW) && limit.allows(ip("192.0.2.1"), NOW));
        assert_eq!(allowed(&mut limit, NOW + WINDOW), 10, "a minute later");
        assert_eq!(allowed(&mut limit, NOW), 10, "a clock that was set back");
    }

    #[test]
    fn all_addresses_together_are_limited() {
        let mut limit = ReportLimit::default();
        let addresses = (0..1000_u32).map(|i| IpAddr::from(i.to_be_bytes()));
        assert_eq!(addresses.filter(|address| limit.allows(*address, NOW)).count(), 100);
        assert_eq!(limit.by_address.len(), 100);
    }
}
