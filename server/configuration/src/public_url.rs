//! The external origin, which determines cookie name, `Secure`, HSTS, origin checks and OAuth redirect URIs.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// An origin: scheme, host and, unless it is the default, port.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// Path `/`, no query, no user.
    url: Url,
    /// The same origin as browsers serialise it.
    origin: String,
}

impl PublicUrl {
    /// Parses an http or https origin. A single trailing slash is accepted.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // The parser repairs a lot (`https:\\host`, spaces, missing slashes), but this value is compared with
        // what browsers send, so it must already look like that.
        let (_, rest) = text.split_once("://")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty()
            || rest.contains(|c: char| "/\\?#@".contains(c) || c.is_whitespace() || c.is_control())
        {
            return None;
        }
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let unspecified = match url.host()? {
            Host::Ipv4(ip) => ip.is_unspecified(),
            Host::Ipv6(ip) => ip.is_unspecified(),
            Host::Domain(_) => false,
        };
        (!unspecified && url.port() != Some(0)).then(|| Self::of_url(url))
    }

    /// The listen address as a URL for a browser on this machine. With port 0 the origin is unusable until
    /// the port is known; see [`Config::set_bound_addr`](super::Config::set_bound_addr).
    pub(super) fn of_listen_address(addr: SocketAddr) -> Self {
        let url = format!("http://{}", from_this_machine(addr));
        #[expect(clippy::expect_used, reason = "an IP address and a port always make a URL")]
        Self::of_url(Url::parse(&url).expect("a URL"))
    }

    fn of_url(url: Url) -> Self {
        // Browsers omit the default port in `Origin` and `Host`.
        let origin = url.origin().ascii_serialization();
        Self { url, origin }
    }

    /// As browsers send it in `Origin`: lower case, no trailing slash, default port omitted.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    #[must_use]
    pub fn as_url(&self) -> &Url {
        &self.url
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host alone: lower case, IPv6 in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.url.host().as_ref().is_some_and(is_loopback)
    }

    /// The URL of a local path, which must start with a slash.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Whether a cookie with this `Domain` (lower case, no leading dot) is sent to this host. IP addresses
    /// have no subdomains.
    pub(super) fn belongs_to(&self, domain: &str) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => {
                name == domain || name.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'))
            }
            Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => false,
        }
    }
}

/// Whether a host always means the local machine: `localhost` and its subdomains, `127.0.0.0/8`, `[::1]`.
pub fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost" || name.as_ref().ends_with(".localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
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

/// Where a program on this machine reaches a server that listens on `listen`: at the loopback address if it listens on
/// all of them.
#[must_use]
pub fn from_this_machine(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
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
                (url.as_str(), url.host(), url.as_url().port_or_known_default(), url.is_https()),
                (origin, host, Some(port), https)
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
            // An empty port means the default (RFC 3986 §3.2.3), so it is normalised rather than rejected.
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
