//! Fills the session store with any number of sessions, to see how the application performs with them.
//!
//! ```text
//! SESSION_STORE=redis://127.0.0.1/0 cargo run --release -p server --example fill_sessions -- --count 1000000
//! SESSION_STORE=… cargo run --release -p server --example fill_sessions -- --count 10000 --user demo@example.com
//! ```
//!
//! The configuration is that of the server (`SESSION_STORE`, `DATABASE_URL`, `SESSION_SECRETS`, `.env`), so
//! the rows are like its own: sealed with its secrets, each with a login. No browser has a cookie for them.
//! They are written in the ordinary way, by `create`, many at once.

mod filler;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Parser;
use configuration::{Config, Secret};
use database::stores::Stores;
use domain::account::{EmailAddress, UserId};
use rand::RngExt as _;
use serde_json::json;
use session_rows::{NewRow, RowKey, SessionRows};
use sessions::Sessions;
use sessions::clock::Clock;
use sessions::data::Login;
use sessions::keys::Keys;
use sessions::seal::Sealer;
use sessions::store::SqliteRows;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use storage::StoreUrl;
use time::Duration;

/// Sessions between two lines of progress.
const STEP: u64 = 100_000;

/// Fills the session store with sessions.
#[derive(Debug, Parser)]
struct Options {
    /// How many sessions.
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// Spread over so many accounts, which are invented.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
    accounts: u64,
    /// All of one account, which exists.
    #[arg(long, conflicts_with = "accounts")]
    user: Option<String>,
    /// How many are written at once; on SQLite, which has one writer, it is always one.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    at_once: u16,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let mut config = Config::load()?;
    if config.session.store.is_memory() {
        return Err(
            format!("SESSION_STORE={}: it would be gone with this program", config.session.store).into()
        );
    }
    config.ensure_secrets()?;
    let one_writer = matches!(config.session.store, StoreUrl::SqliteFile(_));
    let at_once = if one_writer { 1 } else { usize::from(options.at_once) };

    let Stores { rows, database, .. } = Stores::open(&config.stores(), true).await?;
    let rows = match &config.session.store {
        StoreUrl::SqliteFile(path) => unhurried(path).await?,
        _ => rows,
    };
    let owners = match &options.user {
        None => (0..options.accounts).map(|_| UserId::from_random(rand::rng().random())).collect(),
        Some(email) => {
            let address = EmailAddress::parse(email).map_err(|_| format!("{email:?} is no address"))?;
            let user = database.user_by_email(&address).await.map_err(|error| error.to_string())?;
            vec![user.ok_or_else(|| format!("no account has the address {email:?}"))?.id]
        }
    };

    println!("{} sessions of {} accounts into {}", options.count, owners.len(), config.session.store);
    let maker = Maker::new(&config, rows.clone(), owners)?;
    let begun = Instant::now();
    let progress = |done: u64| {
        if done.is_multiple_of(STEP) {
            println!("{done:>10}  {:.0} s", begun.elapsed().as_secs_f64());
        }
    };
    filler::fill(rows.as_ref(), at_once, (0..options.count).map(|number| maker.row(number)), progress)
        .await?;
    let took = begun.elapsed().as_secs_f64();
    println!("{} sessions in {took:.1} s: {:.0} per second", options.count, options.count as f64 / took);
    Ok(())
}

/// SQLite, but without waiting for the disk after every session: losing these in a power cut does not matter.
async fn unhurried(path: &Path) -> Result<Arc<dyn SessionRows>, Box<dyn Error>> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .busy_timeout(std::time::Duration::from_secs(5));
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    Ok(Arc::new(SqliteRows::open(pool).await?))
}

/// Makes sessions like those of the server.
struct Maker {
    sessions: Arc<Sessions>,
    sealer: Sealer,
    clock: Clock,
    owners: Vec<UserId>,
}

impl Maker {
    fn new(config: &Config, rows: Arc<dyn SessionRows>, owners: Vec<UserId>) -> Result<Self, Box<dyn Error>> {
        let secrets: Vec<&[u8]> = config.session.secrets.iter().map(Secret::expose).collect();
        let keys = Keys::new(&secrets)?;
        let clock = Clock::system();
        let sessions = Sessions::new(rows, &keys, clock.clone(), config.session.settings.clone());
        Ok(Self { sessions, sealer: Sealer::from(&keys), clock, owners })
    }

    /// The session with this number: owners take turns, and its login is up to a quarter of an hour ago.
    fn row(&self, number: u64) -> NewRow {
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
