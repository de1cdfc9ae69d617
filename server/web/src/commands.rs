//! Executes the command line.

use std::io::{self, ErrorKind};
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use domain::account::EmailAddress;
use domain::name::{NAME, SLUG};

use crate::bundle_step;
use crate::cli::{Cli, Command, SessionsCommand, Whose};
use crate::demo_account::{DEMO_EMAIL, DEMO_PASSWORD};
use crate::healthcheck;
use crate::output::{print, tell};
use crate::render::Document;
use crate::signals;
use crate::startup::{self, Overrides, Server, StartError};
use configuration::{AppEnv, Config, ConfigErrors, LogFormat};
use database::stores::{SessionTable, Stores};
use sessions::cleanup;
use sessions::clock::Clock;

/// Runs a command. If it fails, the reason has been written when this returns. `document` renders the pages; `inherited` is a socket to serve on,
/// if this process was given one.
pub async fn run(cli: Cli, document: Document, inherited: io::Result<Option<TcpListener>>) -> ExitCode {
    let command = cli.command();
    let serves = command == Command::Serve;
    // Docker reserves every code but 0 and 1 of a health check.
    let is_healthcheck = matches!(command, Command::Healthcheck { .. });
    match execute(command, document, inherited).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error, serves);
            if is_healthcheck { ExitCode::FAILURE } else { ExitCode::from(exit_code(&error)) }
        }
    }
}

async fn execute(
    command: Command,
    document: Document,
    inherited: io::Result<Option<TcpListener>>,
) -> Result<(), StartError> {
    match command {
        Command::Serve => serve(Config::load()?, document, inherited).await,
        Command::Bundle { release } => bundle_step::on_command(&Config::load()?, release),
        Command::CheckConfig => check(&Config::load()?).await,
        #[cfg(feature = "build-bundle")]
        Command::Rename(name) => crate::rename::on_command(&name),
        #[cfg(feature = "build-bundle")]
        Command::Slim(parts) => crate::slim::on_command(&parts),
        Command::Sessions(command) => sessions(Config::load()?, command).await,
        Command::Backup { path } => backup(&Config::load()?, &path).await,
        Command::Healthcheck { ready } => {
            let line = healthcheck::ask(&Config::load()?, ready).await.map_err(StartError::Other)?;
            print(format_args!("{line}\n"))
        }
    }
}

/// What reads the log of a server as JSON must be able to read why there is none. Commands are for people.
fn report(error: &StartError, serves: bool) {
    if serves && Config::log_format_at_start() == LogFormat::Json {
        return telemetry::start_failed(error);
    }
    match error {
        StartError::Several(errors) => errors.iter().for_each(|error| tell(format_args!("error: {error}"))),
        error => tell(format_args!("error: {error}")),
    }
}

/// What a start would say about configuration, address, open files, bundle, secrets and stores; creates nothing. Fails
/// with every error that it finds.
async fn check(config: &Config) -> Result<(), StartError> {
    print(format_args!("{}", config.describe()))?;
    let mut warnings = config.warnings.clone();
    let mut errors = Vec::new();
    warnings.extend(startup::connection_limits(config).1);
    warnings.extend(startup::without_traces(config).map(str::to_owned));
    for (variable, addr) in [("SITE_ADDR", Some(config.site_addr)), ("ADMIN_ADDR", config.admin_addr)] {
        let Some(addr) = addr else { continue };
        match connections::try_address(addr) {
            Ok(()) => {}
            // Most likely by the server that is to be replaced.
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                warnings.push(format!("{variable}={addr} is in use: it has to be free at the start"));
            }
            Err(source) => errors.push(StartError::Listen { variable, addr, source }),
        }
    }
    match bundle_step::check(config) {
        Ok(remark) => warnings.extend(remark),
        Err(error) => errors.push(error),
    }
    if let Err(error) = config.check_secrets() {
        errors.push(StartError::Other(error.to_string()));
    }
    let stores = database::check::check(&config.stores()).await;
    warnings.extend(stores.warnings);
    errors.extend(stores.errors.into_iter().map(StartError::from));
    errors.extend(startup::http_client().err());
    warnings.iter().for_each(|warning| tell(format_args!("warning: {warning}")));
    if errors.is_empty() { Ok(()) } else { Err(StartError::Several(errors)) }
}

async fn serve(
    mut config: Config,
    document: Document,
    inherited: io::Result<Option<TcpListener>>,
) -> Result<(), StartError> {
    let format = match config.log_format {
        LogFormat::Json => telemetry::LogFormat::Json,
        LogFormat::Pretty => telemetry::LogFormat::Pretty,
    };
    // Until the end, whatever it is: the last lines are written then.
    let traces = match &config.otlp_endpoint {
        Some(endpoint) => telemetry::traces::start(endpoint.as_str(), SLUG),
        None => Ok(None),
    };
    let traces = traces.map_err(|error| StartError::Other(format!("traces (OTEL_…): {error}")))?;
    let _log = telemetry::init(format, &config.log_filter, traces.as_ref())
        .map_err(|error| StartError::Other(format!("logging cannot begin: {error}")))?;
    for warning in config.warnings.iter().map(String::as_str).chain(startup::without_traces(&config)) {
        tracing::warn!("{warning}");
    }
    config.ensure_secrets().map_err(|error| StartError::Other(error.to_string()))?;
    bundle_step::before_serving(&config)?;
    let listener = inherited.map_err(|error| {
        StartError::Other(format!("the socket that was handed over (LISTEN_FDS): {error}"))
    })?;
    let server = Server::build(config, document, Overrides { listener, ..Overrides::default() }).await?;
    if let Some(addr) = server.admin_addr() {
        tracing::info!(event = "sys_metrics", %addr, "metrics are served at /metrics");
    }
    greet(&server);
    let app = Arc::clone(&server.app);
    let stop = async move {
        match &app.live_reload {
            Some(reload) => reload.run(&app.assets.css, signals::stop()).await,
            None => signals::stop().await,
        }
    };
    server.serve(stop).await;
    if let Some(traces) = traces {
        traces.stop().await;
    }
    Ok(())
}

