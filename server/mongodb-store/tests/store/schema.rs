//! The indexes: made once, by the first operation.

use std::time::Duration;

use futures::TryStreamExt;
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;
use mongodb::{Client, Database, IndexModel};
use tower_sessions_mongodb_store::{DEFAULT_EXPIRY_MARGIN, Rows};

use crate::support::{NOW, key};

async fn database() -> Option<(Database, Database)> {
    let url = test_servers::required(test_servers::mongodb())?.fresh_url();
    let first = Client::with_uri_str(&url).await.unwrap().default_database().unwrap();
    let second = Client::with_uri_str(&url).await.unwrap().default_database().unwrap();
    Some((first, second))
}

/// Keys of the indexes and, where there is one, the time of the TTL.
async fn indexes(database: &Database, collection: &str) -> Vec<(Document, Option<Duration>)> {
    let indexes = database.collection::<Document>(collection).list_indexes().await.unwrap();
    let indexes: Vec<IndexModel> = indexes.try_collect().await.unwrap();
    let mut indexes: Vec<_> = indexes
        .into_iter()
        .map(|index| (index.keys, index.options.and_then(|options| options.expire_after)))
        .collect();
    indexes.sort_by_key(|(keys, _)| keys.to_string());
    indexes
}

fn expected(margin: Option<Duration>) -> Vec<(Document, Option<Duration>)> {
    vec![(doc! { "_id": 1 }, None), (doc! { "expireAt": 1 }, margin), (doc! { "owner": 1, "state": 1 }, None)]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_operation_makes_the_indexes() {
    let Some((database, _)) = database().await else { return };
    let rows = Rows::builder(database.clone()).collection("elsewhere").build();
    assert_eq!(
        database.list_collection_names().await.unwrap(),
        Vec::<String>::new(),
        "opening touches nothing"
    );
    rows.load(&key(1), NOW).await.unwrap();
    assert_eq!(indexes(&database, "elsewhere").await, expected(Some(DEFAULT_EXPIRY_MARGIN)));
    assert_eq!(database.list_collection_names().await.unwrap(), ["elsewhere"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_make_them_once() {
    let Some((first, second)) = database().await else { return };
    let tasks: Vec<_> = (0..10)
        .map(|n| Rows::new(if n % 2 == 0 { first.clone() } else { second.clone() }))
        .map(|rows| tokio::spawn(async move { rows.migrate().await }))
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    Rows::new(first.clone()).migrate().await.unwrap();
    assert_eq!(indexes(&second, "sessions").await, expected(Some(DEFAULT_EXPIRY_MARGIN)));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_margin_is_set_and_somebodys_own_ttl_index_taken_over() {
    let Some((database, _)) = database().await else { return };
    let sessions = database.collection::<Document>("sessions");
    // Without a name, as one makes it in the shell.
    let options = IndexOptions::builder().expire_after(Duration::ZERO).build();
    let index = IndexModel::builder().keys(doc! { "expireAt": 1 }).options(options).build();
    sessions.create_index(index).await.unwrap();
    for seconds in [30, 40] {
        let margin = Some(Duration::from_secs(seconds));
        Rows::builder(database.clone()).native_expiry(margin).build().migrate().await.unwrap();
        assert_eq!(indexes(&database, "sessions").await, expected(margin));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_native_expiry_no_ttl_is_set_and_none_is_left_in_silence() {
    let Some((database, other)) = database().await else { return };
    let plain = Rows::builder(database.clone()).native_expiry(None).build();
    plain.migrate().await.unwrap();
    assert_eq!(indexes(&database, "sessions").await, expected(None));
    let elsewhere = |margin| Rows::builder(other.clone()).collection("other").native_expiry(margin).build();
    elsewhere(Some(Duration::ZERO)).migrate().await.unwrap();
    assert!(elsewhere(None).load(&key(1), NOW).await.is_err(), "the TTL that is there would remove rows");
}
