//! Fills the session store with any number of sessions, to see how the application performs with them.
//!
//! ```text
//! SESSION_STORE=sqlite://data/trial.db cargo run --release -p server --example fill_sessions -- --count 1000000
//! SESSION_STORE=… cargo run --release -p server --example fill_sessions -- --count 10000 --user demo@example.com
//! ```
//!
//! The configuration is that of the server (`SESSION_STORE`, `DATABASE_URL`, `SESSION_SECRETS`, `.env`), so
//! the rows are like its own: sealed with its secrets, each with a login. No browser has a cookie for them.
//! They are written in the ordinary way, by `create`, many at once.

mod filler;
mod maker;

use std::error::Error;
use std::time::Instant;

use clap::Parser;
use configuration::Config;
use database::stores::Stores;
use domain::account::{EmailAddress, UserId};
use rand::RngExt as _;
use storage::StoreUrl;

use maker::{Maker, unhurried};

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
    /// How many are written at once.
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
    let Stores { rows, database, .. } = Stores::open(&config.stores()).await?;
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
    let new = (0..options.count).map(|number| maker.row(number));
    filler::fill(rows.as_ref(), options.at_once.into(), new, progress).await?;
    let took = begun.elapsed().as_secs_f64();
    println!("{} sessions in {took:.1} s: {:.0} per second", options.count, options.count as f64 / took);
    Ok(())
}
