//! Redis: a separate database number for every rule, on the server shared by all tests of this process.

use std::time::Duration;

use sessions::store::RedisRows;

use super::{Harness, Store};

/// An empty database.
pub(crate) struct Redis;

impl Harness for Redis {
    const ROUNDS_AT_ONCE: usize = 8;

    async fn product() -> Option<String> {
        test_servers::required(test_servers::redis()).map(|server| server.product().to_owned())
    }

    async fn fresh() -> Store {
        let server = test_servers::redis().unwrap();
        let client = redis::Client::open(server.fresh_url()).unwrap();
        let store = Store::new(RedisRows::new(client.clone(), "sess:", Duration::from_secs(10)), ());
        // Each of the three records of an owner's index may be lost alone.
        ["owner-live", "owner-activity", "owner-handles"].into_iter().fold(store, |store, record| {
            let client = client.clone();
            store.with_index_loss(move |owner| delete(client.clone(), format!("sess:{record}:{owner}")))
        })
    }
}

/// Bypasses all scripts.
async fn delete(client: redis::Client, key: String) {
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let deleted: u32 = redis::cmd("DEL").arg(&key).query_async(&mut connection).await.unwrap();
    assert_eq!(deleted, 1, "there is no {key}");
}
