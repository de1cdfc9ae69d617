//! MongoDB, or the stand-in found by `test_servers`: a separate database for every rule.

use mongodb::Client;
use sessions::store::MongoRows;

use super::{Harness, Store};

/// Rows in a new database.
pub(crate) struct MongoDb;

impl Harness for MongoDb {
    const ROUNDS_AT_ONCE: usize = 4;

    async fn product() -> Option<String> {
        test_servers::required(test_servers::mongodb()).map(|server| server.product().to_owned())
    }

    async fn fresh() -> Store {
        let server = test_servers::mongodb().unwrap();
        let client = Client::with_uri_str(server.fresh_url()).await.unwrap();
        Store::new(MongoRows::new(client.default_database().unwrap()), client)
    }
}
