//! Rows in Redis 7 or later, or Valkey 7.2 or later: fast, shared by any number of instances.
//!
//! # Layout
//!
//! | key (after the prefix) | type | holds |
//! |---|---|---|
//! | `<64 hexadecimal digits>` | hash | a session, or a tombstone (nothing but `expires_at`) |
//! | `signed-in`, `anonymous` | sorted set | keys of sessions, by the end of being live |
//! | `expiry` | sorted set | keys of sessions and tombstones, by `expires_at` |
//! | `owner-live:<owner>` | sorted set | the owner's keys, by the end of being live |
//! | `owner-activity:<owner>` | sorted set | the same, newest activity first |
//! | `owner-handles:<owner>` | hash | public handle → key |
//! | `ended`, `ended:<random>` | sorted sets | what was ended as a whole and is being removed |
//!
//! `list` and `end` use the owner's indexes, `stats` and `sweep` the common ones: nothing ever scans.
//!
//! # What is atomic
//!
//! Every operation is decided by one Lua script (later ones only clean up), and Redis runs one at a time: a
//! session and its index entries appear, move and vanish together, so no race of logins and logouts can lose
//! an entry or bring one back.
//!
//! **A session is its hash *and* its entries in the common and the owner's index.** If one of them is
//! missing, no script treats the rest as a session, which makes it possible to end thousands at once without
//! blocking the server: `end_all` renames the owner's index, `end_everyone` the common ones. That is a single
//! step, whatever their number. From then on `load`, `save`, `touch` and `replace` find nothing, so no
//! session can escape under a new key: a `replace` either came before, and then its new row was in the
//! renamed index, or comes after, and finds no old row. The rows are then removed in batches through the
//! renamed index; if the caller is dropped in between, the clean-up does the rest a minute later.
//!
//! # Memory
//!
//! Every key expires by itself (`PEXPIRE`, an hour after its time, since the time of day is the caller's and
//! not the server's); the clean-up comes first and cleans the indexes as well.
//!
//! Use `maxmemory-policy noeviction`: when memory is full, new logins and saves are rejected (an error, 503),
//! while reading, touching, logging out and cleaning up continue to work (`allow-oom`). With any other policy
//! Redis evicts arbitrary keys. By the rule above that only ever means a logout, whether a session or an
//! index is evicted: no session exists that could not be listed or ended. Counts may be too high until a list
//! or a sweep encounters the dangling entries.
//!
//! # Redis Cluster
//!
//! Not supported. A session, its owner's index and the common indexes change together, which a cluster only
//! supports within one slot, and thus on one node: it would add moving parts and no capacity. The scripts
//! themselves are ready: their one declared key is the prefix, and a prefix with a hash tag (`{sess}:`) puts
//! all keys into its slot, for a service that offers a cluster behind one address. For availability use
//! replication with fail-over behind one address; writes that the primary had not yet replicated are then
//! lost, including logouts, unless `WAIT` or `min-replicas-to-write` is configured on the server.

mod connection;
mod rows;
mod scripts;
#[cfg(test)]
mod tests;
mod wire;

use std::fmt;
use std::time::Duration;

use redis::{Client, Script, ScriptInvocation};

use connection::Connection;
use session_rows::StoreError;

/// The default prefix of all keys.
pub const PREFIX: &str = "sess:";

/// Rows removed by one script of [`RedisRows::empty`]: a few milliseconds during which no other client is
/// served.
const BATCH: u32 = 500;

/// Sessions in a Redis database, under a prefix.
pub struct RedisRows {
    connection: Connection,
    prefix: String,
}

impl RedisRows {
    /// Keeps sessions under `prefix` (usually [`PREFIX`]). Does not access the network: the first operation
    /// connects, and after an operation that finds the connection broken the next one reconnects.
    ///
    /// `timeout` is the longest wait for one script, including connecting.
    #[must_use]
    pub fn new(client: Client, prefix: &str, timeout: Duration) -> Self {
        Self { connection: Connection::new(client, timeout, timeout), prefix: prefix.to_owned() }
    }

    /// For commands, which may run long once connected: they wait for the connection at most twice
    /// `to_connect`.
    #[must_use]
    pub fn with_timeouts(client: Client, prefix: &str, to_connect: Duration, timeout: Duration) -> Self {
        Self { connection: Connection::new(client, to_connect, timeout), prefix: prefix.to_owned() }
    }

    /// Succeeds if this user may change sessions, and the server accepts changes now: it is no replica, and has
    /// memory. Leaves nothing behind.
    ///
    /// # Errors
    /// If not, or if the server does not respond.
    pub async fn may_write(&self) -> Result<(), StoreError> {
        self.connection.write::<u64>(&self.script(&scripts::MAY_WRITE)).await.map(drop)
    }

    /// A call of a script. The prefix is the one key it declares.
    fn script(&self, script: &'static Script) -> ScriptInvocation<'static> {
        script.key(&self.prefix)
    }

    /// Removes the entries of an owner's index that lead to no session, a few hundred per script, because no
    /// other client is served meanwhile. There are rarely any; see "Memory" above.
    async fn tidy(&self, owner: &str) -> Result<(), StoreError> {
        for index in ["activity", "live", "handles"] {
            let mut from = "0".to_owned();
            loop {
                let mut script = self.script(&scripts::TIDY);
                from = self.connection.write(script.arg(owner).arg(index).arg(from)).await?;
                if from == "0" {
                    break;
                }
            }
        }
        Ok(())
    }

    /// A unique name for an index that is ended as a whole.
    fn new_ended_index(&self) -> String {
        format!("{}ended:{:032x}", self.prefix, rand::random::<u128>())
    }

    /// Removes the rows that a renamed index still leads to; returns how many there were.
    async fn empty(&self, ended_index: &str) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let mut script = self.script(&scripts::EMPTY);
            let (removed, is_empty): (u64, bool) =
                self.connection.write(script.arg(ended_index).arg(BATCH)).await?;
            total += removed;
            if is_empty {
                return Ok(total);
            }
        }
    }
}

impl fmt::Debug for RedisRows {
    /// Without the address: a URL may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRows").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
