//! Sessions like those of the server. Shared with the benchmark of the server.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use configuration::{Config, Secret};
use domain::account::UserId;
use rand::RngExt as _;
use serde_json::json;
use session_rows::{NewRow, RowKey, SessionRows};
use sessions::Sessions;
use sessions::clock::Clock;
use sessions::data::Login;
use sessions::keys::Keys;
use sessions::seal::Sealer;
use sessions::store::SqliteRows;
use storage::sqlite::open_file_unsynchronised;
use time::Duration;

/// SQLite, but without waiting for the disk after every session: losing these in a power cut does not matter.
pub(crate) async fn unhurried(path: &Path) -> Result<Arc<dyn SessionRows>, Box<dyn Error>> {
    Ok(Arc::new(SqliteRows::open(open_file_unsynchronised(path).await?).await?))
}

/// Makes sessions like those of the server.
pub(crate) struct Maker {
    sessions: Arc<Sessions>,
    sealer: Sealer,
    clock: Clock,
    owners: Vec<UserId>,
}

impl Maker {
    pub(crate) fn new(
        config: &Config,
        rows: Arc<dyn SessionRows>,
        owners: Vec<UserId>,
    ) -> Result<Self, Box<dyn Error>> {
        let secrets: Vec<&[u8]> = config.session.secrets.iter().map(Secret::expose).collect();
        let keys = Keys::new(&secrets)?;
        let clock = Clock::system();
        let sessions = Sessions::new(rows, &keys, clock.clone(), config.session.settings.clone());
        Ok(Self { sessions, sealer: Sealer::from(&keys), clock, owners })
    }

    /// The session with this number: owners take turns, and its login is up to a quarter of an hour ago.
    pub(crate) fn row(&self, number: u64) -> NewRow {
        let mut random = rand::rng();
        let key = RowKey(random.random());
        let owner = &self.owners[usize::try_from(number).unwrap_or_default() % self.owners.len()];
        let at = self.clock.now() - Duration::milliseconds(random.random_range(0..900_000));
        let login = Login {
            user_id: owner.clone(),
            login_time: at,
            fresh_at: at,
            ip_address: Some(format!("198.51.100.{}", number % 256)),
            user_agent: Some(
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
            ),
            provider: "password".to_owned(),
        };
        let times = self.sessions.times(Some(&login), at);
        let data = json!({ "login": login }).to_string();
        NewRow {
            key,
            handle: URL_SAFE_NO_PAD.encode(random.random::<[u8; 16]>()),
            owner: Some(owner.as_str().to_owned()),
            data: self.sealer.seal(&key, data.as_bytes()),
            created_at: at,
            last_activity: at,
            expires_at: times.expires_at,
            live_until: times.live_until,
        }
    }
}
