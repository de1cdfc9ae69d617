//! Rows as released versions wrote them, and as a newer one might. Each must be readable by this program: an update
//! is rolled out next to older instances, and may be rolled back.
//!
//! The records of a version are never changed; a new version adds its own, in a module of its own.

mod account_end;
mod logged_workouts; // slim: trainer
mod sign_ins_seen;
mod training_details; // slim: trainer

use std::sync::Arc;

use accounts::ports::{SecurityEvent, User};
use database::Database;
use database::sqlite::SqliteDatabase;
use domain::preferences::{Preferences, Theme};
use domain::workout::log::FinishedWorkout; // slim: trainer
use domain::workout::training::{Equipment, Goal, Training, TrainingDetails}; // slim: trainer
use mongodb::bson::{Document, doc, oid::ObjectId}; // slim: mongodb
use sqlx::AssertSqlSafe; // slim: postgres
use time::macros::datetime;

use crate::database::backends::mongodb_at; // slim: mongodb
use crate::database::backends::postgres_at; // slim: postgres
use crate::database::backends::{at, email, identity, name};

const ID: &str = "00000000000000000000000000000001";

/// The first version's preferences.
const PREFERENCES: &str = concat!(
    r#"{"units":"kg","goal":"mobility","level":"beginner","days_per_week":3,"session_minutes":45,"#,
    r#""equipment":["band"],"rest_seconds":75,"theme":"dark","updated_at":"2025-06-01T12:00:00Z"}"#
);

/// As a newer version might write them: a field more, a choice more, one that is missing, and a list of what was a
/// single value.
const PREFERENCES_OF_TOMORROW: &str = concat!(
    r#"{"units":["kg"],"level":"expert","goal":"mobility","days_per_week":3,"session_minutes":45,"language":"eo","#,
    r#""equipment":["band","sandbag"],"rest_seconds":75,"theme":"dark","updated_at":"2025-06-01T12:00:00Z"}"#
);

/// Rows of the first version, for both SQL databases; `{yes}` is a true value.
fn sql(preferences: &str, yes: &str) -> String {
    // slim: trainer
    let workouts = format!(
        "INSERT INTO workouts (user_id, name, started_at, finished_at, sets_done) \
         VALUES ('{ID}', 'Full body A', 1748779200000, 1748781900000, 12); \
         INSERT INTO workouts (user_id, name, started_at, finished_at, sets_done) \
         VALUES ('{ID}', 'of tomorrow', 1748779260000, 1748781960000, 100000); "
    );
    let own = workouts.as_str();
    // slim: instead
    // let own = "";
    // slim: end
    format!(
        "INSERT INTO users (id, email, email_key, email_verified, display_name, password_hash, credentials_version, \
         preferences, preferences_at, created_at) VALUES ('{ID}', 'Ada@Example.com', 'ada@example.com', {yes}, 'Ada', \
         '$first', 3, '{preferences}', 1748779200000, 1748779200000); \
         INSERT INTO identities (user_id, provider, subject, linked_at) \
         VALUES ('{ID}', 'google', '42', 1748779200000); {own}\
         INSERT INTO security_events (user_id, at, kind, ip_address) \
         VALUES ('{ID}', 1748779200000, 'authn_login_success', '192.0.2.1'); \
         INSERT INTO security_events (user_id, at, kind, ip_address) \
         VALUES ('{ID}', 1748779260000, 'heard_of_tomorrow', NULL)"
    )
}

