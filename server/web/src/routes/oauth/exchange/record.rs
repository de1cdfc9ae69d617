//! What a session remembers about exchanges: that one has begun, and where it led to.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::form::FormFields;
use domain::millis::{from_millis, to_millis};
use serde::{Deserialize, Serialize};
use sessions::{Entries, Section};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

use crate::attempt_cookie::REPEATABLE;

/// Exchanges of the last moments.
pub(super) const EXCHANGES: Section<Exchanges> = Section::new("oauth_exchanges");

/// Longer than any exchange takes: a few requests to the provider, each with a time limit. One that has been
/// running for longer was lost with its instance.
pub(super) const LONGEST: Duration = Duration::seconds(30);

/// How long the outcome is told to a repeated callback. A replaced id is remembered for as long.
pub(super) const REMEMBERED: Duration = Duration::seconds(60);

// The cookie of an attempt is kept for long enough.
const _: () = assert!(LONGEST.whole_seconds() + REMEMBERED.whole_seconds() <= REPEATABLE.whole_seconds());

/// As many as a session has attempts.
const MOST: usize = oauth::attempt::MOST;

/// Identifies a callback by everything in it that counts. Two requests with the same proof are the same
/// callback; nobody but the browser that was sent here by the provider knows it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Proof([u8; 32]);

impl Proof {
    pub(super) fn of(provider: &str, query: &FormFields) -> Self {
        let mut hash = Sha256::new();
        let values = ["state", "code", "error", "iss"].map(|name| query.value(name));
        for value in [provider].into_iter().chain(values) {
            // The length first, so that no two lists of values are hashed alike.
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value);
        }
        Self(hash.finalize().into())
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(…)")
    }
}

/// The state of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Exchange {
    Running,
    /// It led to this local path.
    Ended(String),
}

/// All of a session, oldest first; those of other versions of this program are kept for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Exchanges(Entries<Entry>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    proof: String,
    /// When it began or ended, in milliseconds since 1970.
    at_ms: i64,
    /// Once it has ended.
    location: Option<String>,
}

impl Entry {
    fn is_over(&self, now: OffsetDateTime) -> bool {
        let known_for = if self.location.is_some() { REMEMBERED } else { LONGEST };
        now - from_millis(self.at_ms) >= known_for
    }
}

impl Exchanges {
    pub(super) fn begin(&mut self, proof: &Proof, now: OffsetDateTime) {
        self.put(proof, None, now);
    }

    pub(super) fn end(&mut self, proof: &Proof, location: &str, now: OffsetDateTime) {
        self.put(proof, Some(location.to_owned()), now);
    }

    pub(super) fn forget(&mut self, proof: &Proof) {
        let proof = proof.text();
        self.0.retain(|entry| entry.proof != proof);
    }

    pub(super) fn find(&self, proof: &Proof, now: OffsetDateTime) -> Option<Exchange> {
        let text = proof.text();
        let entry = self.0.iter().find(|entry| entry.proof == text && !entry.is_over(now))?;
        Some(entry.location.clone().map_or(Exchange::Running, Exchange::Ended))
    }

    fn put(&mut self, proof: &Proof, location: Option<String>, now: OffsetDateTime) {
        let proof = proof.text();
        self.0.retain(|entry| entry.proof != proof && !entry.is_over(now));
        self.0.push(Entry { proof, at_ms: to_millis(now), location });
        self.0.keep_last(MOST);
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);

    fn proof(query: &str) -> Proof {
        Proof::of("acme", &FormFields::from_urlencoded(query.as_bytes()).unwrap())
    }

    #[test]
    fn the_same_callback_has_the_same_proof() {
        assert_eq!(proof("code=a&state=b"), proof("state=b&code=a&session_state=x&again=1"));
        for other in
            ["code=a&state=c", "code=c&state=b", "code=a&state=b&iss=c", "error=a&state=b", "state=ba"]
        {
            assert_ne!(proof("code=a&state=b"), proof(other), "{other}");
        }
        let fields = FormFields::from_urlencoded(b"code=a&state=b").unwrap();
        assert_ne!(Proof::of("acme", &fields), Proof::of("google", &fields));
    }

    #[test]
    fn an_outcome_is_known_for_a_minute_after_the_end() {
        let (mut exchanges, one) = (Exchanges::default(), proof("code=a&state=b"));
        exchanges.begin(&one, NOW);
        assert_eq!(exchanges.find(&one, NOW), Some(Exchange::Running));
        assert_eq!(exchanges.find(&proof("code=b&state=b"), NOW), None);
        let end = NOW + Duration::seconds(20);
        exchanges.end(&one, "/history", end);
        let just = end + REMEMBERED - Duration::milliseconds(1);
        assert_eq!(exchanges.find(&one, just), Some(Exchange::Ended("/history".to_owned())));
        assert_eq!(exchanges.find(&one, end + REMEMBERED), None);
    }

    #[test]
    fn an_exchange_that_was_lost_with_its_instance_is_not_waited_for() {
        let (mut exchanges, one) = (Exchanges::default(), proof("code=a&state=b"));
        exchanges.begin(&one, NOW);
        assert_eq!(exchanges.find(&one, NOW + LONGEST), None);
    }

    #[test]
    fn only_the_newest_are_kept() {
        let mut exchanges = Exchanges::default();
        let all: Vec<_> = (0..MOST + 2).map(|number| proof(&format!("code={number}&state=b"))).collect();
        for one in &all {
            exchanges.begin(one, NOW);
        }
        assert_eq!(exchanges.find(&all[1], NOW), None);
        assert!(all[2..].iter().all(|one| exchanges.find(one, NOW).is_some()));
    }

    // By the first version that had them, for `code=a&state=b`.
    // slim: trainer
    const GOLDEN: &str = include_str!("../../../../../sessions/src/data/golden/training.json");
    // slim: instead
    // const GOLDEN: &str = r#"{
    //   "oauth_exchanges": [
    //     { "proof": "JRL3UUOIeOp_luh6lRZaUutxHfwrCGP3RCtM6CxHCtA", "at_ms": 1772355600000, "location": "/history" }
    //   ]
    // }"#;
    // slim: end

    #[test]
    fn exchanges_of_other_versions_are_read_or_kept() {
        let record: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
        let stored = record["oauth_exchanges"].clone();
        let read = |stored: &serde_json::Value| Exchanges::deserialize(stored).unwrap();
        let one = proof("code=a&state=b");
        assert_eq!(read(&stored).find(&one, NOW), Some(Exchange::Ended("/history".to_owned())));
        assert_eq!(serde_json::to_value(read(&stored)).unwrap(), stored);
        let mut newer = stored;
        newer[0]["location"] = serde_json::json!({ "page": "history" });
        let mut exchanges = read(&newer);
        assert_eq!(exchanges.find(&one, NOW), None);
        exchanges.begin(&proof("code=c&state=d"), NOW);
        assert_eq!(serde_json::to_value(&exchanges).unwrap()[0], newer[0]);
    }
}
