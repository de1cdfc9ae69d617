//! Records that release 0.11 has written into the same collection.

use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, DateTime, Document, doc};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::Id;
use tower_sessions_mongodb_store::{MongoDBStore, Stats};

use crate::support::{NOW, Watched, at, owned, two_clients};

/// As 0.11 writes it: `_id` is the cookie's value, `data` is MessagePack.
fn old_record(id: &Id, expire_at: DateTime) -> Document {
    let data = Binary { subtype: BinarySubtype::Generic, bytes: vec![0x93, 0xc0, 0x80, 0xc0] };
    doc! { "_id": id.to_string(), "data": data, "expireAt": expire_at }
}

async fn with_old_records() -> Option<(Watched, Vec<Id>)> {
    let (client, _) = two_clients().await?;
    let ids = vec![Id(1), Id(-2), Id::default()];
    let far = DateTime::from_millis(4_000_000_000_000);
    let records =
        [old_record(&ids[0], far), old_record(&ids[1], far), old_record(&ids[2], DateTime::from_millis(0))];
    client.database.collection("sessions").insert_many(records).await.unwrap();
    Some((client, ids))
}

#[tokio::test(flavor = "multi_thread")]
async fn old_records_are_no_sessions() {
    let Some((client, ids)) = with_old_records().await else { return };
    let database = client.database.name();
    let store = MongoDBStore::new(client.database.client().clone(), database.to_owned());
    for id in &ids {
        assert_eq!(store.load(id).await.unwrap(), None);
        store.delete(id).await.unwrap();
    }
    assert_eq!(client.rows.stats(OffsetDateTime::UNIX_EPOCH).await.unwrap(), Stats::default());
    assert_eq!(client.rows.sweep(at(1_000_000_000), 10).await.unwrap(), 0);
    assert_eq!(client.rows.end_everyone().await.unwrap(), 0);
    let left = client.database.collection::<Document>("sessions").count_documents(doc! {}).await.unwrap();
    assert_eq!(left, 3, "they are the TTL index's");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_rows_live_beside_them() {
    let Some((client, _)) = with_old_records().await else { return };
    client.create(&owned(1, "me")).await;
    assert_eq!(client.rows.list("me", NOW, 10).await.unwrap().1, 1);
    assert_eq!(client.rows.stats(NOW).await.unwrap(), Stats { signed_in: 1, live: 1, expired: 0 });
    assert_eq!(client.rows.sweep(at(1000), 10).await.unwrap(), 1);
}
