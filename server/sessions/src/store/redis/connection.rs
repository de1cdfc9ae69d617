//! The connection to Redis: opened by the first operation, replaced when it is broken or silent.
//!
//! One connection carries all operations of an instance, many at a time. The client library's own connection
//! manager is not used, for two reasons: it keeps the failure of its last attempt for the next caller, who
//! then gets an error although the server is back; and it keeps a connection that no longer responds (a cable
//! pulled, a host gone silently) for as long as the kernel does, which is many minutes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, FromRedisValue, RedisError, ScriptInvocation, ServerErrorKind,
};

use session_rows::StoreError;

/// A connection, or the one attempt all operations wait for.
type Connecting = Shared<BoxFuture<'static, Result<MultiplexedConnection, RedisError>>>;

/// How to reach the server, and the connection if there is one.
pub(super) struct Connection {
    client: Client,
    to_connect: Duration,
    /// The longest wait for one operation, including connecting.
    timeout: Duration,
    current: Mutex<Option<Connecting>>,
}

impl Connection {
    /// Does not access the network.
    pub(super) fn new(client: Client, to_connect: Duration, timeout: Duration) -> Self {
        // For `rediss://`. An error means that a provider is already installed, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { client, to_connect, timeout, current: Mutex::new(None) }
    }

    /// Runs a script that writes. Never retried: what is not known to have failed may have happened.
    pub(super) async fn write<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.run(script, 1).await
    }

    /// Runs a script that only reads. Retried once if the connection turns out to be gone, as it is for the
    /// first caller after a restart of the server.
    pub(super) async fn read<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.run(script, 2).await
    }

    async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
        attempts: u32,
    ) -> Result<T, StoreError> {
        let mut waiting = Waiting { connection: self, used: self.connecting(), begun: Instant::now() };
        let work = async {
            for _ in 1..attempts {
                match self.once(&waiting.used, script).await {
                    Err(error) if error.is_connection_dropped() => waiting.used = self.connecting(),
                    outcome => return outcome,
                }
            }
            self.once(&waiting.used, script).await
        };
        let outcome = tokio::time::timeout(self.timeout, work).await;
        let Ok(outcome) = outcome else {
            return Err(StoreError::message(format!("Redis did not answer within {:?}", self.timeout)));
        };
        // Any response shows that the connection works.
        waiting.begun = Instant::now();
        outcome.map_err(StoreError::new)
    }

    /// Runs a script on this connection, which is discarded if it turns out to be unusable.
    async fn once<T: FromRedisValue>(
        &self,
        connecting: &Connecting,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, RedisError> {
        let mut connection = match connecting.clone().await {
            Ok(connection) => connection,
            Err(error) => {
                self.forget(connecting);
                return Err(error);
            }
        };
        let outcome = script.invoke_async(&mut connection).await;
        if let Err(error) = &outcome
            && (error.is_unrecoverable_error() || is_demoted(error))
        {
            self.forget(connecting);
        }
        outcome
    }

    /// The connection, or the attempt in progress, or a new attempt.
    fn connecting(&self) -> Connecting {
        self.slot().get_or_insert_with(|| self.connect()).clone()
    }

    fn connect(&self) -> Connecting {
        let client = self.client.clone();
        // `run` waits for responses, including for a turn on the connection. An attempt that no caller waits
        // for any more must still come to an end.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.to_connect.saturating_mul(2)))
            .set_response_timeout(None);
        // A task, because a dropped caller must not leave an attempt half done for the next one.
        let attempt =
            tokio::spawn(async move { client.get_multiplexed_async_connection_with_config(&config).await });
        attempt
            .map(|done| done.unwrap_or_else(|panic| Err(std::io::Error::other(panic).into())))
            .boxed()
            .shared()
    }

    /// Makes the next operation reconnect, unless another one has already done so.
    fn forget(&self, connecting: &Connecting) {
        let mut slot = self.slot();
        if slot.as_ref().is_some_and(|current| current.ptr_eq(connecting)) {
            *slot = None;
        }
    }

    /// Nothing that could panic happens under the lock.
    fn slot(&self) -> MutexGuard<'_, Option<Connecting>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An operation waiting for its response. If it is aborted after a long wait, by the timeout here or by a
/// caller, the next operation gets a new connection. Operations that share the old one may still get their
/// responses from it.
struct Waiting<'a> {
    connection: &'a Connection,
    used: Connecting,
    begun: Instant,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        // A browser that disconnects after a moment says nothing about the connection.
        if self.begun.elapsed() >= self.connection.timeout / 2 {
            self.connection.forget(&self.used);
        }
    }
}

/// After a fail-over the old primary may still respond, as a replica; the address now leads elsewhere.
fn is_demoted(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}
