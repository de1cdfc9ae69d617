//! What `tower-sessions` asks of a store.

use std::collections::HashMap;

use mongodb::bson::{Document, doc};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::{ExpiredDeletion, SessionStore};
use tower_sessions_mongodb_store::MongoDBStore;

use crate::support::{Watched, two_clients};

fn record() -> Record {
    // What BSON keeps, so that both compare equal.
    let expiry = OffsetDateTime::now_utc().replace_millisecond(5).unwrap() + Duration::HOUR;
    let data = HashMap::from([("user".to_owned(), json!("u-1")), ("n".to_owned(), json!([1, null, "ü"]))]);
    Record { id: Id::default(), data, expiry_date: expiry }
}

async fn store() -> Option<(MongoDBStore, Watched)> {
    let (client, _) = two_clients().await?;
    let store = MongoDBStore::builder(client.database.client().clone(), client.database.name())
        .owner(|record| record.data.get("user")?.as_str().map(str::to_owned))
        .build();
    Some((store, client))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_created_loaded_saved_and_deleted() {
    let Some((store, client)) = store().await else { return };
    let mut record = record();
    store.create(&mut record).await.unwrap();
    assert_eq!(store.load(&record.id).await.unwrap().as_ref(), Some(&record));
    record.data.insert("more".into(), json!(true));
    record.expiry_date += Duration::HOUR;
    store.save(&record).await.unwrap();
    assert_eq!(store.load(&record.id).await.unwrap().as_ref(), Some(&record));
    // The id is not in the database in any form.
    let stored = client.database.collection::<Document>("sessions").find_one(doc! {}).await.unwrap().unwrap();
    assert!(!stored.to_string().contains(&record.id.to_string()));
    store.delete(&record.id).await.unwrap();
    assert_eq!(store.load(&record.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn create_takes_a_new_id_instead_of_overwriting() {
    let Some((store, _)) = store().await else { return };
    let mut first = record();
    store.create(&mut first).await.unwrap();
    let mut second = Record { id: first.id, data: HashMap::new(), ..record() };
    store.create(&mut second).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(store.load(&first.id).await.unwrap(), Some(first));
    assert_eq!(store.load(&second.id).await.unwrap(), Some(second));
}

#[tokio::test(flavor = "multi_thread")]
async fn save_brings_nothing_back_and_says_so() {
    let Some((store, _)) = store().await else { return };
    let mut ended = record();
    store.create(&mut ended).await.unwrap();
    store.delete(&ended.id).await.unwrap();
    let mut expired = Record { expiry_date: OffsetDateTime::now_utc() - Duration::SECOND, ..record() };
    store.create(&mut expired).await.unwrap();
    for record in [ended, expired, record()] {
        let error = store.save(&record).await.unwrap_err();
        assert_eq!(error.to_string(), "the session has ended: nothing was saved");
        assert_eq!(store.load(&record.id).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_by_the_owner_found_in_them() {
    let Some((store, _)) = store().await else { return };
    let now = OffsetDateTime::now_utc();
    let mut visitor = Record { data: HashMap::new(), ..record() };
    store.create(&mut visitor).await.unwrap();
    assert_eq!(store.rows().list("u-1", now, 10).await.unwrap().1, 0);
    // The visitor signs in.
    visitor.data = record().data;
    store.save(&visitor).await.unwrap();
    let mut elsewhere = record();
    store.create(&mut elsewhere).await.unwrap();
    let (rows, total) = store.rows().list("u-1", now, 10).await.unwrap();
    assert_eq!((rows.len(), total), (2, 2));
    let this = MongoDBStore::key(&visitor.id);
    assert_eq!(store.rows().end_all("u-1", Some(&this)).await.unwrap(), 1);
    assert_eq!(store.load(&elsewhere.id).await.unwrap(), None);
    // And out again.
    visitor.data.remove("user");
    store.save(&visitor).await.unwrap();
    assert_eq!(store.rows().end_all("u-1", None).await.unwrap(), 0);
    assert_eq!(store.load(&visitor.id).await.unwrap(), Some(visitor));
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_records_are_refused_and_can_be_deleted() {
    let Some((store, client)) = store().await else { return };
    let mut expired = Record { expiry_date: OffsetDateTime::now_utc() - Duration::SECOND, ..record() };
    store.create(&mut expired).await.unwrap();
    let mut valid = record();
    store.create(&mut valid).await.unwrap();
    assert_eq!(store.load(&expired.id).await.unwrap(), None);
    store.delete_expired().await.unwrap();
    assert_eq!(client.in_state("active").await, 1);
    assert!(store.load(&valid.id).await.unwrap().is_some());
}

/// Bytes that are no record are an error, and are left for somebody to look at.
#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_record_is_an_error_and_stays() {
    let Some((store, client)) = store().await else { return };
    let mut record = record();
    store.create(&mut record).await.unwrap();
    let sessions = client.database.collection::<Document>("sessions");
    for damage in [doc! { "data": "text" }, doc! { "state": "unheard of" }] {
        sessions.update_one(doc! {}, doc! { "$set": damage }).await.unwrap();
        assert!(store.load(&record.id).await.unwrap_err().to_string().starts_with("Decoding failed"));
        assert_eq!(sessions.count_documents(doc! {}).await.unwrap(), 1);
    }
}
