//! Stores to test, direct access to them, and rows to write.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, Cmd, FromRedisValue};
use session_rows::{Created, Lookup, NewRow, RowKey, SessionRows};
use sessions::store::redis::{PREFIX, RedisRows};
use test_servers::{Kind, Server};
use time::OffsetDateTime;

/// The longest wait for one operation, unless the test is about waiting.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// The time at which the tests take place. Unknown to Redis.
pub(crate) const NOW: OffsetDateTime = time::macros::datetime!(2030-05-06 07:08:09.123 UTC);

/// This many seconds after [`NOW`].
pub(crate) fn at(seconds: i64) -> OffsetDateTime {
    NOW + time::Duration::seconds(seconds)
}

/// A separate server, if available on this machine.
pub(crate) fn own(arguments: &[&str]) -> Option<Server> {
    test_servers::required(test_servers::own_with(Kind::Redis, arguments))
}

/// A store, and a separate connection to the same database.
pub(crate) struct Redis {
    pub(crate) rows: Arc<RedisRows>,
    connection: MultiplexedConnection,
}

impl Redis {
    /// An empty database on the server shared by all tests.
    pub(crate) async fn fresh() -> Option<Self> {
        let server = test_servers::required(test_servers::redis())?;
        Some(Self::at(&server.fresh_url()).await)
    }

    /// The database of a URL.
    pub(crate) async fn at(url: &str) -> Self {
        let client = Client::open(url).unwrap();
        let connection = client.get_multiplexed_async_connection().await.unwrap();
        Self { rows: Arc::new(RedisRows::new(client, PREFIX, TIMEOUT)), connection }
    }

    /// Runs a command, bypassing the store.
    pub(crate) async fn run<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let mut cmd = Cmd::new();
        for word in command {
            cmd.arg(*word);
        }
        cmd.query_async(&mut self.connection.clone()).await.unwrap()
    }
}

/// A key made from a number.
pub(crate) fn key(number: u32) -> RowKey {
    let mut key = [0xc3; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    RowKey(key)
}

/// Its name in Redis.
pub(crate) fn name(number: u32) -> String {
    format!("{PREFIX}{number:08x}{}", "c3".repeat(28))
}

/// An anonymous session: expires after 1000 s, live for 500 s, handle `handle-<number>`.
pub(crate) fn anonymous(number: u32) -> NewRow {
    NewRow {
        key: key(number),
        handle: format!("handle-{number}"),
        owner: None,
        data: format!("data {number}").into_bytes(),
        created_at: NOW,
        last_activity: NOW,
        expires_at: at(1000),
        live_until: at(500),
    }
}

/// The same, signed in.
pub(crate) fn owned(number: u32, owner: &str) -> NewRow {
    NewRow { owner: Some(owner.to_owned()), ..anonymous(number) }
}

/// Writes a new row, which must succeed.
pub(crate) async fn create(rows: &RedisRows, row: &NewRow) {
    assert_eq!(rows.create(row).await.unwrap(), Created::Inserted, "{:?}", row.key);
}

/// Whether there is a session under the key of this number.
pub(crate) async fn is_there(rows: &RedisRows, number: u32) -> bool {
    matches!(rows.load(&key(number), NOW).await.unwrap(), Lookup::Found(_))
}
