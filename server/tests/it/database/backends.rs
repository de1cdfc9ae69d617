//! Empty databases, and what the tests put into them.

use std::sync::Arc;

use accounts::ports::{Identity, NewUser, User, UserCreated};
use database::Database;
use database::mongodb::MongoDatabase; // slim: mongodb
use database::postgres::PostgresDatabase; // slim: postgres
use database::sqlite::SqliteDatabase;
use domain::account::{DisplayName, EmailAddress, UserId};
use sqlx::postgres::{PgPool, PgPoolOptions}; // slim: postgres
use storage::sqlite::Engine;
use storage::{DatabaseUrl, sqlite};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// An empty database; what it needs lives as long as this.
pub(crate) struct Bed {
    url: String,
    _directory: Option<tempfile::TempDir>,
}

impl Bed {
    /// Its address. It has not been opened yet and has no schema.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn database(&self) -> Arc<dyn Database> {
        open(&self.url).await
    }
}

pub(crate) async fn sqlite_file() -> Bed {
    let directory = tempfile::tempdir().unwrap();
    Bed { url: format!("sqlite://{}/test.db", directory.path().display()), _directory: Some(directory) }
}

pub(crate) async fn sqlite_memory() -> Bed {
    Bed { url: "sqlite::memory:".to_owned(), _directory: None }
}

// slim: mongodb
/// `None`, after printing the reason, if there is no such server.
pub(crate) async fn mongodb() -> Option<Bed> {
    let server = test_servers::required(test_servers::mongodb())?;
    Some(Bed { url: server.fresh_url(), _directory: None })
}
// slim: end

// slim: postgres
/// `None`, after printing the reason, if there is no such server.
pub(crate) async fn postgres() -> Option<Bed> {
    let server = test_servers::required(test_servers::postgres())?;
    Some(Bed { url: server.fresh_url(), _directory: None })
}
// slim: end

/// Opens the database at an address, as a separate process would.
pub(crate) async fn open(url: &str) -> Arc<dyn Database> {
    // slim: mongodb
    if url.starts_with("mongodb://") {
        return Arc::new(MongoDatabase::new(mongodb_at(url).await));
    }
    // slim: end
    // slim: postgres
    if url.starts_with("postgres://") {
        return Arc::new(PostgresDatabase::new(postgres_at(url)));
    }
    // slim: end
    Arc::new(SqliteDatabase::open(sqlite_at(url).await).await.unwrap())
}

/// The file or memory itself.
pub(crate) async fn sqlite_at(url: &str) -> Engine {
    match DatabaseUrl::parse(url) {
        Ok(DatabaseUrl::SqliteFile(path)) => sqlite::open_file(&path).await.unwrap(),
        Ok(DatabaseUrl::SqliteMemory) => sqlite::open_memory().await.unwrap(),
        other => panic!("{url} is {other:?}"),
    }
}

// slim: postgres
/// Direct connections to the database, for inspection.
pub(crate) fn postgres_at(url: &str) -> PgPool {
    PgPoolOptions::new().max_connections(10).connect_lazy(url).unwrap()
}
// slim: end

// slim: mongodb
/// The database itself, for inspection.
pub(crate) async fn mongodb_at(url: &str) -> mongodb::Database {
    let client = mongodb::Client::with_uri_str(url).await.unwrap();
    client.default_database().unwrap()
}
// slim: end

/// The start time of the tests.
pub(crate) const NOON: OffsetDateTime = datetime!(2025-06-01 12:00 UTC);

/// This many seconds after [`NOON`].
pub(crate) fn at(seconds: i64) -> OffsetDateTime {
    NOON + Duration::seconds(seconds)
}

pub(crate) fn new_id() -> UserId {
    UserId::from_random(rand::random())
}

pub(crate) fn email(address: &str) -> EmailAddress {
    EmailAddress::parse(address).unwrap()
}

pub(crate) fn name(name: &str) -> DisplayName {
    DisplayName::parse(name).unwrap()
}

pub(crate) fn identity(provider: &str, subject: &str) -> Identity {
    Identity { provider: provider.to_owned(), subject: subject.to_owned() }
}

/// A new account with a password.
pub(crate) fn new_user(address: &str) -> NewUser {
    NewUser {
        id: new_id(),
        email: email(address),
        email_verified: false,
        display_name: name("Ada Lovelace"),
        password_hash: Some("$first".to_owned()),
        preferences: None,
        identity: None,
        created_at: NOON,
        expires_at: None,
    }
}

pub(crate) async fn created(database: &Arc<dyn Database>, user: NewUser) -> User {
    match database.create_user(user).await.unwrap() {
        UserCreated::Done(user) => user,
        refused => panic!("no account was created: {refused:?}"),
    }
}

/// Creates an account with a password.
pub(crate) async fn account(database: &Arc<dyn Database>, address: &str) -> User {
    created(database, new_user(address)).await
}

/// Runs all tasks concurrently and collects their results.
pub(crate) async fn all_at_once<T: Send + 'static, F>(tasks: impl IntoIterator<Item = F>) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<F> = tasks.into_iter().collect();
    let start = Arc::new(tokio::sync::Barrier::new(tasks.len()));
    let mut running = tokio::task::JoinSet::new();
    for task in tasks {
        let start = Arc::clone(&start);
        running.spawn(async move {
            start.wait().await;
            task.await
        });
    }
    running.join_all().await
}