/// For a person at a terminal; those who read JSON get an event.
fn greet(server: &Server) {
    let config = &server.app.config;
    let (url, kind) = (config.public_url.as_str(), server.app.sessions.rows.kind());
    match config.log_format {
        LogFormat::Json => {
            tracing::info!(event = "sys_startup", url, addr = %server.addr(), sessions_in = %kind, "serving");
        }
        LogFormat::Pretty => {
            let demo = match config.env {
                AppEnv::Production | AppEnv::Demo => String::new(),
                AppEnv::Development => {
                    format!("  demo login        {DEMO_EMAIL} / {DEMO_PASSWORD}\n")
                }
            };
            let hint = development_hint(config);
            // A server does not end because nobody reads its greeting.
            let _ = print(format_args!("\n  {NAME:<16}  {url}\n{demo}  sessions in       {kind}\n{hint}\n"));
        }
    }
}

async fn backup(config: &Config, path: &Path) -> Result<(), StartError> {
    let backup = database::backup::back_up(&config.stores(), path).await?;
    if let Some(store) = backup.without_sessions_in {
        tell(format_args!("warning: SESSION_STORE={store}: sessions are not in the copy"));
    }
    for (file, bytes) in backup.files {
        print(format_args!("copied     {}  {bytes} bytes\n", file.display()))?;
    }
    Ok(())
}

/// What is good to know while the sources change, if anything.
fn development_hint(config: &Config) -> &'static str {
    if config.live_reload && config.session.store.is_memory() {
        "  Sessions in memory end at every restart (SESSION_STORE).\n"
    } else if config.started_by_cargo && config.env == AppEnv::Development {
        "  `cargo dev` does the same, then rebuilds and reloads the page at every change.\n"
    } else {
        ""
    }
}

async fn sessions(config: Config, command: SessionsCommand) -> Result<(), StartError> {
    if config.session.store.is_memory() {
        return Err(StartError::Other(format!(
            "SESSION_STORE={}: such a store lives in the server process; restart the server to empty it",
            config.session.store
        )));
    }
    let settings = config.stores();
    // slim: mongodb/postgres/redis
    let remote = storage::RemoteSettings { maintenance: true, ..settings.remote };
    let settings = database::stores::StoreSettings { remote, ..settings };
    // slim: end
    let Stores { rows, database } = Stores::open_existing(&settings, session_table(&command)).await?;
    let now = Clock::system().now();
    let other = |error: &dyn std::fmt::Display| StartError::Other(error.to_string());
    match command {
        SessionsCommand::Stats => {
            // Both stores create their tables on first use; after this, restricted database rights are
            // enough.
            database.ping().await.map_err(|error| other(&error))?;
            let stats = rows.stats(now).await.map_err(|error| other(&error))?;
            print(format_args!(
                "signed in  {}\nlive       {}\nexpired    {}\n",
                stats.signed_in, stats.live, stats.expired
            ))?;
        }
        SessionsCommand::Purge => {
            let removed =
                cleanup::delete_expired(rows.as_ref(), now, |_| {}).await.map_err(|error| other(&error))?;
            print(format_args!("removed    {removed}\n"))?;
        }
        SessionsCommand::Revoke(Whose { user: Some(email), .. }) => {
            let address = EmailAddress::parse(&email)
                .map_err(|_| StartError::Other(format!("--user {email:?} is not an e-mail address")))?;
            let user = database.user_by_email(&address).await.map_err(|error| other(&error))?;
            let Some(user) = user else {
                return Err(StartError::Other(format!("no account has the address {email:?}")));
            };
            let ended = rows.end_all(user.id.as_str(), None).await.map_err(|error| other(&error))?;
            print(format_args!("ended      {ended}\n"))?;
        }
        SessionsCommand::Revoke(Whose { user: None, .. }) => {
            let ended = rows.end_everyone().await.map_err(|error| other(&error))?;
            print(format_args!("ended      {ended}\n"))?;
        }
    }
    Ok(())
}

/// Before an update it is `stats` that brings the tables up to date. The others must not find nothing to end
/// in a table that they have made themselves.
fn session_table(command: &SessionsCommand) -> SessionTable {
    match command {
        SessionsCommand::Stats => SessionTable::MadeWithAccounts,
        SessionsCommand::Purge | SessionsCommand::Revoke(_) => SessionTable::Required,
    }
}

/// Exit code for an error: 2 for a configuration error.
fn exit_code(error: &StartError) -> u8 {
    if matches!(error, StartError::Config(ConfigErrors(_))) { 2 } else { 1 }
}
