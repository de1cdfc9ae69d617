//! Cookies whose content only this server can read or make: for what a browser keeps on our behalf for some
//! minutes, so that nothing is stored for a visitor who may never come back. Each has a name of its own,
//! so that answers to requests at the same time do not overwrite each other's.
//!
//! Sealed under keys of its own purpose ([`crate::seal`]), base64url. What does not open is passed over and
//! left alone, because another instance may know newer secrets, and other programs on this host may use the
//! name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use time::Duration;

use crate::cookie::{pairs_of, values_of};
use crate::keys::Keys;
use crate::seal::Sealer;

/// The length of a value: five cookies of this length still fit into the 8 kB that nginx accepts
/// (`large_client_header_buffers`). What a stranger can make long should be given up well before.
const LONGEST: usize = 1400;

/// Seals, opens and writes the cookies of one purpose. Their names have a part in common, and a suffix each.
#[derive(Debug)]
pub struct SealedCookies {
    /// With its prefix and the dash before the suffix.
    name: String,
    secure: bool,
    sealer: Sealer,
}

impl SealedCookies {
    /// `name` also separates the keys, so no other content may ever use it.
    ///
    /// It never has a domain, so whenever it is `Secure` the prefix keeps plain http and other subdomains
    /// from setting it (ASVS 5.0 §3.3.1).
    #[must_use]
    pub fn new(name: &'static str, secure: bool, keys: &Keys) -> Self {
        let prefix = if secure { "__Host-" } else { "" };
        Self { name: format!("{prefix}{name}-"), secure, sealer: Sealer::for_purpose(name, keys) }
    }

    /// The content of the cookie with this suffix. Several may have one name, if a parent domain or another path
    /// has one too: the first that opens counts. The headers are read as bytes: whatever other cookies
    /// contain does not disturb ours.
    #[must_use]
    pub fn read(&self, headers: &HeaderMap, suffix: &str) -> Option<Vec<u8>> {
        let name = format!("{}{suffix}", self.name);
        let headers = headers.get_all(COOKIE).iter();
        let mut values = headers.flat_map(|header| values_of(header.as_bytes(), name.as_bytes()));
        values.find_map(|value| self.open(value))
    }

    /// The content of all that open, whatever their suffix. There are no more than fit into the headers.
    #[must_use]
    pub fn read_all(&self, headers: &HeaderMap) -> Vec<Vec<u8>> {
        self.values(headers).filter_map(|value| self.open(value)).collect()
    }

    /// How many have such a name, whether they open or not: cheaper than [`Self::read_all`], which finds no more.
    #[must_use]
    pub fn count(&self, headers: &HeaderMap) -> usize {
        self.values(headers).count()
    }

    fn values<'a>(&'a self, headers: &'a HeaderMap) -> impl Iterator<Item = &'a [u8]> {
        let headers = headers.get_all(COOKIE).iter();
        let pairs = headers.flat_map(|header| pairs_of(header.as_bytes()));
        pairs.filter(|(name, _)| name.starts_with(self.name.as_bytes())).map(|(_, value)| value)
    }

    /// The `Set-Cookie` header for this content. `None` if it is too long for a cookie. The suffix consists of
    /// letters, digits, `-` and `_`.
    #[must_use]
    pub fn set(&self, suffix: &str, content: &[u8], max_age: Duration) -> Option<HeaderValue> {
        let value = URL_SAFE_NO_PAD.encode(self.sealer.seal_value(content));
        (value.len() <= LONGEST).then(|| self.header(suffix, value, max_age))
    }

    /// The `Set-Cookie` header that removes it, with the same attributes: without `Secure` browsers refuse to
    /// remove a `__Host-` cookie.
    #[must_use]
    pub fn remove(&self, suffix: &str) -> HeaderValue {
        self.header(suffix, String::new(), Duration::ZERO)
    }

