//! A login in progress at a provider, kept in the session of the browser that started it, or in a sealed
//! cookie of that browser, until the browser returns.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};

use domain::millis::{from_millis, to_millis};

/// How long a person may take at the provider.
pub const LIFETIME: Duration = Duration::minutes(10);

/// How many attempts are kept for one browser: several tabs may be in progress at once, but a page that keeps
/// starting attempts must not fill a session, or the header with the cookies.
pub const MOST: usize = 5;

/// What the person wants from the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// To log in.
    LogIn,
    /// To link the provider to the account they are signed in to.
    Link,
    /// To confirm their identity again, before a sensitive change.
    FreshLogIn,
}

/// One attempt. [`super::flow::finish`] consumes it: nothing in it can be used twice.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthAttempt {
    /// Ties the response to this browser (RFC 6749 §10.12).
    pub state: String,
    /// The provider's path name.
    pub provider: String,
    /// The issuer, if the provider has one: the response must come from the same (RFC 9700 §4.4).
    pub issuer: Option<String>,
    /// The token endpoint the code belongs to.
    pub token_url: String,
    /// Proves at the token endpoint that the code is ours (RFC 7636).
    pub pkce_verifier: String,
    /// Ties an ID token to this attempt; OpenID providers only.
    pub nonce: Option<String>,
    /// The local path to go to afterwards.
    pub return_to: String,
    pub intent: Intent,
    /// In milliseconds since 1970.
    pub(crate) created_at_ms: i64,
}

impl OAuthAttempt {
    /// Whether it is too old (or from the future, which only happens if a clock was set back).
    #[must_use]
    pub fn expired(&self, now: OffsetDateTime) -> bool {
        let age = now - self.began_at();
        age >= LIFETIME || age < -LIFETIME
    }

    #[must_use]
    pub fn began_at(&self) -> OffsetDateTime {
        from_millis(self.created_at_ms)
    }

    /// Whether a callback of this provider with this state answers it.
    #[must_use]
    pub fn is_answered_by(&self, provider: &str, state: &str) -> bool {
        self.provider == provider && bool::from(self.state.as_bytes().ct_eq(state.as_bytes()))
    }
}

impl fmt::Debug for OAuthAttempt {
    /// State, verifier and nonce are secret while the attempt is open.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthAttempt")
            .field("provider", &self.provider)
            .field("intent", &self.intent)
            .finish_non_exhaustive()
    }
}

/// The attempts of one session, oldest first.
///
/// During a deployment another version may have begun one: what cannot be read here does not spoil the others, and is
/// kept for that version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Value>", into = "Vec<Value>")]
pub struct Attempts {
    open: Vec<OAuthAttempt>,
    of_others: Vec<Value>,
}

impl From<Vec<Value>> for Attempts {
    fn from(stored: Vec<Value>) -> Self {
        let mut attempts = Self::default();
        for stored in stored {
            match OAuthAttempt::deserialize(&stored) {
                Ok(attempt) => attempts.open.push(attempt),
                Err(_) => {
                    // serde's explanation would quote what it found.
                    tracing::warn!(
                        event = "session_section_unreadable",
                        section = "an entry of a list",
                        expected = "OAuthAttempt",
                        "a section of a session cannot be read"
                    );
                    attempts.of_others.push(stored);
                }
            }
        }
        attempts
    }
}

impl From<Attempts> for Vec<Value> {
    fn from(attempts: Attempts) -> Self {
        let open = attempts.open.iter().filter_map(|attempt| serde_json::to_value(attempt).ok());
        attempts.of_others.iter().cloned().chain(open).collect()
    }
}

impl Attempts {
    /// Adds an attempt; drops expired ones and, if there are more than [`MOST`], those of other versions and the oldest.
    pub fn add(&mut self, attempt: OAuthAttempt, now: OffsetDateTime) {
        self.open.retain(|attempt| !attempt.expired(now));
        self.open.push(attempt);
        let surplus = (self.open.len() + self.of_others.len()).saturating_sub(MOST);
        let of_others = surplus.min(self.of_others.len());
        self.of_others.drain(..of_others);
        self.open.drain(..surplus - of_others);
    }

    /// Removes and returns the attempt with this provider and state, so that it can be used only once. Drops
    /// expired ones.
    pub fn take(&mut self, provider: &str, state: &str, now: OffsetDateTime) -> Option<OAuthAttempt> {
        self.open.retain(|attempt| !attempt.expired(now));
        let found = self.open.iter().position(|attempt| attempt.is_answered_by(provider, state))?;
        Some(self.open.remove(found))
    }

    /// Whether none is open here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.open.len()
    }
}

