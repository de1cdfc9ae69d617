//! Empty databases, and what the tests put into them.

use std::sync::Arc;

use server::database::sqlite::{SqliteDatabase, pool};
use server::database::{Database, Identity, NewUser, User, UserCreated};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use workout_trainer::account::{DisplayName, EmailAddress, UserId};

/// An empty database; what it needs lives as long as this.
pub(crate) struct Bed {
    database: Arc<dyn Database>,
    _directory: Option<tempfile::TempDir>,
}

impl Bed {
    pub(crate) fn database(&self) -> Arc<dyn Database> {
        Arc::clone(&self.database)
    }
}

pub(crate) async fn sqlite_file() -> Bed {
    let directory = tempfile::tempdir().unwrap();
    let pool = pool::open(&format!("sqlite://{}/trainer.db", directory.path().display())).await.unwrap();
    let database = Arc::new(SqliteDatabase::open(pool).await.unwrap());
    Bed { database, _directory: Some(directory) }
}

pub(crate) async fn sqlite_memory() -> Bed {
    let pool = pool::open("sqlite::memory:").await.unwrap();
    Bed { database: Arc::new(SqliteDatabase::open(pool).await.unwrap()), _directory: None }
}

/// The moment the tests begin.
pub(crate) const NOON: OffsetDateTime = datetime!(2025-06-01 12:00 UTC);

/// That many seconds after [`NOON`].
pub(crate) fn at(seconds: i64) -> OffsetDateTime {
    NOON + Duration::seconds(seconds)
}

/// A random id.
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

/// An account to be, with a password.
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
    }
}

/// Makes the account.
pub(crate) async fn created(database: &Arc<dyn Database>, user: NewUser) -> User {
    match database.create_user(user).await.unwrap() {
        UserCreated::Done(user) => user,
        refused => panic!("no account was made: {refused:?}"),
    }
}

/// Makes an account with a password.
pub(crate) async fn account(database: &Arc<dyn Database>, address: &str) -> User {
    created(database, new_user(address)).await
}

/// Runs all at once and collects what they answer.
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
