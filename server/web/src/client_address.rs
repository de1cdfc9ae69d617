//! The client's address as seen through the trusted reverse proxies.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address. `peer` is the other end of the connection; `trust_proxy` is the number of reverse
/// proxies in front of the server (`TRUST_PROXY`).
///
/// Each proxy appends the address that connected to it to `X-Forwarded-For`, so entries are counted from the
/// right; anything further left was written by the client. If the chain is shorter than `trust_proxy`, or an
/// entry is not an address, the last valid one counts. IPv4-mapped IPv6 addresses are unwrapped so that one
/// client has one address.
#[must_use]
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trust_proxy: u8) -> IpAddr {
    believed(headers, trust_proxy).last().unwrap_or(peer).to_canonical()
}

/// The addresses that the proxies have written, the last one first.
fn believed(headers: &HeaderMap, trust_proxy: u8) -> impl Iterator<Item = IpAddr> {
    // Several headers form one list (RFC 9110 §5.3); empty elements are ignored (§5.6.1).
    let entries = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .rev()
        .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','))
        .map(|entry| entry.trim_ascii())
        .filter(|entry| !entry.is_empty());
    entries.take(trust_proxy.into()).map_while(address)
}

/// Warns once if a request has passed fewer proxies than there should be, or if one of them does not name the client:
/// then many clients share one address, and its limits.
#[derive(Debug, Default)]
pub(crate) struct ProxyCheck {
    has_told: AtomicBool,
}

impl ProxyCheck {
    pub(crate) fn warn_once(&self, headers: &HeaderMap, trust_proxy: u8) {
        if trust_proxy == 0 || self.has_told.load(Ordering::Relaxed) {
            return;
        }
        let found = believed(headers, trust_proxy).count();
        if found < trust_proxy.into() && !self.has_told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                event = "sys_proxy_missing",
                found,
                trust_proxy,
                "X-Forwarded-For has fewer addresses than TRUST_PROXY says: clients share the address of a proxy, and its limits"
            );
        }
    }
}

/// `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    if let Some(inner) = inner {
        return inner.parse().ok().map(IpAddr::V6);
    }
    IpAddr::from_str(text).ok().or_else(|| SocketAddr::from_str(text).ok().map(|addr| addr.ip()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const PEER: &str = "10.0.0.1";

    fn client(peer: &str, headers: &[&[u8]], trust_proxy: u8) -> String {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(FORWARDED_FOR, HeaderValue::from_bytes(value).expect("a header value"));
        }
        client_address(peer.parse().expect(peer), &map, trust_proxy).to_string()
    }

    #[test]
    fn entries_count_from_the_right() {
        for (headers, trust, expected) in [
            (&["192.0.2.1"][..], 0, PEER),
            (&[], 3, PEER),
            (&["192.0.2.1"], 1, "192.0.2.1"),
            (&["6.6.6.6, 192.0.2.1"], 1, "192.0.2.1"),
            (&["6.6.6.6,192.0.2.1 ,10.0.0.2"], 2, "192.0.2.1"),
            (&["6.6.6.6", "192.0.2.1", "10.0.0.2"], 2, "192.0.2.1"),
            (&["6.6.6.6, 192.0.2.1", "10.0.0.2"], 2, "192.0.2.1"),
            // The chain is shorter than configured: its outermost address counts.
            (&["192.0.2.1"], 2, "192.0.2.1"),
            (&["192.0.2.1, 10.0.0.2"], 16, "192.0.2.1"),
            // Empty elements are ignored.
            (&["6.6.6.6, 192.0.2.1, ,"], 1, "192.0.2.1"),
            (&["", " , "], 1, PEER),
        ] {
            let headers: Vec<&[u8]> = headers.iter().map(|text| text.as_bytes()).collect();
            assert_eq!(client(PEER, &headers, trust), expected, "{headers:?} {trust}");
        }
    }

    #[test]
    fn what_is_no_address_ends_the_chain() {
        for (header, trust, expected) in [
            (&b"unknown"[..], 1, PEER),
            (b"192.0.2.1, _hidden", 2, PEER),
            (b"6.6.6.6, garbage, 10.0.0.2", 3, "10.0.0.2"),
            (b"6.6.6.6, \xff\xfe", 2, PEER),
            (b"1.2.3.4.5", 1, PEER),
            (b"192.0.2.1:99999", 1, PEER),
            (b"[192.0.2.1]", 1, PEER),
            (b"[2001:db8::1", 1, PEER),
            (b"\"192.0.2.1\"", 1, PEER),
            (b"192.0.2.01", 1, PEER),
            (b"192.0.2.1 6.6.6.6", 1, PEER),
        ] {
            assert_eq!(client(PEER, &[header], trust), expected, "{}", header.escape_ascii());
        }
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_unwrapped() {
        for (entry, expected) in [
            ("192.0.2.1:443", "192.0.2.1"),
            ("2001:DB8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:443", "192.0.2.1"),
        ] {
            assert_eq!(client(PEER, &[entry.as_bytes()], 1), expected, "{entry}");
        }
        assert_eq!(client("::ffff:192.0.2.9", &[], 0), "192.0.2.9");
    }

    fn list(addresses: &[IpAddr]) -> String {
        addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_without_a_proxy_none_count(
            // What a header can hold.
            bytes in vec(prop_oneof![b' '..=b'~', 0x80..=0xff_u8], 0..100),
            trust in 0..20_u8,
        ) {
            let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
            let map = HeaderMap::from_iter([(FORWARDED_FOR, value)]);
            let peer = IpAddr::from([10, 0, 0, 1]);
            let _ = client_address(peer, &map, trust);
            prop_assert_eq!(client_address(peer, &map, 0), peer);
        }

        /// What a client writes stands left of what the proxies add.
        #[test]
        fn what_a_client_writes_never_counts(
            written in prop_oneof!["[ -~]{0,60}", vec(any::<IpAddr>(), 0..4).prop_map(|all| list(&all))],
            proxies in vec(any::<IpAddr>(), 1..5),
        ) {
            let trust = u8::try_from(proxies.len()).unwrap();
            let added = list(&proxies);
            let alone = client(PEER, &[added.as_bytes()], trust);
            prop_assert_eq!(&alone, &proxies[0].to_canonical().to_string());
            let one_header = format!("{written},{added}");
            prop_assert_eq!(&client(PEER, &[one_header.as_bytes()], trust), &alone);
            prop_assert_eq!(&client(PEER, &[written.as_bytes(), added.as_bytes()], trust), &alone);
        }
    }
}
