use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use time::macros::datetime;

use tower_sessions::session::Id;

use self::holds::holds;
use super::*;
use crate::SessionError;
use crate::row::key_of;
use crate::samples::golden_keys;
use crate::seal::Sealer;

#[path = "golden/holds.rs"]
mod holds;
mod log;

const NAMES: Section<Vec<String>> = Section::new("names");

/// Written by the first version.
const SIGNED_IN: &str = include_str!("golden/signed_in.json");
const TIMED_OUT: &str = include_str!("golden/timed_out.json");

/// By the first that had sessions of a few minutes.
const BRIEF: &str = include_str!("golden/brief.json");

// slim: trainer
/// By the first that had workouts, what waits for a login, outcomes of exchanges, and every preference.
const TRAINING: &str = include_str!("golden/training.json");
// slim: end

/// [`SIGNED_IN`], as in a row of the store. Sealed with another implementation of RFC 5869 and
/// XChaCha20-Poly1305.
const SEALED: &str = include_str!("golden/signed_in.sealed.hex");

fn read(text: &str) -> SessionData {
    SessionData::read(text.as_bytes()).unwrap()
}

fn written(data: &SessionData) -> Value {
    serde_json::from_slice(&data.write().unwrap()).unwrap()
}

/// [`SIGNED_IN`] with one change.
fn changed(change: impl FnOnce(&mut Value)) -> SessionData {
    let mut stored: Value = serde_json::from_str(SIGNED_IN).unwrap();
    change(&mut stored);
    read(&stored.to_string())
}

#[test]
fn records_of_earlier_versions_are_read_and_lose_nothing() {
    let data = read(SIGNED_IN);
    let login = data.login.as_ref().unwrap();
    assert_eq!(login.user_id.as_str(), "0123456789abcdef0123456789abcdef");
    assert_eq!(login.login_time, datetime!(2026-03-01 09:00 UTC));
    assert_eq!(login.fresh_at, datetime!(2026-03-01 09:05:00.25 UTC));
    assert_eq!(login.ip_address.as_deref(), Some("192.0.2.1"));
    assert!(login.user_agent.as_deref().unwrap().contains("Firefox"));
    assert_eq!(login.provider, "password");
    let preferences = data.preferences.as_ref().unwrap();
    assert_eq!(preferences.site.theme.word(), "dark");
    assert_eq!(preferences.updated_at, Some(datetime!(2026-03-01 09:00:00.123 UTC)));
    assert_eq!(data.tower_sessions["flash"], json!(["saved"]));
    assert_eq!(data.sections.get(Section::<Option<String>>::new("link_intent")).as_deref(), Some("acme"));

    let data = read(TIMED_OUT);
    assert_eq!((data.login.as_ref(), data.end_reason), (None, Some(EndReason::Expired)));
    assert_eq!(data.preferences.as_ref().unwrap(), &Preferences::default());

    let data = read(BRIEF);
    assert_eq!(data.ends_at, Some(datetime!(2026-03-01 09:10 UTC)));
    assert!(!data.is_empty());

    // slim: trainer
    let data = read(TRAINING);
    let preferences = data.preferences.as_ref().unwrap();
    assert_eq!(preferences.details.time_zone.as_ref().unwrap().as_str(), "America/Denver");
    assert_eq!(preferences.details.body_weight.unwrap().to_string(), "81.5 kg");
    let sections = ["workouts", "waiting_operations", "oauth_exchanges"];
    let stored = |name| data.sections.get(Section::<Value>::new(name));
    assert!(sections.into_iter().all(|name| !stored(name).is_null()), "others read them");
    // slim: end

    // A line for each: a mark is for its whole line.
    #[rustfmt::skip]
    let all = [
        SIGNED_IN,
        TIMED_OUT,
        BRIEF,
        TRAINING, // slim: trainer
    ];
    for stored in all {
        let written = written(&read(stored));
        assert!(
            holds(&written, &serde_json::from_str(stored).unwrap()),
            "{written}\nhas lost some of\n{stored}"
        );
    }
}

#[test]
fn content_may_have_more_than_the_record_and_nothing_less() {
    let record = json!({ "login": { "provider": "password" }, "flash": [{ "word": "saved" }, null] });
    let mut content = record.clone();
    assert!(holds(&content, &record));
    content["login"]["device"] = json!("phone");
    content["flash"][0]["at"] = json!(7);
    content["added"] = json!([]);
    assert!(holds(&content, &record));
    for (path, value) in [
        ("/login/provider", json!("passkey")),
        ("/login", json!(null)),
        ("/flash", json!([])),
        ("/flash/0", json!({})),
        ("/flash/1", json!("null")),
        ("", json!({ "login": { "provider": "password" } })),
    ] {
        let mut less = content.clone();
        *less.pointer_mut(path).unwrap() = value;
        assert!(!holds(&less, &record), "{path}");
    }
}

#[test]
fn a_list_finds_the_login_that_the_session_has() {
    let mut damaged: Value = serde_json::from_str(SIGNED_IN).unwrap();
    damaged["preferences"] = json!("of tomorrow");
    damaged["login"]["ip_address"] = json!(7);
    for record in [SIGNED_IN, TIMED_OUT, BRIEF, r#"{"login":null}"#, &damaged.to_string()] {
        assert_eq!(SessionData::read_login(record.as_bytes()), read(record).login, "{record}");
    }
    for refused in ["", "[]", r#"{"login":{}}"#, r#"{"login":{"user_id":"ann"}}"#] {
        assert!(SessionData::read(refused.as_bytes()).is_err(), "{refused}");
        assert_eq!(SessionData::read_login(refused.as_bytes()), None, "{refused}");
    }
}

