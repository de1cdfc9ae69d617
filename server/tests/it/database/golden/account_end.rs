//! Rows since migration `0002_account_end`: an account may have an end.

use std::sync::Arc;

use database::Database;
use database::sqlite::SqliteDatabase;
use mongodb::bson::{DateTime, Document, doc}; // slim: mongodb
use sqlx::AssertSqlSafe; // slim: postgres

use crate::database::backends::mongodb_at; // slim: mongodb
use crate::database::backends::postgres_at; // slim: postgres
use crate::database::backends::{at, email};

/// An account that ends after a day and one that does not end, for both SQL databases; `{no}` is a false value.
fn sql(no: &str) -> String {
    format!(
        "INSERT INTO users (id, email, email_key, email_verified, display_name, password_hash, credentials_version, \
         preferences, preferences_at, created_at, expires_at) VALUES \
         ('00000000000000000000000000000002', 'demo@example.com', 'demo@example.com', {no}, 'Demo', '$first', 1, \
         NULL, NULL, 1748779200000, 1748865600000), \
         ('00000000000000000000000000000003', 'grace@example.com', 'grace@example.com', {no}, 'Grace', '$first', 1, \
         NULL, NULL, 1748779200000, NULL)"
    )
}

/// Fails unless this program reads in them what was written.
async fn assert_read(database: Arc<dyn Database>) {
    let demo = database.user_by_email(&email("demo@example.com")).await.unwrap().unwrap();
    assert_eq!(demo.expires_at, Some(at(86_400)));
    let grace = database.user_by_email(&email("grace@example.com")).await.unwrap().unwrap();
    assert_eq!(grace.expires_at, None);
    assert_eq!(database.expired_users(at(86_399), 10).await.unwrap(), []);
    assert_eq!(database.expired_users(at(86_400), 10).await.unwrap(), [demo]);
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
    let mut demo = account("00000000000000000000000000000002", "Demo", "demo@example.com");
    demo.insert("expires_at", date(86_400));
    let grace = account("00000000000000000000000000000003", "Grace", "grace@example.com");
    for document in [demo, grace] {
        raw.collection::<Document>("users").insert_one(document).await.unwrap();
    }
    assert_read(database).await;
}
// slim: end
