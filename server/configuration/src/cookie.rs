//! The cookie's name and attributes.

use sessions::settings::{CookieSettings, SameSite};

use super::public_url::PublicUrl;
use super::reader::Reader;
use super::table;

/// Reads the `SESSION_COOKIE_*` variables. Without a usable `PUBLIC_URL` (reported separately) only the form
/// of the domain is checked.
pub(super) fn parse(reader: &mut Reader<'_>, public_url: Option<&PublicUrl>) -> CookieSettings {
    let name = reader.value(&table::SESSION_COOKIE_NAME, |text| is_name(text).then(|| text.to_owned()));
    let same_site =
        reader.value(&table::SESSION_COOKIE_SAMESITE, |text| match text.to_ascii_lowercase().as_str() {
            "lax" => Some(SameSite::Lax),
            "strict" => Some(SameSite::Strict),
            _ => None,
        });
    let domain = reader.given(&table::SESSION_COOKIE_DOMAIN, |text| {
        // RFC 6265 §5.2.3: a leading dot is ignored.
        let domain = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
        let reachable = public_url.is_none_or(|url| url.belongs_to(&domain));
        (is_domain(&domain) && reachable).then_some(domain)
    });
    let secure = public_url.is_some_and(PublicUrl::is_https);
    CookieSettings { name: format!("{}{name}", prefix(secure, domain.is_some())), secure, same_site, domain }
}

/// Keeps a page of plain http, or of another subdomain, from setting the cookie (ASVS 5.0 §3.3.1). Browsers
/// accept `__Host-` only with Secure, Path=/ and no Domain, and `__Secure-` only with Secure.
fn prefix(secure: bool, has_domain: bool) -> &'static str {
    match (secure, has_domain) {
        (true, false) => "__Host-",
        (true, true) => "__Secure-",
        (false, _) => "",
    }
}

/// The other cookies of this server.
const TAKEN: &[&str] = &[
    "device",
    "demo_provider", // slim: demo-provider
];
/// One cookie per login begun at a provider has a name that begins like this, in lower case.
const TAKEN_PREFIX: &str = "oauthattempt";

/// A token (RFC 6265 §4.1.1). Prefixes promise attributes that depend on `PUBLIC_URL`, so they cannot be set
/// here; browsers compare them case-insensitively.
fn is_name(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    (1..=64).contains(&text.len())
        && text.bytes().all(token)
        && !lower.starts_with("__host-")
        && !lower.starts_with("__secure-")
        && !TAKEN.contains(&lower.as_str())
        && !lower.starts_with(TAKEN_PREFIX)
}

/// An ASCII host name (RFC 1123 §2.1) of at least two labels, because browsers reject `Domain=com`.
/// `localhost` is accepted for local experiments.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text == "localhost" || text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn cookie(public_url: &str, vars: &[(&str, &str)]) -> Result<CookieSettings, String> {
        let vars: BTreeMap<_, _> = vars.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let mut reader = Reader::new(&vars);
        let config = parse(&mut reader, PublicUrl::parse(public_url).as_ref());
        reader.errors.first().map_or(Ok(config), |bad| Err(bad.to_string()))
    }

    #[test]
    fn the_prefix_follows_secure_and_domain() {
        for (public_url, domain, name, secure) in [
            ("http://127.0.0.1:3000", "", "sessionId", false),
            ("https://app.train.example", "", "__Host-sessionId", true),
            ("https://app.train.example", "Train.example", "__Secure-sessionId", true),
            ("https://app.train.example", ".app.train.example", "__Secure-sessionId", true),
            ("http://localhost:3000", "localhost", "sessionId", false),
        ] {
            let config = cookie(public_url, &[("SESSION_COOKIE_DOMAIN", domain)]).expect(public_url);
            assert_eq!((config.name.as_str(), config.secure), (name, secure), "{public_url} {domain}");
            assert_eq!(config.domain.is_some(), !domain.is_empty());
            assert_eq!(config.same_site, SameSite::Lax);
        }
    }

    #[test]
    fn names_are_tokens_without_a_prefix() {
        assert_eq!(cookie("http://a.b", &[("SESSION_COOKIE_NAME", "s.i-d_")]).expect("token").name, "s.i-d_");
        let long = "a".repeat(65);
        let malformed = ["a b", "a;b", "a=b", "a,b", "a\"b", "ä", "__Host-a", "__SECURE-a", long.as_str()];
        let taken = [
            "device",
            "demo_provider", // slim: demo-provider
            "oauthAttempt-abc",
            "OAUTHATTEMPT",
        ];
        for name in malformed.into_iter().chain(taken) {
            let error = cookie("https://a.b", &[("SESSION_COOKIE_NAME", name)]).expect_err(name);
            assert!(error.starts_with("SESSION_COOKIE_NAME=") && error.contains("a cookie name"), "{error}");
        }
    }

    #[test]
    fn same_site_is_lax_or_strict() {
        let strict = cookie("http://a.b", &[("SESSION_COOKIE_SAMESITE", "Strict")]).expect("strict");
        assert_eq!(strict.same_site, SameSite::Strict);
        for value in ["none", "1"] {
            let error = cookie("http://a.b", &[("SESSION_COOKIE_SAMESITE", value)]).expect_err(value);
            assert!(error.ends_with("lax or strict"), "{error}");
        }
    }

    #[test]
    fn the_domain_covers_the_public_url() {
        for (public_url, domain) in [
            ("https://train.example", "other.example"),
            ("https://train.example", "ain.example"),
            ("https://train.example", "app.train.example"),
            ("https://train.example", "example"),
            ("https://train.example", "train.example."),
            ("https://train.example", "..train.example"),
            ("https://train.example", "train.example; Secure"),
            ("https://train.example", "https://train.example"),
            ("http://127.0.0.1:3000", "127.0.0.1"),
            ("http://127.0.0.1:3000", "0.0.1"),
        ] {
            let error = cookie(public_url, &[("SESSION_COOKIE_DOMAIN", domain)]).expect_err(domain);
            assert!(error.contains("SESSION_COOKIE_DOMAIN=") && error.contains("PUBLIC_URL"), "{error}");
        }
        assert!(cookie("http://localhost:3000", &[("SESSION_COOKIE_DOMAIN", "localhost")]).is_ok());
    }
}
