//! Logins in progress at a provider, of visitors without a session: in a cookie each. A visitor who only
//! follows the link to a provider costs the store nothing, however many do.
//!
//! The name of each follows from its state, so that logins begun, or finished, at the same moment in several
//! tabs leave each other's alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use oauth::attempt::{LIFETIME, MOST, OAuthAttempt};
use sessions::keys::Keys;
use sessions::sealed_cookie::SealedCookies;
use sha2::{Digest as _, Sha256};
use time::Duration;

/// For how long after its exchange began a callback may be answered again (`routes/oauth/exchange`).
pub(crate) const REPEATABLE: Duration = Duration::seconds(90);

/// Longer than the attempt is open, or an exchange begun in its last moments could not be asked for again.
const KEPT_FOR: Duration = LIFETIME.saturating_add(REPEATABLE);

/// The path that a login leads back to: anybody can link to a login with a long one. It is given up rather than the
/// room for other cookies; a cookie then takes some 700 to 900 bytes, by the length of the provider's addresses.
const LONGEST_WAY_BACK: usize = 150;

/// What the names have in common, without the prefix.
const NAME: &str = "oauthAttempt";

/// Reads and writes these cookies.
#[derive(Debug)]
pub(crate) struct AttemptCookies(SealedCookies);

impl AttemptCookies {
    pub(crate) fn new(secure: bool, keys: &Keys) -> Self {
        Self(SealedCookies::new(NAME, secure, keys))
    }

    /// The attempt that a callback of this provider with this state answers, expired or not.
    pub(crate) fn read(&self, headers: &HeaderMap, provider: &str, state: &str) -> Option<OAuthAttempt> {
        let content = self.0.read(headers, &suffix(state))?;
        parsed(&content).filter(|attempt| attempt.is_answered_by(provider, state))
    }

    /// The `Set-Cookie` headers that keep this attempt and, with it, no more than [`MOST`]: of those in the
    /// request the oldest go. `None` if it is too long for a cookie.
    pub(crate) fn keep(&self, headers: &HeaderMap, attempt: OAuthAttempt) -> Option<Vec<HeaderValue>> {
        let mut cookies = vec![self.set(attempt)?];
        cookies.extend(self.remove_all_but(MOST - 1, headers));
        Some(cookies)
    }

    /// The `Set-Cookie` headers that leave no more than [`MOST`] of those in the request. Starts at the same moment
    /// do not know of each other, and may have left more.
    pub(crate) fn trim(&self, headers: &HeaderMap) -> Vec<HeaderValue> {
        // Nearly always there is none, and none is opened.
        if self.0.count(headers) > MOST { self.remove_all_but(MOST, headers) } else { Vec::new() }
    }

    /// Those that remove the oldest.
    fn remove_all_but(&self, newest: usize, headers: &HeaderMap) -> Vec<HeaderValue> {
        let all = self.all(headers);
        let surplus = all.len().saturating_sub(newest);
        all.iter().take(surplus).map(|attempt| self.remove(attempt)).collect()
    }

    /// The `Set-Cookie` header that removes the cookie of this attempt.
    pub(crate) fn remove(&self, attempt: &OAuthAttempt) -> HeaderValue {
        self.0.remove(&suffix(&attempt.state))
    }

    /// The `Set-Cookie` headers that remove all of the request.
    pub(crate) fn remove_all(&self, headers: &HeaderMap) -> Vec<HeaderValue> {
        self.remove_all_but(0, headers)
    }

    /// Those of the request that open, the oldest first.
    fn all(&self, headers: &HeaderMap) -> Vec<OAuthAttempt> {
        let contents = self.0.read_all(headers);
        let mut all: Vec<_> = contents.iter().filter_map(|content| parsed(content)).collect();
        all.sort_by_cached_key(|attempt| (attempt.began_at(), attempt.state.clone()));
        all.dedup_by(|one, other| one.state == other.state);
        all
    }

