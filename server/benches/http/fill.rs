//! Fills a store with sessions before the measurement, in the form in which the server itself writes them.

use configuration::Config;
use database::stores::Stores;
use domain::account::UserId;
use rand::RngExt as _;
use storage::StoreUrl;
use tokio::runtime::{Builder, Runtime};

use crate::maker::{Maker, unhurried};
use crate::store::Site;
use crate::{Outcome, filler};

/// How many accounts the sessions belong to. They are made up: only their sessions are stored.
const ACCOUNTS: usize = 1_000;

/// Sessions between two lines of progress.
const STEP: u64 = 100_000;

/// On one thread, because the processors are divided between server and load.
pub(crate) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Writes the sessions of this site. No server may be running on it meanwhile.
///
/// # Errors
/// If the store fails.
pub(crate) fn fill(site: &Site) -> Outcome<()> {
    if site.size.sessions == 0 {
        return Ok(());
    }
    eprintln!("writing {} sessions", site.size.sessions);
    runtime()?.block_on(write(site))
}

async fn write(site: &Site) -> Outcome<()> {
    let config = Config::from_vars(&site.variables())?;
    let settings = config.stores();
    // slim: mongodb/postgres/redis
    // The first operation may have to create the schema.
    let remote = storage::RemoteSettings { maintenance: true, ..settings.remote };
    let settings = database::stores::StoreSettings { remote, ..settings };
    // slim: end
    let Stores { rows, database: _database } = Stores::open(&settings).await?;
    let (rows, at_once) = match &config.session.store {
        StoreUrl::SqliteFile(path) => (unhurried(path).await?, 1),
        _ => (rows, 64),
    };
    let owners = (0..ACCOUNTS).map(|_| UserId::from_random(rand::rng().random())).collect();
    let maker = Maker::new(&config, rows.clone(), owners)?;
    let progress = |done: u64| {
        if done.is_multiple_of(STEP) {
            eprintln!("{done:>10}");
        }
    };
    filler::fill(rows.as_ref(), at_once, (0..site.size.sessions).map(|number| maker.row(number)), progress)
        .await?;
    Ok(())
}
