//! PostgreSQL: a separate database for every rule, on the server shared by all tests of this process.

use sessions::store::PostgresRows;
use sqlx::postgres::PgPoolOptions;

use super::{Harness, Store};

/// A new database, ten connections.
pub(crate) struct Postgres;

impl Harness for Postgres {
    const ROUNDS_AT_ONCE: usize = 8;

    async fn product() -> Option<String> {
        test_servers::required(test_servers::postgres()).map(|server| server.product().to_owned())
    }

    async fn fresh() -> Store {
        let server = test_servers::postgres().unwrap();
        let pool = PgPoolOptions::new().max_connections(10).connect_lazy(&server.fresh_url()).unwrap();
        Store::new(PostgresRows::new(pool), ())
    }
}
