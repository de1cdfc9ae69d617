//! The stores' first answers. A server starts whether they come or not, and goes on asking.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;

use crate::config::AppEnv;
use crate::demo_account;
use crate::state::App;
use accounts::ports::DatabaseError;
use oauth::demo_provider::GrantError;
use session_rows::StoreError;

/// The first pause after a failure; doubles with each further one …
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// … up to this, so that a store that is back is ready, and the demo account there, within five seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

#[derive(Debug, thiserror::Error)]
enum NotYet {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Database(DatabaseError),
    #[error("{0}")]
    Grants(#[from] GrantError),
    #[error("the demo account: {0}")]
    Seed(#[from] accounts::Error),
}

impl From<DatabaseError> for NotYet {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

/// Until both stores have answered once, with their tables made and, where there is one, the demo account in place.
///
/// Stores make their tables with the first operation they are asked for, whatever it is; here it is a question that
/// must be answered within `STORE_TIMEOUT`. A change of the tables that takes longer is made by a command, which may take
/// ten minutes (`sessions stats`), before the servers are started.
pub(super) async fn run(app: App) {
    let mut pause = FIRST_PAUSE;
    while let Err(error) = once(&app).await {
        if let NotYet::Seed(error @ accounts::Error::Internal(_)) = error {
            tracing::error!(%error, "the demo account could not be made");
            return;
        }
        tracing::debug!(%error, ?pause, "a store is not ready; trying again");
        // Instances that were started together need not come back together.
        let part = rand::rng().random_range(0.5..1.0);
        tokio::time::sleep(pause.mul_f64(part)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn once(app: &App) -> Result<(), NotYet> {
    let now = app.clock.now();
    // The clean-ups may take longer: who does not answer at all is found out by the question before them.
    let sessions = async {
        app.sessions.rows.ping().await?;
        app.sessions.rows.sweep(now, 1).await?;
        Ok(())
    };
    let database = async {
        app.db.ping().await?;
        app.db.delete_expired_grants(now).await?;
        if app.config.env != AppEnv::Production {
            demo_account::seed(app).await?;
        }
        Ok(())
    };
    // Both are tried, whatever becomes of the other.
    let (sessions, database): (Result<(), NotYet>, Result<(), NotYet>) = tokio::join!(sessions, database);
    sessions.and(database)
}

/// Starts it, and waits for it as long as a request would.
pub(super) async fn begin(app: &App, patience: Duration) -> WarmUp {
    let mut task = tokio::spawn(run(Arc::clone(app)));
    if tokio::time::timeout(patience, &mut task).await.is_err() {
        tracing::warn!(
            "starting although a store does not answer: pages that need it say so until it is there"
        );
    }
    WarmUp(task)
}

/// Ends with the server.
#[derive(Debug)]
pub(super) struct WarmUp(tokio::task::JoinHandle<()>);

impl Drop for WarmUp {
    fn drop(&mut self) {
        self.0.abort();
    }
}
