//! Rows since migration `0004_sign_ins_seen`: an owner may have said up to when they have seen who signed in.

use std::sync::Arc;

use database::Database;
use database::sqlite::SqliteDatabase;
use mongodb::bson::{DateTime, Document, doc}; // slim: mongodb
use sqlx::AssertSqlSafe; // slim: postgres

use crate::database::backends::mongodb_at; // slim: mongodb
use crate::database::backends::postgres_at; // slim: postgres
use crate::database::backends::{at, email};

/// One who has and one who has not, for both SQL databases; `{no}` is a false value.
fn sql(no: &str) -> String {
    format!(
        "INSERT INTO users (id, email, email_key, email_verified, display_name, password_hash, credentials_version, \
         preferences, preferences_at, created_at, expires_at, sign_ins_seen_at) VALUES \
         ('00000000000000000000000000000004', 'ada@example.com', 'ada@example.com', {no}, 'Ada', '$first', 1, \
         NULL, NULL, 1748779200000, NULL, 1748779260000), \
         ('00000000000000000000000000000005', 'grace@example.com', 'grace@example.com', {no}, 'Grace', '$first', 1, \
         NULL, NULL, 1748779200000, NULL, NULL)"
    )
}

/// Fails unless this program reads in them what was written.
async fn assert_read(database: Arc<dyn Database>) {
    let seen =
        async |address| database.user_by_email(&email(address)).await.unwrap().unwrap().sign_ins_seen_at;
    assert_eq!(seen("ada@example.com").await, Some(at(60)));
    assert_eq!(seen("grace@example.com").await, None);
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
    let date = |second: i64| DateTime::from_millis(1_748_779_200_000 + second * 1000);
    let account = |id: &str, name: &str, address: &str| {
        doc! {
            "_id": id, "email": address, "email_key": address, "email_verified": false, "display_name": name,
            "password_hash": "$first", "credentials_version": 1_i64, "preferences": null, "preferences_at": null,
            "created_at": date(0),
        }
    };
    let mut ada = account("00000000000000000000000000000004", "Ada", "ada@example.com");
    ada.insert("sign_ins_seen_at", date(60));
    let grace = account("00000000000000000000000000000005", "Grace", "grace@example.com");
    for document in [ada, grace] {
        raw.collection::<Document>("users").insert_one(document).await.unwrap();
    }
    assert_read(database).await;
}
// slim: end