    fn set(&self, mut attempt: OAuthAttempt) -> Option<HeaderValue> {
        let set = |attempt: &OAuthAttempt| {
            let content = serde_json::to_vec(attempt).ok()?;
            self.0.set(&suffix(&attempt.state), &content, KEPT_FOR)
        };
        let kept = (attempt.return_to.len() <= LONGEST_WAY_BACK).then(|| set(&attempt)).flatten();
        kept.or_else(|| {
            // Rather the start page than no login.
            attempt.return_to = "/".to_owned();
            set(&attempt)
        })
    }
}

/// 72 bits tell the attempts of one browser apart. The attempt itself says which state it belongs to.
fn suffix(state: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(state)[..9])
}

fn parsed(content: &[u8]) -> Option<OAuthAttempt> {
    let parsed = serde_json::from_slice(content);
    if parsed.is_err() {
        // serde's explanation would quote what it found.
        tracing::debug!("a cookie of another version was passed over");
    }
    parsed.ok()
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;
    use serde_json::json;

    use super::*;

    fn cookies() -> AttemptCookies {
        AttemptCookies::new(true, &Keys::new(&["a secret of more than thirty-two bytes"]).unwrap())
    }

    /// With a path of this length to lead to, and a token endpoint of about that length.
    fn attempt(number: i64, path: usize, token_url: usize) -> OAuthAttempt {
        let attempt = json!({
            "state": format!("state-{number}"),
            "provider": "acme",
            "issuer": null,
            "token_url": format!("https://as.example/{}", "t".repeat(token_url)),
            "pkce_verifier": "v".repeat(43),
            "nonce": null,
            "return_to": format!("/{}", "p".repeat(path)),
            "intent": "log_in",
            "created_at_ms": 1_767_614_400_000_i64 + number,
        });
        serde_json::from_value(attempt).unwrap()
    }

    /// What a browser does with such headers.
    fn follow(jar: &mut Vec<(String, String)>, headers: Vec<HeaderValue>) {
        for header in headers {
            let text = header.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            jar.retain(|(known, _)| known != name);
            if !text.contains("Max-Age=0") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn request(jar: &[(String, String)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in jar {
            headers.append(COOKIE, format!("{name}={value}").parse().unwrap());
        }
        headers
    }

    fn kept(attempt: OAuthAttempt) -> Option<HeaderMap> {
        let mut jar = Vec::new();
        follow(&mut jar, cookies().keep(&HeaderMap::new(), attempt)?);
        Some(request(&jar))
    }

    #[test]
    fn what_fits_comes_back_as_it_was_to_its_own_state_and_provider() {
        for one in [attempt(1, 149, 100), attempt(1, 0, 0)] {
            let headers = kept(one.clone()).unwrap();
            assert_eq!(cookies().read(&headers, "acme", "state-1"), Some(one));
            for (provider, state) in [("other", "state-1"), ("acme", "state-2"), ("acme", "")] {
                assert_eq!(cookies().read(&headers, provider, state), None, "{provider} {state}");
            }
        }
    }

    #[test]
    fn rather_than_a_login_the_way_back_is_given_up() {
        for (path, token_url) in [(150, 0), (511, 100), (149, 700)] {
            let headers = kept(attempt(1, path, token_url)).unwrap();
            let found = cookies().read(&headers, "acme", "state-1").unwrap();
            assert_eq!(found, attempt(1, 0, token_url), "{path} {token_url}");
        }
        assert!(kept(attempt(1, 1, 900)).is_none(), "a provider with such addresses cannot be used");
    }

    #[test]
    fn the_oldest_make_room_for_a_new_one() {
        let mut jar = vec![("__Host-oauthAttempt-other".to_owned(), "of another program".to_owned())];
        // Not in the order in which they began.
        for number in [2, 1, 3, 4, 5] {
            let headers = cookies().keep(&request(&jar), attempt(number, 1, 1)).unwrap();
            follow(&mut jar, headers);
        }
        let found = |jar: &[(String, String)], number: i64| {
            cookies().read(&request(jar), "acme", &format!("state-{number}")).is_some()
        };
        assert!((1..=5).all(|number| found(&jar, number)));
        for number in 6..=8 {
            let headers = cookies().keep(&request(&jar), attempt(number, 1, 1)).unwrap();
            assert_eq!(headers.len(), 2, "one is set and one is removed");
            follow(&mut jar, headers);
            assert!(!found(&jar, number - 5) && found(&jar, number - 4) && found(&jar, number));
        }
        assert_eq!(jar.len(), 6, "what does not open is left alone");
    }

    #[test]
    fn what_starts_at_the_same_moment_have_left_too_many_is_removed_by_the_next_answer() {
        for next_is_a_start in [true, false] {
            let mut jar = vec![("__Host-oauthAttempt-other".to_owned(), "of another program".to_owned())];
            for number in 1..=9 {
                follow(&mut jar, cookies().keep(&HeaderMap::new(), attempt(number, 1, 1)).unwrap());
            }
            let headers = match next_is_a_start {
                true => cookies().keep(&request(&jar), attempt(10, 1, 1)).unwrap(),
                false => cookies().trim(&request(&jar)),
            };
            follow(&mut jar, headers);
            let left = (1..=10).filter(|number| {
                cookies().read(&request(&jar), "acme", &format!("state-{number}")).is_some()
            });
            let newest = if next_is_a_start { 6..=10 } else { 5..=9 };
            assert_eq!(left.collect::<Vec<_>>(), newest.collect::<Vec<_>>());
            assert_eq!(cookies().trim(&request(&jar)), [] as [HeaderValue; 0]);
            assert_eq!(jar.len(), 6, "what does not open is left alone");
        }
    }

    #[test]
    fn all_are_removed_together_each_once() {
        let mut jar = vec![("__Host-oauthAttempt-other".to_owned(), "of another program".to_owned())];
        for number in 1..=3 {
            follow(&mut jar, cookies().keep(&HeaderMap::new(), attempt(number, 1, 1)).unwrap());
        }
        let mut sent = jar.clone();
        sent.push(jar[1].clone());
        let headers = cookies().remove_all(&request(&sent));
        assert_eq!(headers.len(), 3);
        follow(&mut jar, headers);
        assert_eq!(jar.len(), 1, "what does not open is left alone");
    }

    #[test]
    fn a_cookie_under_the_name_of_another_attempt_counts_for_nothing() {
        let mut jar = Vec::new();
        follow(&mut jar, cookies().keep(&HeaderMap::new(), attempt(1, 1, 1)).unwrap());
        let mut other = Vec::new();
        follow(&mut other, cookies().keep(&HeaderMap::new(), attempt(2, 1, 1)).unwrap());
        let renamed = [(other[0].0.clone(), jar[0].1.clone())];
        for state in ["state-1", "state-2"] {
            assert_eq!(cookies().read(&request(&renamed), "acme", state), None);
        }
    }

    /// Of an earlier version, sealed with another implementation of RFC 5869 and XChaCha20-Poly1305.
    const GOLDEN: &str = include_str!("attempt_cookie/golden.txt");

    #[test]
    fn a_cookie_of_an_earlier_version_is_read() {
        let salt = "the salt of the golden records";
        let keys = Keys::with_salt(salt, &["the secret of the golden record, 32+ bytes"]).unwrap();
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, GOLDEN.trim_end().parse().unwrap());
        let state = "c3RhdGUgb2YgdGhlIGZpcnN0IHZlcnNpb24gb2YgaXQ";
        let attempt = AttemptCookies::new(true, &keys).read(&headers, "acme", state).unwrap();
        assert_eq!(attempt.token_url, "https://acme.example/token");
        assert_eq!(attempt.pkce_verifier, "dmVyaWZpZXIgb2YgdGhlIGZpcnN0IHZlcnNpb24gb2Y");
        assert_eq!(
            (attempt.return_to.as_str(), attempt.began_at().unix_timestamp()),
            ("/history", 1_772_355_600)
        );
    }
}
