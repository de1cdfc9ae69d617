//! Looks at the configured stores without creating or changing anything, for `check-config`.

use std::path::Path;

use sqlx::postgres::PgPool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use storage::fault::{Fault, Mistake, StoreFailure};
use storage::postgres::PostgresError;
use storage::{RemoteUrl, StoreUrl, remote, sqlite};

use crate::codec;
use crate::stores::{OpenError, StoreSettings};

const SESSIONS: &str = "SELECT key, replaced, revision, created_at, last_activity, expires_at, live_until, owner, \
                        handle, data FROM user_sessions WHERE 1 = 0";

/// What the start would find: a store that cannot be used is an error; one that does not answer, which may pass, is a
/// line of text.
///
/// # Errors
/// Names the variable, what is wrong and what to do.
pub async fn check(settings: &StoreSettings) -> Result<Vec<String>, OpenError> {
    let mut lines = Vec::new();
    for (variable, url) in
        [("DATABASE_URL", StoreUrl::from(&settings.database)), ("SESSION_STORE", settings.sessions.clone())]
    {
        let Err(failure) = look(&url, settings).await else { continue };
        match failure.fault() {
            Fault::Misconfigured(_) => return Err(OpenError::new(variable, failure)),
            fault @ (Fault::Unreachable | Fault::Full | Fault::Data) => {
                lines.push(format!("{variable}: the store {fault}: {failure}"));
            }
        }
    }
    Ok(lines)
}

async fn look(url: &StoreUrl, settings: &StoreSettings) -> Result<(), StoreFailure> {
    match url {
        StoreUrl::Memory | StoreUrl::SqliteMemory => Ok(()),
        StoreUrl::SqliteFile(path) => file(path, settings.require_private_files).await,
        StoreUrl::Postgres(url) => postgres(url, settings).await.map_err(|error| StoreFailure::of(&error)),
        StoreUrl::Redis(url) => redis(url, settings).await,
        StoreUrl::MongoDb(url) => mongodb(url, settings).await,
    }
}

/// A file that does not exist yet is created by the start.
async fn file(path: &Path, private: bool) -> Result<(), StoreFailure> {
    if !path.exists() {
        return Ok(());
    }
    let of = |error: sqlite::OpenError| StoreFailure::of(&error);
    if path.is_dir() {
        return Err(of(sqlite::OpenError::IsDirectory { path: path.to_owned() }));
    }
    if private && sqlite::is_readable_by_others(path) == Some(true) {
        return Err(of(sqlite::OpenError::Exposed { path: path.to_owned() }));
    }
    if path.metadata().is_ok_and(|metadata| metadata.permissions().readonly()) {
        let text = format!("the database `{}` is read-only for this process", path.display());
        return Err(StoreFailure::mistake(Mistake::ReadOnly, text));
    }
    let found = tables(path).await.map_err(|error| of(sqlite::OpenError::from_sqlx(path, error)))?;
    let known = crate::sqlite::migrate::known();
    if found > known {
        return Err(of(sqlite::OpenError::Newer { path: path.to_owned(), found, known }));
    }
    Ok(())
}

/// Returns the version of the accounts' schema; 0 if there is none.
async fn tables(path: &Path) -> Result<i64, sqlx::Error> {
    // Even reading a database in WAL mode creates files next to it, unless it is declared unchanging. With a log, it
    // is in use, and they exist.
    let log = std::path::PathBuf::from(format!("{}-wal", path.display()));
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(!log.exists());
    let mut connection = options.connect().await?;
    for (table, columns) in [("users", codec::COLUMNS), ("user_sessions", SESSIONS)] {
        if exists(&mut connection, table).await? {
            sqlx::query(columns).fetch_optional(&mut connection).await?;
        }
    }
    let version = "SELECT coalesce(max(version), 0) FROM account_schema";
    let version = match exists(&mut connection, "account_schema").await? {
        true => sqlx::query_scalar(version).fetch_one(&mut connection).await?,
        false => 0,
    };
    connection.close().await?;
    Ok(version)
}

async fn exists(connection: &mut SqliteConnection, table: &str) -> Result<bool, sqlx::Error> {
    let select = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)");
    select.bind(table).fetch_one(connection).await
}

async fn postgres(url: &RemoteUrl, settings: &StoreSettings) -> Result<(), PostgresError> {
    let pool: PgPool = remote::postgres(url, &settings.remote).map_err(sqlx::Error::config)?;
    for (table, columns) in [("users", codec::COLUMNS), ("user_sessions", SESSIONS)] {
        let found: bool =
            sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table).fetch_one(&pool).await?;
        if found {
            sqlx::query(columns).fetch_optional(&pool).await?;
        }
    }
    let mut connection = pool.acquire().await?;
    crate::postgres::migrate::refuse_newer(&mut connection).await?;
    drop(connection);
    pool.close().await;
    Ok(())
}

async fn redis(url: &RemoteUrl, settings: &StoreSettings) -> Result<(), StoreFailure> {
    let prefix = url.prefix().unwrap_or_else(|| sessions::store::redis::PREFIX.to_owned());
    let client = remote::redis(url).map_err(|error| StoreFailure::of(&error))?;
    let rows = sessions::store::RedisRows::new(client, &prefix, settings.remote.timeout);
    session_rows::SessionRows::ping(&rows).await.map_err(|error| StoreFailure::of(&error))
}

/// A command that needs a login and the right to read, which `ping` does not.
async fn mongodb(url: &RemoteUrl, settings: &StoreSettings) -> Result<(), StoreFailure> {
    let database = remote::mongodb(url, &settings.remote).await.map_err(|error| StoreFailure::of(&error))?;
    let users = database.collection::<mongodb::bson::Document>("users");
    let found = users.find_one(mongodb::bson::doc! {}).projection(mongodb::bson::doc! { "_id": 1 }).await;
    found.map(drop).map_err(|error| StoreFailure::of(&error))
}
