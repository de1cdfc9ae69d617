//! Executes the command line.

use domain::account::EmailAddress;

use crate::bundle_step;
use crate::cli::{Cli, Command, SessionsCommand, Whose};
use crate::config::{AppEnv, Config, ConfigErrors};
use crate::demo_account::{DEMO_EMAIL, DEMO_PASSWORD};
use crate::startup::{Overrides, Server, StartError};
use crate::telemetry;
use database::stores::Stores;
use sessions::cleanup;
use sessions::clock::Clock;

/// Runs a command.
///
/// # Errors
/// A single message that says what to change.
pub async fn run(cli: Cli) -> Result<(), StartError> {
    match cli.command() {
        Command::Serve => serve(Config::load()?).await,
        Command::Bundle { release } => bundle_step::on_command(&Config::load()?, release),
        Command::CheckConfig => {
            print!("{}", Config::load()?.describe());
            Ok(())
        }
        Command::Sessions(command) => sessions(Config::load()?, command).await,
    }
}

async fn serve(mut config: Config) -> Result<(), StartError> {
    telemetry::init(&config);
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    if config.admin_addr.is_some() {
        tracing::warn!("ADMIN_ADDR is set, but this version has no metrics to listen for");
    }
    config.ensure_secrets().map_err(|error| StartError::Other(error.to_string()))?;
    bundle_step::before_serving(&config)?;
    let server = Server::build(config, Overrides::default()).await?;
    greet(&server);
    server.serve(signal()).await.map_err(|error| StartError::Other(format!("the server stopped: {error}")))
}

fn greet(server: &Server) {
    let config = &server.app.config;
    println!("\n  Workout Trainer   {}", config.public_url.as_str());
    if config.env != AppEnv::Production {
        println!("  demo login        {DEMO_EMAIL} / {DEMO_PASSWORD}");
    }
    println!("  sessions in       {}\n", server.app.sessions.rows.kind());
}

/// Waits for Ctrl-C or the process manager's stop signal.
async fn signal() {
    let interrupt = async {
        // If no handler can be installed, the default action still ends the process, as intended.
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

async fn sessions(mut config: Config, command: SessionsCommand) -> Result<(), StartError> {
    if config.session.store.is_memory() {
        return Err(StartError::Other(format!(
            "SESSION_STORE={}: such a store lives in the server process; restart the server to empty it",
            config.session.store
        )));
    }
    config.remote.maintenance = true;
    let Stores { rows, database } = Stores::open(&config.stores(), true).await?;
    let now = Clock::system().now();
    let other = |error: &dyn std::fmt::Display| StartError::Other(error.to_string());
    match command {
        SessionsCommand::Stats => {
            // Both stores create their tables on first use; after this, restricted database rights are
            // enough.
            database.ping().await.map_err(|error| other(&error))?;
            let stats = rows.stats(now).await.map_err(|error| other(&error))?;
            println!("signed in  {}", stats.signed_in);
            println!("live       {}", stats.live);
            println!("expired    {}", stats.expired);
        }
        SessionsCommand::Purge => {
            let removed =
                cleanup::delete_expired(rows.as_ref(), now, |_| {}).await.map_err(|error| other(&error))?;
            println!("removed    {removed}");
        }
        SessionsCommand::Revoke(Whose { user: Some(email), .. }) => {
            let address = EmailAddress::parse(&email)
                .map_err(|_| StartError::Other(format!("--user {email:?} is not an e-mail address")))?;
            let user = database.user_by_email(&address).await.map_err(|error| other(&error))?;
            let Some(user) = user else {
                return Err(StartError::Other(format!("no account has the address {email:?}")));
            };
            let ended = rows.end_all(user.id.as_str(), None).await.map_err(|error| other(&error))?;
            println!("ended      {ended}");
        }
        SessionsCommand::Revoke(Whose { user: None, .. }) => {
            let ended = rows.end_everyone().await.map_err(|error| other(&error))?;
            println!("ended      {ended}");
        }
    }
    Ok(())
}

/// Exit code for an error: 2 for a configuration error.
#[must_use]
pub fn exit_code(error: &StartError) -> u8 {
    if matches!(error, StartError::Config(ConfigErrors(_))) { 2 } else { 1 }
}
