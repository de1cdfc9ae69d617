//! Records as earlier versions wrote them, in a row of every store: they are found, opened, and keep what they
//! hold when the session changes.

use domain::account::UserId;
use http::StatusCode;
use serde_json::{Value, json};
use session_rows::{NewRow, RowKey};
use sha2::{Digest as _, Sha256};
use store_contract::Rows;
use store_contract::support::{at, create};

use self::holds::holds;
use super::{Browser, Instance, NEW, NOW, sealer};

#[path = "../../../../sessions/src/data/golden/holds.rs"]
mod holds;

const SIGNED_IN: &str = include_str!("../../../../sessions/src/data/golden/signed_in.json");
const TIMED_OUT: &str = include_str!("../../../../sessions/src/data/golden/timed_out.json");
const BRIEF: &str = include_str!("../../../../sessions/src/data/golden/brief.json");
const TRAINING: &str = include_str!("../../../../sessions/src/data/golden/training.json"); // slim: trainer

/// The first of them, sealed by another implementation for the session with the id 7, and its cookie.
const SEALED: &str = include_str!("../../../../sessions/src/data/golden/signed_in.sealed.hex");
const COOKIE: &str = "v1.AAAAAAAAAAAAAAAAAAAABw.1772355600000.s.tFb2hw7sQQ1CTsUcapI-iKvLBQCqleD9FKI-_wqj7K4";
const SECRET: &str = "the secret of the golden record, 32+ bytes";

pub(super) async fn records_of_earlier_versions_are_read_and_survive_a_change(rows: Rows) {
    let key = RowKey(Sha256::digest(7_i128.to_be_bytes()).into());
    let sealer = sealer(SECRET);
    let sealed = |record: &str| sealer.seal(&key, record.as_bytes());
    let by_another = hex::decode(SEALED.replace('\n', "")).unwrap();
    for (record, data) in [
        (SIGNED_IN, by_another),
        (SIGNED_IN, sealed(SIGNED_IN)),
        (TIMED_OUT, sealed(TIMED_OUT)),
        (BRIEF, sealed(BRIEF)),
        (TRAINING, sealed(TRAINING)), // slim: trainer
    ] {
        create(&rows, &row(key, owner(record), data)).await;
        survives_a_change(&rows, record).await;
        assert!(rows.delete(&key).await.unwrap(), "under the same key");
    }
}

async fn survives_a_change(rows: &Rows, record: &str) {
    let instance = Instance::new(rows, &[SECRET]);
    let name = &instance.sessions.settings().cookie.name;
    let mut browser =
        Browser { user: UserId::from_random([7; 16]), cookie: Some(format!("{name}={COOKIE}")) };
    assert_holds(&mut browser, &instance, &seen(record, 0)).await;
    assert_eq!(browser.send(&instance, "POST", "/change").await.0, StatusCode::OK);
    assert_holds(&mut browser, &instance, &seen(record, 1)).await;
    // A change of secrets seals it anew.
    let rotated = Instance::new(rows, &[NEW, SECRET]);
    assert_holds(&mut browser, &rotated, &seen(record, 1)).await;
    assert_holds(&mut browser, &Instance::new(rows, &[NEW]), &seen(record, 1)).await;
}

/// Written by the store itself. The times are those of today: old sessions have ended.
fn row(key: RowKey, owner: Option<String>, data: Vec<u8>) -> NewRow {
    NewRow {
        key,
        handle: "handle".to_owned(),
        owner,
        data,
        created_at: NOW,
        last_activity: NOW,
        expires_at: at(1000),
        live_until: at(500),
    }
}

fn parsed(record: &str) -> Value {
    serde_json::from_str(record).unwrap()
}

fn owner(record: &str) -> Option<String> {
    parsed(record)["login"]["user_id"].as_str().map(str::to_owned)
}

/// The content may have members that were added later.
async fn assert_holds(browser: &mut Browser, at: &Instance, seen: &Value) {
    let content = content(browser, at).await;
    assert!(holds(&content, seen), "{content}\nhas lost some of\n{seen}");
}

async fn content(browser: &mut Browser, at: &Instance) -> Value {
    let (status, body) = browser.send(at, "GET", "/content").await;
    assert_eq!(status, StatusCode::OK);
    parsed(&body)
}

/// What a handler must see of a record, and of the number that has been saved in it.
fn seen(record: &str, number: u16) -> Value {
    let record = parsed(record);
    json!({
        "login": record["login"],
        "preferences": record["preferences"],
        "has_end_reason": record["end_reason"].is_string(),
        "flash": record["tower_sessions"]["flash"],
        "oauth_attempts": record["oauth_attempts"],
        "link_intent": record["link_intent"],
        "workouts": record["workouts"], // slim: trainer
        "waiting_operations": record["waiting_operations"], // slim: trainer
        "oauth_exchanges": record["oauth_exchanges"],
        "number": number,
    })
}