#[test]
fn a_sealed_record_of_an_earlier_version_opens() {
    let sealed = hex::decode(SEALED.replace('\n', "")).unwrap();
    let opened = Sealer::from(&golden_keys()).open(&key_of(Id(7)), &sealed).unwrap();
    assert_eq!(SessionData::read(&opened.plaintext).unwrap(), read(SIGNED_IN));
}

#[test]
fn what_a_newer_version_has_added_is_no_obstacle() {
    let data = changed(|stored| {
        stored["login"]["device"] = json!({ "name": "phone" });
        stored["tutorial"] = json!({ "step": 3 });
    });
    assert_eq!(data.login, read(SIGNED_IN).login);
    assert_eq!(data.preferences, read(SIGNED_IN).preferences);
    assert_eq!(written(&data)["tutorial"], json!({ "step": 3 }), "kept for the version that knows it");
}

#[test]
fn what_an_older_version_lacks_has_a_default() {
    let login = changed(|stored| {
        let login = stored["login"].as_object_mut().unwrap();
        login.retain(|name, _| ["user_id", "login_time"].contains(&name.as_str()));
    })
    .login
    .unwrap();
    assert_eq!(login.fresh_at, login.login_time, "not fresher than it can have been");
    assert_eq!((login.ip_address, login.user_agent), (None, None));
    assert_eq!(login.provider, "unknown");
    assert!(read("{}").is_empty());
}

#[test]
fn a_section_that_cannot_be_read_is_dropped_alone() {
    let others = [
        "oauth_attempts",
        "link_intent",
        "workouts",           // slim: trainer
        "waiting_operations", // slim: trainer
        "oauth_exchanges",
    ];
    for name in ["preferences", "end_reason", "ends_at", "tower_sessions"].into_iter().chain(others) {
        let data = changed(|stored| stored[name] = json!({ "of": ["tomorrow"] }));
        assert_eq!(data.login, read(SIGNED_IN).login, "{name}: the person stays signed in");
        assert_eq!(data.preferences.is_none(), name == "preferences", "{name}");
        assert_eq!(data.has_unreadable_preferences(), name == "preferences", "{name}");
        assert_eq!(
            written(&data)[name],
            json!({ "of": ["tomorrow"] }),
            "{name}: another version can read it"
        );
    }
    for name in ["fresh_at", "ip_address", "user_agent", "provider"] {
        let login = changed(|stored| stored["login"][name] = json!(7)).login.unwrap();
        assert_eq!(login.user_id, read(SIGNED_IN).login.unwrap().user_id, "{name}");
    }
    let data = read(r#"{"names":7}"#);
    assert_eq!(data.sections.get(NAMES), Vec::<String>::new());
}

#[test]
fn a_section_that_cannot_be_read_outlives_setting_the_default() {
    let mut data = changed(|stored| stored["names"] = json!({ "of": "tomorrow" }));
    let names = data.sections.get(NAMES);
    data.sections.set(NAMES, &names);
    assert_eq!(written(&data)["names"], json!({ "of": "tomorrow" }));
    data.sections.set(NAMES, &vec!["a".to_owned()]);
    assert_eq!(written(&data)["names"], json!(["a"]), "a new value takes its place");
}

#[test]
fn a_new_value_takes_the_place_of_one_that_cannot_be_read() {
    let mut data = changed(|stored| stored["preferences"] = json!("of tomorrow"));
    data.preferences = Some(Preferences::default());
    assert!(!data.has_unreadable_preferences());
    assert_eq!(read(&written(&data).to_string()).preferences, Some(Preferences::default()));
}

#[test]
fn a_login_without_its_account_or_its_time_is_refused() {
    for login in [json!(7), json!({}), json!({ "user_id": "0123456789abcdef0123456789abcdef" })] {
        let stored = json!({ "login": login }).to_string();
        assert!(matches!(SessionData::read(stored.as_bytes()), Err(SessionError::Data(_))), "{stored}");
    }
    for stored in ["", "[]", "7", "{"] {
        assert!(matches!(SessionData::read(stored.as_bytes()), Err(SessionError::Data(_))), "{stored}");
    }
}

#[test]
fn a_default_value_takes_no_room() {
    let mut data = SessionData::default();
    assert_eq!(data.write().unwrap(), b"{}");
    data.sections.set(NAMES, &vec!["a".to_owned()]);
    assert_eq!(data.write().unwrap(), br#"{"names":["a"]}"#);
    data.sections.set(NAMES, &Vec::new());
    assert!(data.is_empty());
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = SessionData::read(&bytes);
        let _ = SessionData::read_login(&bytes);
    }

    /// A record near a valid one: what can be read of it can be written, and is then read as the same.
    #[test]
    fn what_is_read_of_a_damaged_record_is_kept(
        at: prop::sample::Index,
        removed in 0..20_usize,
        added in "[ -~]{0,8}",
    ) {
        let mut record = SIGNED_IN.trim_end().as_bytes().to_vec();
        let at = at.index(record.len());
        let end = (at + removed).min(record.len());
        record.splice(at..end, added.bytes());
        if let Ok(data) = SessionData::read(&record) {
            prop_assert_eq!(SessionData::read(&data.write().unwrap()).unwrap(), data);
        }
    }

    #[test]
    fn whatever_one_section_holds_the_login_is_read(name in "[a-z_]{1,12}", text in ".{0,20}", number: i64) {
        prop_assume!(name != "login");
        let object = json!({ "theme": text, "site": number });
        for value in [json!(null), json!(text), json!(number), json!([text]), object] {
            let data = changed(|record| record[&name] = value);
            prop_assert_eq!(data.login, read(SIGNED_IN).login);
        }
    }
}
