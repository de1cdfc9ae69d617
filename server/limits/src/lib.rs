//! What one address may have of something, counted in memory: how often ([`rate`]), and how much at once ([`places`]).

pub mod places;
pub mod rate;

use std::net::{IpAddr, Ipv6Addr};

/// What counts as one address. An IPv6 customer has at least a whole /64 and could use a different address each time,
/// so the network counts; an IPv4-mapped address counts as the IPv4 address that it is.
#[must_use]
pub fn customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The network that an address is in, as a rule of thumb: addresses within it change while somebody sits still.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            IpAddr::from([a, b, c, 0])
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            IpAddr::from([a, b, c, 0, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_customer_and_a_mapped_address_is_that_of_ipv4() {
        for (address, counted) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ] {
            assert_eq!(customer(address.parse().unwrap()), counted.parse::<IpAddr>().unwrap(), "{address}");
        }
    }

    #[test]
    fn a_network_is_a_24_or_a_48() {
        for (address, is_in) in [
            ("192.0.2.1", "192.0.2.0"),
            ("192.0.2.255", "192.0.2.0"),
            ("192.0.3.1", "192.0.3.0"),
            ("::ffff:192.0.2.1", "192.0.2.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
            ("2001:db8:1:ffff::1", "2001:db8:1::"),
            ("2001:db8:2::1", "2001:db8:2::"),
        ] {
            assert_eq!(network(address.parse().unwrap()), is_in.parse::<IpAddr>().unwrap(), "{address}");
        }
    }
}
