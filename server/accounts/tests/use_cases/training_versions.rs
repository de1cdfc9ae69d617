//! Workouts and waiting operations in a session that programs of several versions change in turn.

use accounts::training::{WaitingOperation, waiting};
use accounts::{Client, LoggedIn};
use domain::account::UserId;
use domain::workout::document::{Status, Workout, WorkoutId};
use serde_json::{Value, json};
use sessions::Section;

use crate::site::{PASSWORD, Site};
use crate::training::{change, finished, history, log, operation_id, started};

/// As the first version with them stored it.
const GOLDEN: &str = include_str!("../../../sessions/src/data/golden/training.json");

async fn stored(client: &Client, name: &'static str) -> Value {
    client.session.data().await.sections.get(Section::new(name))
}

async fn store(client: &Client, name: &'static str, value: &Value) {
    client.session.change_sections(|sections| sections.set(Section::new(name), value)).await.unwrap();
}

fn golden(name: &str) -> Value {
    serde_json::from_str::<Value>(GOLDEN).unwrap()[name].clone()
}

/// A workout as a newer version writes it.
fn of_tomorrow(id: u8) -> Value {
    json!({ "version": 2, "id": WorkoutId::from_bytes([id; 16]).to_string(), "sets": [7] })
}

/// What the section holds, whatever its place in it.
async fn holds(client: &Client, name: &'static str, value: &Value) -> bool {
    let text = stored(client, name).await.to_string();
    text.contains(&value.to_string())
}

#[tokio::test]
async fn what_earlier_versions_stored_is_read() {
    let site = Site::new().await;
    let visitor = site.client();
    for name in ["workouts", "waiting_operations"] {
        store(&visitor, name, &golden(name)).await;
    }
    let open = site.accounts.open_workout(&visitor, None).await.unwrap().unwrap();
    assert_eq!((open.id(), open.sets().len()), (WorkoutId::from_bytes([8; 16]), 1));
    assert_eq!(history(&site, &visitor, None).await, [WorkoutId::from_bytes([7; 16])]);
    let read = waiting(&visitor.session.data().await);
    assert_eq!(serde_json::to_value(&read).unwrap(), golden("waiting_operations"));
    change(&site, &visitor, None, open.id(), &[log(9, "b1s2")]).await;
    let after = stored(&visitor, "workouts").await;
    assert_eq!(after["finished"], golden("workouts")["finished"]);
    assert_eq!(after["counted_before"], 2);
}

#[tokio::test]
async fn workouts_of_a_newer_version_outlive_every_change() {
    let site = Site::new().await;
    site.ann().await;
    let visitor = site.client();
    let done = finished(&site, &visitor, None).await;
    let mut section = stored(&visitor, "workouts").await;
    let (open, other) = (of_tomorrow(1), of_tomorrow(2));
    section["open"] = open.clone();
    section["finished"].as_array_mut().unwrap().push(other.clone());
    section["favourites"] = json!(["push_up"]);
    store(&visitor, "workouts", &section).await;
    let kept = async |step: &str| {
        assert!(holds(&visitor, "workouts", &open).await, "{step}");
        assert!(holds(&visitor, "workouts", &other).await, "{step}");
        assert!(holds(&visitor, "workouts", &json!(["push_up"])).await, "{step}");
    };
    assert_eq!(history(&site, &visitor, None).await, [done], "they hide no other");
    let unknown = WorkoutId::from_bytes([9; 16]);
    assert!(!site.accounts.delete_workout(&visitor, None, unknown).await.unwrap());
    kept("nothing is changed").await;
    let anew = started(&site, &visitor, None).await.id();
    kept("another is begun").await;
    change(&site, &visitor, None, anew, &[log(1, "b1s1")]).await;
    kept("a set is logged").await;
    assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Done);
    kept("the account has the others").await;
    assert_eq!(history(&site, &visitor, None).await, []);
}

#[tokio::test]
async fn what_was_set_aside_comes_back_to_the_version_that_can_read_it() {
    let site = Site::new().await;
    let visitor = site.client();
    let open = started(&site, &visitor, None).await.id();
    change(&site, &visitor, None, open, &[log(1, "b1s1")]).await;
    let with_version = async |version: u8| {
        let mut section = stored(&visitor, "workouts").await;
        let kept = section.as_object_mut().unwrap().values_mut().flat_map(|member| match member {
            Value::Array(list) => list.iter_mut().collect(),
            one => vec![one],
        });
        let id = open.to_string();
        kept.filter(|workout| workout["id"] == id).for_each(|workout| workout["version"] = json!(version));
        store(&visitor, "workouts", &section).await;
    };
    with_version(2).await;
    assert_eq!(site.accounts.open_workout(&visitor, None).await.unwrap(), None);
    let other = finished(&site, &visitor, None).await;
    let anew = started(&site, &visitor, None).await.id();
    with_version(1).await;
    let found = async || -> Workout { site.accounts.open_workout(&visitor, None).await.unwrap().unwrap() };
    assert_eq!(found().await.id(), anew, "there is one open workout");
    site.accounts.discard_workout(&visitor, None, anew, true).await.unwrap();
    let back = found().await;
    assert_eq!((back.id(), back.sets().len(), back.status()), (open, 1, Status::Open));
    assert_eq!(history(&site, &visitor, None).await, [other]);
}

#[tokio::test]
async fn what_cannot_be_read_makes_room_in_the_end() {
    let site = Site::new().await;
    let visitor = site.client();
    let large = json!({ "version": 2, "notes": "x".repeat(30_000) });
    store(&visitor, "workouts", &json!({ "open": large, "finished": [] })).await;
    let open = started(&site, &visitor, None).await.id();
    assert!(!holds(&visitor, "workouts", &large).await);
    assert_eq!(site.accounts.open_workout(&visitor, None).await.unwrap().unwrap().id(), open);
}

#[tokio::test]
async fn operations_of_a_newer_version_go_on_waiting() {
    let site = Site::new().await;
    let (_, ann) = site.ann().await;
    let visitor = site.client();
    let mut newer = golden("waiting_operations");
    newer[0]["operation"]["change"] = json!({ "superset": ["b1", "b2"] });
    store(&visitor, "waiting_operations", &newer).await;
    let mut own: WaitingOperation = serde_json::from_value(newer[1].clone()).unwrap();
    own.owner = ann.id.clone();
    own.operation.id = operation_id(77);
    assert!(site.accounts.keep_for_login(&visitor, &own).await.unwrap());
    assert!(holds(&visitor, "waiting_operations", &newer[0]).await, "another is kept");
    let others =
        |owner: &UserId, all: &[WaitingOperation]| all.iter().filter(|one| one.owner == *owner).count();
    let all = waiting(&visitor.session.data().await);
    assert_eq!((all.len(), others(&ann.id, &all)), (2, 1));
    assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Done);
    let all = waiting(&visitor.session.data().await);
    assert_eq!((all.len(), others(&ann.id, &all)), (1, 0), "applied");
    assert!(holds(&visitor, "waiting_operations", &newer[0]).await, "others' are let go");
}