/// Fails unless this program reads in them what was written.
async fn assert_read(database: Arc<dyn Database>) {
    let ada = database.user_by_email(&email("ada@example.com")).await.unwrap().unwrap();
    let mut preferences = Preferences {
        // slim: trainer
        training: Training {
            goal: Goal::Mobility,
            equipment: [Equipment::Band].into(),
            rest_seconds: 75,
            ..Training::default()
        },
        details: TrainingDetails::default(),
        // slim: end
        updated_at: Some(datetime!(2025-06-01 12:00 UTC)),
        ..Preferences::default()
    };
    preferences.site.theme = Theme::Dark;
    let expected = User {
        id: ada.id.clone(),
        email: email("Ada@Example.com"),
        email_verified: true,
        display_name: name("Ada"),
        password_hash: Some("$first".to_owned()),
        credentials_version: 3,
        preferences: Some(preferences),
        created_at: at(0),
        expires_at: None,
        sign_ins_seen_at: None,
    };
    assert_eq!(ada, expected);
    assert_eq!(ada.id.as_str(), ID);
    assert_eq!(ada.preferences, expected.preferences);
    assert_eq!(database.user_by_identity(&identity("google", "42")).await.unwrap().as_ref(), Some(&ada));
    assert_eq!(database.identities(&ada.id).await.unwrap(), [identity("google", "42")]);
    // slim: trainer
    // The one that cannot be read does not hide the other.
    let workout = FinishedWorkout {
        name: "Full body A".to_owned(),
        started_at: at(0),
        finished_at: at(2700),
        sets_done: 12,
    };
    assert_eq!(database.workouts(&ada.id, 10).await.unwrap(), std::slice::from_ref(&workout));
    // Nor does it end the list, as the newest one on a page of one.
    assert_eq!(database.workouts_before(&ada.id, None, 1).await.unwrap(), [workout]);
    // slim: end
    // An event this program does not know is listed by its word.
    let event = |kind: &str, second, ip: Option<&str>| SecurityEvent {
        at: at(second),
        kind: kind.to_owned(),
        ip_address: ip.map(str::to_owned),
    };
    let events = [event("heard_of_tomorrow", 60, None), event("authn_login_success", 0, Some("192.0.2.1"))];
    assert_eq!(database.events(&ada.id, 10).await.unwrap(), events);
    // Reading changes nothing: a newer program finds its own fields again.
    assert_eq!(database.user(&ada.id).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn on_sqlite() {
    for preferences in [PREFERENCES, PREFERENCES_OF_TOMORROW] {
        let engine = storage::sqlite::open_memory().await.unwrap();
        let database = SqliteDatabase::open(engine.clone()).await.unwrap();
        engine.batch(sql(preferences, "1")).await.unwrap();
        assert_read(Arc::new(database)).await;
        let select = "SELECT preferences FROM users";
        let stored =
            engine.read(|connection| connection.query_row(select, (), |row| row.get::<_, String>(0)));
        assert_eq!(stored.await.unwrap(), preferences);
    }
}

// slim: postgres
#[tokio::test]
async fn on_postgres() {
    for preferences in [PREFERENCES, PREFERENCES_OF_TOMORROW] {
        let Some(bed) = crate::database::backends::postgres().await else { return };
        let database = bed.database().await;
        database.ping().await.unwrap();
        let raw = postgres_at(bed.url());
        sqlx::raw_sql(AssertSqlSafe(sql(preferences, "true"))).execute(&raw).await.unwrap();
        assert_read(database).await;
        let stored: String =
            sqlx::query_scalar("SELECT preferences FROM users").fetch_one(&raw).await.unwrap();
        assert_eq!(stored, preferences);
    }
}
// slim: end

// slim: mongodb
#[tokio::test]
async fn on_mongodb() {
    for preferences in [PREFERENCES, PREFERENCES_OF_TOMORROW] {
        let Some(bed) = crate::database::backends::mongodb().await else { return };
        let database = bed.database().await;
        database.ping().await.unwrap();
        let raw = mongodb_at(bed.url()).await;
        let stored: serde_json::Map<String, serde_json::Value> = serde_json::from_str(preferences).unwrap();
        let stored = mongodb::bson::serialize_to_document(&stored).unwrap();
        let date = |second: i64| mongodb::bson::DateTime::from_millis(1_748_779_200_000 + second * 1000);
        let ada = doc! {
            "_id": ID, "email": "Ada@Example.com", "email_key": "ada@example.com", "email_verified": true,
            "display_name": "Ada", "password_hash": "$first", "credentials_version": 3_i64,
            "preferences": &stored, "preferences_at": date(0), "created_at": date(0), "of_tomorrow": 1,
            "identities": [{ "key": "6:google:42", "provider": "google", "subject": "42", "linked_at": date(0) }],
        };
        // slim: trainer
        let workout = |name: &str, second: i64, sets: i32| {
            doc! {
                "_id": ObjectId::new(), "user": ID, "name": name, "started_at": date(second),
                "finished_at": date(second + 2700), "sets_done": sets, "of_tomorrow": true,
            }
        };
        // slim: end
        let event = |kind: &str, second: i64, ip: Option<&str>| {
            doc! {
                "_id": ObjectId::new(), "user": ID, "at": date(second), "kind": kind, "ip_address": ip,
            }
        };
        for (collection, document) in [
            ("users", ada),
            ("workouts", workout("Full body A", 0, 12)), // slim: trainer
            ("workouts", workout("of tomorrow", 60, 100_000)), // slim: trainer
            ("security_events", event("authn_login_success", 0, Some("192.0.2.1"))),
            ("security_events", event("heard_of_tomorrow", 60, None)),
        ] {
            raw.collection::<Document>(collection).insert_one(document).await.unwrap();
        }
        assert_read(database).await;
        let found = raw.collection::<Document>("users").find_one(doc! {}).await.unwrap().unwrap();
        assert_eq!(found.get_document("preferences").unwrap(), &stored);
    }
}
// slim: end