/// An attempt that starts now.
pub(super) fn begin(
    provider: &str,
    issuer: Option<String>,
    token_url: String,
    return_to: String,
    intent: Intent,
    now: OffsetDateTime,
) -> OAuthAttempt {
    OAuthAttempt {
        state: super::random_text(),
        provider: provider.to_owned(),
        nonce: issuer.is_some().then(super::random_text),
        issuer,
        token_url,
        pkce_verifier: super::random_text(),
        return_to,
        intent,
        created_at_ms: to_millis(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = time::macros::datetime!(2026-01-05 12:00 UTC);

    fn attempt(provider: &str, now: OffsetDateTime) -> OAuthAttempt {
        begin(provider, None, "https://as.example/token".to_owned(), "/".to_owned(), Intent::LogIn, now)
    }

    #[test]
    fn an_attempt_can_be_taken_once() {
        let mut attempts = Attempts::default();
        let one = attempt("acme", START);
        attempts.add(one.clone(), START);
        assert_eq!(attempts.take("acme", &one.state, START), Some(one.clone()));
        assert_eq!(attempts.take("acme", &one.state, START), None);
        assert!(attempts.is_empty());
    }

    #[test]
    fn attempts_of_earlier_versions_are_read_and_one_that_cannot_be_is_kept_alone() {
        let first_version = r#"{"state":"s","provider":"acme","issuer":null,"token_url":"https://as.example/token",
            "pkce_verifier":"v","nonce":null,"return_to":"/history","intent":"log_in","created_at_ms":1767614400000}"#;
        let newer = first_version.replace("\"log_in\"", "\"prove_age\"").replace("\"s\"", "\"t\"");
        let added = first_version.replace("\"state\":\"s\"", "\"prompt\":\"none\",\"state\":\"u\"");
        let mut attempts: Attempts =
            serde_json::from_str(&format!("[{newer},{first_version},7,{added}]")).unwrap();
        assert_eq!(attempts.len(), 2);
        let attempt = attempts.take("acme", "s", START).unwrap();
        assert_eq!((attempt.return_to.as_str(), attempt.intent), ("/history", Intent::LogIn));
        assert!(attempts.take("acme", "u", START).is_some(), "whatever it says besides");
        let unread = |attempts: &Attempts| {
            let stored = Vec::<Value>::from(attempts.clone());
            (stored.iter().any(|one| one["intent"] == "prove_age"), stored.contains(&Value::from(7)))
        };
        attempts.add(attempt.clone(), START);
        assert_eq!(unread(&attempts), (true, true), "another version can read them");
        for _ in 1..MOST {
            attempts.add(attempt.clone(), START);
        }
        assert_eq!(
            (unread(&attempts), attempts.len()),
            ((false, false), MOST),
            "but takes no place from others"
        );
    }

    #[test]
    fn two_tabs_do_not_disturb_each_other() {
        let mut attempts = Attempts::default();
        let (one, two) = (attempt("acme", START), attempt("acme", START));
        attempts.add(one.clone(), START);
        attempts.add(two.clone(), START);
        assert!(attempts.take("acme", &two.state, START).is_some());
        assert!(attempts.take("acme", &one.state, START).is_some());
    }

    #[test]
    fn an_attempt_belongs_to_its_provider_and_its_whole_state() {
        let mut attempts = Attempts::default();
        let one = attempt("acme", START);
        attempts.add(one.clone(), START);
        assert_eq!(attempts.take("google", &one.state, START), None);
        assert_eq!(attempts.take("acme", "", START), None);
        assert_eq!(attempts.take("acme", &one.state[..42], START), None);
        assert!(attempts.take("acme", &one.state, START).is_some());
    }

    #[test]
    fn an_attempt_ends_after_ten_minutes() {
        let mut attempts = Attempts::default();
        let one = attempt("acme", START);
        attempts.add(one.clone(), START);
        let just = START + LIFETIME - Duration::milliseconds(1);
        assert!(attempts.clone().take("acme", &one.state, just).is_some());
        assert!(attempts.take("acme", &one.state, START + LIFETIME).is_none());
        assert!(attempts.is_empty());
    }

    #[test]
    fn the_newest_five_are_kept() {
        let mut attempts = Attempts::default();
        let all: Vec<_> = (0..7).map(|_| attempt("acme", START)).collect();
        for one in &all {
            attempts.add(one.clone(), START);
        }
        assert_eq!(attempts.len(), MOST);
        assert!(attempts.take("acme", &all[1].state, START).is_none());
        assert!(attempts.take("acme", &all[2].state, START).is_some());
    }

    #[test]
    fn adding_drops_what_expired() {
        let mut attempts = Attempts::default();
        attempts.add(attempt("acme", START), START);
        attempts.add(attempt("acme", START + LIFETIME), START + LIFETIME);
        assert_eq!(attempts.len(), 1);
    }

    #[test]
    fn nothing_secret_is_printed() {
        let one = attempt("acme", START);
        let printed = format!("{one:?}");
        assert!(!printed.contains(&one.state) && !printed.contains(&one.pkce_verifier), "{printed}");
    }
}