    fn open(&self, value: &[u8]) -> Option<Vec<u8>> {
        if value.len() > LONGEST {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
        let opened = self.sealer.open_value(&sealed);
        if let Err(error) = &opened {
            tracing::debug!(cookie = self.name, %error, "a sealed cookie was passed over");
        }
        Some(opened.ok()?.plaintext)
    }

    fn header(&self, suffix: &str, value: String, max_age: Duration) -> HeaderValue {
        let cookie = Cookie::build((format!("{}{suffix}", self.name), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            // Sent when another site redirects back to us, whatever the session cookie is.
            .same_site(SameSite::Lax)
            .max_age(max_age);
        // The name is a constant, suffix and value are base64url, so all of it is visible ASCII.
        HeaderValue::try_from(cookie.build().to_string()).unwrap_or(HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use session_rows::RowKey;

    use super::*;

    const OLD: &str = "an old secret of more than thirty-two bytes";
    const NEW: &str = "a new secret of more than thirty-two bytes!";

    fn keys(secrets: &[&str]) -> Keys {
        Keys::new(secrets).unwrap()
    }

    fn cookies(secrets: &[&str]) -> SealedCookies {
        SealedCookies::new("basket", false, &keys(secrets))
    }

    fn value(secrets: &[&str], content: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(cookies(secrets).sealer.seal_value(content))
    }

    fn request(headers: &[&[u8]]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(COOKIE, HeaderValue::from_bytes(header).unwrap());
        }
        map
    }

    /// The one with the suffix `a`.
    fn read(secrets: &[&str], header: &[u8]) -> Option<Vec<u8>> {
        cookies(secrets).read(&request(&[header]), "a")
    }

    fn is_read(secrets: &[&str], value: &str) -> bool {
        read(secrets, format!("basket-a={value}").as_bytes()).is_some()
    }

    #[test]
    fn what_was_set_is_read_whatever_other_cookies_there_are() {
        let (own, other) = (value(&[NEW], b"apple"), value(&[NEW], b"pear"));
        for header in [
            format!("basket-a={own}").into_bytes(),
            [&b"promo=\xff\xfe; basket-a="[..], own.as_bytes(), b"; a=\"b"].concat(),
            format!("basket-b={other}; basket-a={own}; basket={other}").into_bytes(),
            format!("basket-a=forged; basket-a=; basket-a=\"{own}\"").into_bytes(),
            format!("{}basket-a={own}", "basket-a=forged; ".repeat(1_000)).into_bytes(),
        ] {
            let found = read(&[NEW], &header);
            assert_eq!(found.as_deref(), Some(&b"apple"[..]), "{}", String::from_utf8_lossy(&header));
        }
        for header in [format!("baskets-a={own}"), format!("basket-aa={own}"), format!("basket={own}")] {
            assert_eq!(read(&[NEW], header.as_bytes()), None, "{header}");
        }
        assert_eq!(read(&[NEW], b""), None);
    }

    #[test]
    fn all_are_read_together_and_those_that_do_not_open_are_passed_over() {
        let (apple, pear) = (value(&[NEW], b"apple"), value(&[OLD], b"pear"));
        let headers = [
            format!("basket-a={apple}; basket-b=forged; baskets-c={apple}; basket={apple}"),
            format!("sessionId=x; basket-d={pear}"),
        ];
        let request = request(&[headers[0].as_bytes(), headers[1].as_bytes()]);
        assert_eq!(cookies(&[NEW, OLD]).read_all(&request), [&b"apple"[..], b"pear"]);
        assert_eq!(cookies(&[NEW]).read_all(&request), [b"apple"]);
        assert!(cookies(&[NEW]).read_all(&HeaderMap::new()).is_empty());
    }

    #[test]
    fn a_rotation_loses_nothing_and_a_foreign_secret_opens_nothing() {
        let before = value(&[OLD], b"apple");
        assert!(is_read(&[NEW, OLD], &before));
        assert!(!is_read(&[NEW], &before));
        assert!(is_read(&[NEW], &value(&[NEW, OLD], b"apple")), "sealed with the newest");
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let sealed = cookies(&[NEW]).sealer.seal_value(b"apple");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_read(&[NEW], &URL_SAFE_NO_PAD.encode(changed)), "bit {bit}");
        }
    }

    #[test]
    fn what_was_sealed_for_anything_else_is_refused() {
        let keys = keys(&[NEW]);
        let another = Sealer::for_purpose("another", &keys).seal_value(b"apple");
        let session = Sealer::from(&keys).seal(&RowKey([7; 32]), b"apple");
        for sealed in [another, session, b"apple".to_vec(), Vec::new()] {
            assert!(!is_read(&[NEW], &URL_SAFE_NO_PAD.encode(sealed)));
        }
        let ours = URL_SAFE_NO_PAD.decode(value(&[NEW], b"apple")).unwrap();
        assert!(Sealer::from(&keys).open(&RowKey([7; 32]), &ours).is_err(), "nor is it a session");
    }

    #[test]
    fn attributes_follow_secure_alone() {
        let headers = |secure| {
            let cookies = SealedCookies::new("basket", secure, &keys(&[NEW]));
            let set = cookies.set("a", b"apple", Duration::minutes(10)).unwrap();
            [set, cookies.remove("a")]
                .map(|header| Cookie::parse(header.to_str().unwrap().to_owned()).unwrap())
        };
        for (secure, name) in [(true, "__Host-basket-a"), (false, "basket-a")] {
            let [set, removed] = headers(secure);
            assert_eq!(set.max_age(), Some(Duration::minutes(10)));
            assert_eq!((removed.value(), removed.max_age()), ("", Some(Duration::ZERO)));
            for cookie in [set, removed] {
                assert_eq!(cookie.name(), name);
                assert_eq!((cookie.http_only(), cookie.path()), (Some(true), Some("/")));
                assert_eq!((cookie.same_site(), cookie.domain()), (Some(SameSite::Lax), None));
                assert_eq!(cookie.secure().unwrap_or(false), secure);
            }
        }
    }

    #[test]
    fn what_is_too_long_is_neither_set_nor_read() {
        let set = |bytes| cookies(&[NEW]).set("a", &vec![b'x'; bytes], Duration::MINUTE);
        assert!(set(1000).is_some_and(|header| header.len() < 1500));
        assert!(set(1010).is_none());
        assert!(!is_read(&[NEW], &value(&[NEW], &[b'x'; 1010])));
    }

    #[test]
    fn debug_tells_nothing() {
        assert!(format!("{:?}", cookies(&[NEW])).contains("Sealer(1 keys redacted)"));
    }

    proptest! {
        #[test]
        fn no_bytes_open(bytes in vec(any::<u8>(), 0..200)) {
            let cookies = cookies(&[NEW]);
            prop_assert_eq!(cookies.open(&bytes), None);
            prop_assert_eq!(cookies.open(URL_SAFE_NO_PAD.encode(&bytes).as_bytes()), None);
        }
    }
}
