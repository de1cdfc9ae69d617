//! The external origin. Cookie name, `Secure`, HSTS, origin checks and OAuth redirect URIs follow it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// What `PUBLIC_URL` may look like, for messages.
pub(super) const ACCEPTED: &str =
    "the origin people type, like https://train.example (no path, query, user name or password)";

/// What it must be in production, for messages.
pub(super) const ACCEPTED_HTTPS: &str =
    "in production an https origin, like https://train.example (no path, query, user name or password)";

/// An origin: scheme, host and, unless it is the scheme's own, port.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: Host<String>,
    port: u16,
    https: bool,
}

impl PublicUrl {
    /// An http or https origin. A single slash at its end is let through.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // The parser mends a lot (`https:\\host`, blanks, missing slashes); what is typed here is compared
        // with what browsers send, so it should look like it already.
        let (scheme, rest) = text.split_once("://")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty()
            || rest.contains(|c: char| "/\\?#@".contains(c) || c.is_whitespace() || c.is_control())
        {
            return None;
        }
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let url = Url::parse(text).ok()?;
        let host = url.host()?.to_owned();
        let port = url.port_or_known_default().filter(|port| *port != 0)?;
        let unspecified = match host {
            Host::Ipv4(ip) => ip.is_unspecified(),
            Host::Ipv6(ip) => ip.is_unspecified(),
            Host::Domain(_) => false,
        };
        (!unspecified).then(|| Self { origin: url.origin().ascii_serialization(), host, port, https })
    }

    /// Where a browser on this machine finds the listen address. Port 0 gives an origin nobody can use yet;
    /// see [`super::Config::set_bound_addr`].
    #[must_use]
    pub fn of_listen_address(addr: SocketAddr) -> Self {
        let host = match addr.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Host::Ipv4(Ipv4Addr::LOCALHOST),
            IpAddr::V4(ip) => Host::Ipv4(ip),
            IpAddr::V6(ip) if ip.is_unspecified() => Host::Ipv6(Ipv6Addr::LOCALHOST),
            IpAddr::V6(ip) => Host::Ipv6(ip),
        };
        let port = addr.port();
        // Browsers leave the scheme's own port out of `Origin` and `Host`.
        let origin = if port == 80 { format!("http://{host}") } else { format!("http://{host}:{port}") };
        Self { origin, host, port, https: false }
    }

    /// As browsers send it in `Origin`: lower case, no slash at the end, default port left out.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// Whether the scheme is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host alone: lower case, IPv6 in brackets.
    #[must_use]
    pub fn host(&self) -> String {
        self.host.to_string()
    }

    /// The port, also where the origin leaves it out.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and, unless it is the scheme's own, port: what browsers send in `Host`.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// A name or address of this machine for itself: `localhost`, a name below it, `127.0.0.0/8`, `[::1]`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        }
    }

    /// The address of a local path (which starts with a slash).
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Whether a cookie with this `Domain` (lower case, no leading dot) reaches this host. Addresses have no
    /// subdomains.
    pub(super) fn belongs_to(&self, domain: &str) -> bool {
        match &self.host {
            Host::Domain(name) => {
                name == domain || name.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'))
            }
            Host::Ipv4(_) | Host::Ipv6(_) => false,
        }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_normalised() {
        for (text, origin, host, port, https) in [
            ("https://Train.Example", "https://train.example", "train.example", 443, true),
            ("https://train.example:443/", "https://train.example", "train.example", 443, true),
            ("HTTP://localhost:3000", "http://localhost:3000", "localhost", 3000, false),
            ("http://[::1]:8080", "http://[::1]:8080", "[::1]", 8080, false),
            ("https://bücher.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example", 443, true),
        ] {
            let url = PublicUrl::parse(text).expect(text);
            assert_eq!(
                (url.as_str(), url.host().as_str(), url.port(), url.is_https()),
                (origin, host, port, https)
            );
        }
    }

    #[test]
    fn anything_but_an_origin_is_refused() {
        for text in [
            "",
            "train.example",
            "//train.example",
            "https:train.example",
            "https:\\\\train.example",
            "https://",
            "https:///",
            "https://train.example/app",
            "https://train.example//",
            "https://train.example?",
            "https://train.example/?a=b",
            "https://train.example#",
            "https://a@b",
            "https://user:pw@train.example",
            "ftp://train.example",
            "https://a b",
            "https://a\tb",
            "http://0.0.0.0:3000",
            "http://[::]:3000",
            "http://localhost:0",
            "http://localhost:99999",
            "https://train.example:",
            "null",
        ] {
            let parsed = PublicUrl::parse(text);
            // An empty port is the scheme's own (RFC 3986 §3.2.3): mended, not refused.
            assert!(parsed.is_none() || text == "https://train.example:", "{text:?}");
        }
    }

    #[test]
    fn the_default_follows_the_listen_address() {
        for (addr, origin) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("0.0.0.0:3000", "http://127.0.0.1:3000"),
            ("[::]:3000", "http://[::1]:3000"),
            ("[::1]:80", "http://[::1]"),
            ("192.0.2.7:8080", "http://192.0.2.7:8080"),
        ] {
            let url = PublicUrl::of_listen_address(addr.parse().expect(addr));
            assert_eq!(url.as_str(), origin);
            assert_eq!(PublicUrl::parse(origin), Some(url.clone()));
            assert_eq!(url.join("/login"), format!("{origin}/login"));
            assert_eq!(format!("http://{}", url.authority()), origin);
        }
    }

    #[test]
    fn loopback_names_are_known() {
        for (text, loopback) in [
            ("http://localhost", true),
            ("http://app.localhost", true),
            ("http://127.8.9.1", true),
            ("http://[::1]", true),
            ("http://notlocalhost", false),
            ("http://192.0.2.1", false),
        ] {
            assert_eq!(PublicUrl::parse(text).expect(text).is_loopback(), loopback, "{text}");
        }
    }
}
