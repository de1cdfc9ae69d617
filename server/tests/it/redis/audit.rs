//! Checks whether indexes and sessions agree, by reading the keys directly.

use std::collections::{BTreeMap, BTreeSet};

use sessions::store::redis::PREFIX;

use crate::redis::support::Redis;

/// The content of a database.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Audit {
    pub(crate) sessions: usize,
    pub(crate) tombstones: usize,
    /// Entries of all indexes.
    pub(crate) entries: usize,
    /// Where entries and sessions disagree, in either direction; keys that belong to nothing.
    pub(crate) findings: Vec<String>,
}

/// Indexes by name, with their members.
type Indexes = BTreeMap<String, BTreeSet<String>>;

/// Compares every index with what it should be according to the hashes.
pub(crate) async fn audit(redis: &Redis) -> Audit {
    let mut audit = Audit::default();
    let (mut found, mut expected) = (Indexes::new(), Indexes::new());
    for name in redis.run::<Vec<String>>(&["KEYS", "*"]).await {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            audit.findings.push(format!("{name} is not under the prefix"));
            continue;
        };
        if redis.run::<i64>(&["PTTL", &name]).await < 0 {
            audit.findings.push(format!("{name} never expires"));
        }
        if rest.len() == 64 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            expect(&mut expected, &mut audit, rest, &redis.run(&["HGETALL", &name]).await);
        } else {
            found.insert(rest.to_owned(), members(redis, &name).await);
        }
    }
    audit.entries = found.values().map(BTreeSet::len).sum();
    for index in found.keys().chain(expected.keys()).collect::<BTreeSet<_>>() {
        let (none, empty) = (BTreeSet::new(), BTreeSet::new());
        let (found, expected) = (found.get(index).unwrap_or(&none), expected.get(index).unwrap_or(&empty));
        for lost in expected.difference(found) {
            audit.findings.push(format!("{index} has lost {lost}"));
        }
        for stray in found.difference(expected) {
            audit.findings.push(format!("{index} leads to nothing by {stray}"));
        }
    }
    audit
}

/// Adds the entries a session must have.
fn expect(expected: &mut Indexes, audit: &mut Audit, hex: &str, hash: &BTreeMap<String, Vec<u8>>) {
    let text = |field: &str| hash.get(field).map(|value| String::from_utf8_lossy(value).into_owned());
    let number = |field: &str| text(field).unwrap().parse::<i64>().unwrap();
    let mut enter = |index: String, entry: String| expected.entry(index).or_default().insert(entry);
    enter("expiry".into(), format!("{} {hex}", number("expires_at")));
    if !hash.contains_key("revision") {
        audit.tombstones += 1;
        if hash.len() > 1 {
            audit.findings.push(format!("a tombstone keeps {:?}", hash.keys()));
        }
        return;
    }
    audit.sessions += 1;
    let live = format!("{} {hex}", number("expires_at").min(number("live_until")));
    let Some(owner) = text("owner") else {
        enter("anonymous".into(), live);
        return;
    };
    enter("signed-in".into(), live.clone());
    enter(format!("owner-live:{owner}"), live);
    enter(format!("owner-activity:{owner}"), format!("{} {hex}", -number("last_activity")));
    enter(format!("owner-handles:{owner}"), format!("{} {hex}", text("handle").unwrap()));
}

/// The entries of an index, each as `score member` or `field value`.
async fn members(redis: &Redis, name: &str) -> BTreeSet<String> {
    let kind: String = redis.run(&["TYPE", name]).await;
    let pairs: Vec<(String, String)> = match kind.as_str() {
        "hash" => redis.run(&["HGETALL", name]).await,
        "zset" => {
            let scored: Vec<(String, f64)> = redis.run(&["ZRANGE", name, "0", "-1", "WITHSCORES"]).await;
            scored.into_iter().map(|(member, score)| (format!("{score:.0}"), member)).collect()
        }
        other => return [format!("{name} is a {other}")].into(),
    };
    pairs.into_iter().map(|(first, second)| format!("{first} {second}")).collect()
}
