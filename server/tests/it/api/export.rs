//! The export: complete, in the same shape, and never in memory as a whole.

use crate::support::helpers::{Browser, Setup, TestApp};
use crate::support::watched::Watch;
use accounts::ports::SecurityEvent;
use domain::account::{EmailAddress, UserId};
use domain::workout::log::FinishedWorkout; // slim: trainer
use time::Duration;

async fn id_of(app: &TestApp, email: &str) -> UserId {
    let email = EmailAddress::parse(email).unwrap();
    app.app.db.user_by_email(&email).await.unwrap().unwrap().id
}

async fn export(browser: &Browser) -> serde_json::Value {
    let answer = browser.post("/api/account/export", &[]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-disposition").starts_with("attachment"));
    assert!(answer.header("content-type").starts_with("application/json"));
    assert_eq!(answer.header("content-length"), "", "its length is not known in advance");
    answer.json()
}

#[tokio::test]
async fn an_export_without_anything_in_it_has_every_key() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let data = export(&ann).await;
    let keys: Vec<_> = data.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "account",
        "exported_at",
        "identities",
        "logged_workouts", // slim: trainer
        "preferences",
        "security_events",
        "sessions",
        "workouts", // slim: trainer
    ];
    assert_eq!(keys, expected);
    assert_eq!(data["workouts"], serde_json::json!([])); // slim: trainer
    assert!(data["preferences"].is_null());
    // Those of the registration.
    assert!(!data["security_events"].as_array().unwrap().is_empty());
}

/// More of both than fit on a page, several of them in one millisecond.
#[tokio::test]
async fn an_export_of_many_pages_has_everything_once_and_in_order() {
    const COUNT: i64 = 510;
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let id = id_of(&app, "ann@example.com").await;
    let begin = app.clock.now() - Duration::days(30);
    for number in 0..COUNT {
        // slim: trainer
        let started_at = begin + Duration::minutes(number);
        let workout = FinishedWorkout {
            name: format!("Workout {number}"),
            started_at,
            finished_at: started_at + Duration::MINUTE,
            sets_done: 3,
        };
        app.app.db.add_workout(&id, &workout).await.unwrap();
        // slim: end
        let at = begin + Duration::seconds(number / 7);
        let event = SecurityEvent { at, kind: format!("event_{number}"), ip_address: None };
        app.app.db.add_event(&id, &event).await.unwrap();
    }
    let data = export(&ann).await;
    // slim: trainer
    let names: Vec<_> =
        data["workouts"].as_array().unwrap().iter().map(|workout| workout["name"].clone()).collect();
    let expected: Vec<_> = (0..COUNT).rev().map(|number| format!("Workout {number}")).collect();
    assert_eq!(names, expected);
    // slim: end
    let events = data["security_events"].as_array().unwrap();
    let events: Vec<_> = events
        .iter()
        .filter_map(|event| event["event"].as_str().filter(|event| event.starts_with("event_")))
        .collect();
    let expected: Vec<_> = (0..COUNT).rev().map(|number| format!("event_{number}")).collect();
    assert_eq!(events, expected);
}

/// A server that collected the export before sending it would wait here for the gate, which waits for the first part.
#[tokio::test]
async fn the_first_part_of_an_export_is_sent_before_the_last_is_read() {
    let watch = Watch::new();
    let app = Setup::default().watched_database(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let gate = watch.pause_at("events_behind");
    let sent = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        let mut answer = ann.begin_post("/api/account/export").await;
        let first = answer.chunk().await.unwrap().unwrap();
        (answer, first.to_vec())
    });
    let (mut answer, mut body) = sent.await.expect("a part of the answer");
    assert_eq!(answer.status(), 200);
    gate.reached().await;
    assert!(!String::from_utf8(body.clone()).unwrap().contains("exported_at"));
    gate.open();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        body.extend_from_slice(&chunk);
    }
    let data: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert!(!data["exported_at"].is_null());
}
