//! Waits for the first responses of the stores. The server starts without them and keeps retrying.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;

use crate::demo_account;
use crate::state::App;
use accounts::ports::DatabaseError;
use configuration::AppEnv;
use oauth::demo_provider::GrantError; // slim: demo-provider
use session_rows::StoreError;

/// The first pause after a failure; it doubles with each further failure …
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// … up to this, so that within five seconds of a store's return it is ready and the demo account exists.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

#[derive(Debug, thiserror::Error)]
enum NotYet {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    // slim: demo-provider
    #[error("{0}")]
    Grants(#[from] GrantError),
    // slim: end
    #[error("the demo account: {0}")]
    Seed(#[from] accounts::Error),
}

/// Runs until both stores have responded once, with their tables created and the demo account in place, or
/// removed.
///
/// Stores create their tables on first use; here the first use is a ping that must be answered within
/// `STORE_TIMEOUT`. A migration that takes longer is run by a command, which may take ten minutes (`sessions
/// stats`), before the servers are started.
pub(super) async fn run(app: App) {
    let mut pause = FIRST_PAUSE;
    while let Err(error) = once(&app).await {
        if let NotYet::Seed(error @ accounts::Error::Internal(_)) = error {
            tracing::error!(%error, "the demo account could be neither made nor removed");
            return;
        }
        tracing::debug!(%error, ?pause, "a store is not ready; trying again");
        // Jitter: instances that were started together should not retry together.
        let part = rand::rng().random_range(0.5..1.0);
        tokio::time::sleep(pause.mul_f64(part)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn once(app: &App) -> Result<(), NotYet> {
    let now = app.clock.now();
    // The clean-ups may take longer; the ping before them detects a store that does not respond at all.
    let sessions = async {
        app.sessions.rows.ping().await?;
        app.sessions.rows.sweep(now, 1).await?;
        Ok(())
    };
    let database = async {
        app.db.ping().await?;
        app.db.delete_expired_grants(now).await?; // slim: demo-provider
        match app.config.env {
            AppEnv::Development => demo_account::seed(app).await?,
            AppEnv::Demo => demo_account::unseed(app).await?,
            AppEnv::Production => {}
        }
        Ok(())
    };
    // Both are tried, whatever the result of the other.
    let (sessions, database): (Result<(), NotYet>, Result<(), NotYet>) = tokio::join!(sessions, database);
    sessions.and(database)
}

/// Starts the warm-up and waits for it as long as a request would.
pub(super) async fn begin(app: &App, patience: Duration) -> WarmUp {
    let mut task = tokio::spawn(run(Arc::clone(app)));
    if tokio::time::timeout(patience, &mut task).await.is_err() {
        tracing::warn!("starting although a store is not ready: pages that need it say so until it is");
    }
    WarmUp(task)
}

/// Stops with the server.
#[derive(Debug)]
pub(super) struct WarmUp(tokio::task::JoinHandle<()>);

impl Drop for WarmUp {
    fn drop(&mut self) {
        self.0.abort();
    }
}
