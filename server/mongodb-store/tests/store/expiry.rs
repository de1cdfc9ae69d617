//! Removal by the server itself.

use std::time::{Duration, Instant};

use mongodb::bson::{DateTime, Document, doc};
use mongodb::{Client, Database};
use time::OffsetDateTime;
use tower_sessions_mongodb_store::{Lookup, NewRow, Rows};

use crate::support::{key, owned};

/// The monitor of a MongoDB server comes once a minute at most.
const DEADLINE: Duration = Duration::from_secs(100);

/// Makes the server look now: SecantusDB by a command of its own, MongoDB by a shorter pause.
async fn hurry(database: &Database) {
    let admin = database.client().database("admin");
    if admin.run_command(doc! { "secantusAdmin.pruneTtl": 1 }).await.is_err() {
        let _ = admin.run_command(doc! { "setParameter": 1, "ttlMonitorSleepSecs": 1 }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_removes_what_has_expired_and_nothing_else() {
    let Some(server) = test_servers::required(test_servers::mongodb()) else { return };
    let database = Client::with_uri_str(server.fresh_url()).await.unwrap().default_database().unwrap();
    let margin = Duration::from_secs(60);
    let rows = Rows::builder(database.clone()).native_expiry(Some(margin)).build();
    let now = OffsetDateTime::now_utc();
    let expiring = |number, seconds| NewRow {
        expires_at: now + time::Duration::seconds(seconds),
        ..owned(number, "me")
    };
    for row in [expiring(1, -120), expiring(2, -10), expiring(3, 3600)] {
        rows.create(&row).await.unwrap();
    }
    // A record of release 0.11, long expired.
    let sessions = database.collection::<Document>("sessions");
    let old = doc! { "_id": "an old id", "data": "", "expireAt": DateTime::from_millis(0) };
    sessions.insert_one(old).await.unwrap();

    let began = Instant::now();
    while sessions.count_documents(doc! {}).await.unwrap() > 2 {
        assert!(began.elapsed() < DEADLINE, "{} has removed nothing", server.product());
        hurry(&database).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    hurry(&database).await;
    assert_eq!(sessions.count_documents(doc! {}).await.unwrap(), 2, "within the margin nothing is removed");
    // Looked at from before they expired, so that it is the server alone who has removed anything.
    let before = now - time::Duration::HOUR;
    assert_eq!(rows.load(&key(1), before).await.unwrap(), Lookup::Missing);
    for number in [2, 3] {
        assert!(matches!(rows.load(&key(number), before).await.unwrap(), Lookup::Found(_)), "{number}");
    }
}
