//! Preferences since there are details of the training: every field, each with a value other than its default.

use std::sync::Arc;

use database::Database;
use database::sqlite::SqliteDatabase;
use domain::preferences::Preferences;
use domain::workout::training::{RestMode, YesNo};
use mongodb::bson::{DateTime, Document, doc}; // slim: mongodb
use sqlx::AssertSqlSafe; // slim: postgres

use crate::database::backends::email;
use crate::database::backends::mongodb_at; // slim: mongodb
use crate::database::backends::postgres_at; // slim: postgres

const USER: &str = "00000000000000000000000000000005";

const PREFERENCES: &str = concat!(
    r#"{"units":"lb","goal":"fat_loss","level":"intermediate","days_per_week":4,"session_minutes":60,"#,
    r#""equipment":["dumbbell","pull_up_bar"],"rest_seconds":75,"rest_mode":"auto","#,
    r#""time_zone":"America/Denver","bar":"35 lb","smallest_plate":"1.25 lb","body_weight":"81.5 kg","#,
    r#""effort":"no","sound":"yes","theme":"dark","updated_at":"2026-03-01T12:00:00.123Z"}"#
);

/// For both SQL databases; `{no}` is a false value.
fn sql(no: &str) -> String {
    format!(
        "INSERT INTO users (id, email, email_key, email_verified, display_name, password_hash, credentials_version, \
         preferences, preferences_at, created_at, expires_at) VALUES \
         ('{USER}', 'mary@example.com', 'mary@example.com', {no}, 'Mary', '$first', 1, '{PREFERENCES}', \
         1772366400123, 1748779200000, NULL)"
    )
}

/// Fails unless this program reads in them what was written.
async fn assert_read(database: Arc<dyn Database>) {
    let mary = database.user_by_email(&email("mary@example.com")).await.unwrap().unwrap();
    let preferences = mary.preferences.unwrap();
    assert_eq!(preferences, serde_json::from_str::<Preferences>(PREFERENCES).unwrap());
    assert_eq!(preferences.training.rest_mode, RestMode::Auto);
    let details = preferences.details;
    assert_eq!(details.time_zone.unwrap().as_str(), "America/Denver");
    let weights = [details.bar, details.smallest_plate, details.body_weight];
    assert_eq!(weights.map(|weight| weight.unwrap().to_string()), ["35 lb", "1.25 lb", "81.5 kg"]);
    assert_eq!((details.effort, details.sound), (Some(YesNo::No), YesNo::Yes));
}

#[tokio::test]
async fn on_sqlite() {
    let engine = storage::sqlite::open_memory().await.unwrap();
    let database = SqliteDatabase::open(engine.clone()).await.unwrap();
    engine.batch(sql("0")).await.unwrap();
    assert_read(Arc::new(database)).await;
}

// slim: postgres
#[tokio::test]
async fn on_postgres() {
    let Some(bed) = crate::database::backends::postgres().await else { return };
    let database = bed.database().await;
    database.ping().await.unwrap();
    let raw = postgres_at(bed.url());
    sqlx::raw_sql(AssertSqlSafe(sql("false"))).execute(&raw).await.unwrap();
    assert_read(database).await;
}
// slim: end

// slim: mongodb
#[tokio::test]
async fn on_mongodb() {
    let Some(bed) = crate::database::backends::mongodb().await else { return };
    let database = bed.database().await;
    database.ping().await.unwrap();
    let raw = mongodb_at(bed.url()).await;
    let stored: serde_json::Map<String, serde_json::Value> = serde_json::from_str(PREFERENCES).unwrap();
    let account = doc! {
        "_id": USER, "email": "mary@example.com", "email_key": "mary@example.com", "email_verified": false,
        "display_name": "Mary", "password_hash": "$first", "credentials_version": 1_i64,
        "preferences": mongodb::bson::serialize_to_document(&stored).unwrap(),
        "preferences_at": DateTime::from_millis(1_772_366_400_123),
        "created_at": DateTime::from_millis(1_748_779_200_000),
    };
    raw.collection::<Document>("users").insert_one(account).await.unwrap();
    assert_read(database).await;
}
// slim: end
