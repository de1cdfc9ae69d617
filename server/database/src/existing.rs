//! Whether a store has the table into which a command is going to look: one whose name is mistyped, or was
//! forgotten, must neither get our tables nor pass for an empty store.
//!
//! Accounts and sessions may be kept apart, so a table of the one kind says nothing about the other. Tables
//! of an older version are brought up to date by the first operation, as at a start.

use std::fmt::Display;
use std::path::Path;

use storage::fault::{Mistake, StoreFailure};
use storage::{RemoteSettings, RemoteUrl, StoreUrl, remote, sqlite};

use crate::check::{self, Kept, failed};
use crate::mongodb::schema;

/// The table of a SQL database that shows it. Not `users`, which many programs have.
fn table(kept: Kept) -> &'static str {
    match kept {
        Kept::Accounts => "account_schema",
        Kept::Sessions => "user_sessions",
    }
}

/// The collection of MongoDB that shows it.
fn collection(kept: Kept) -> &'static str {
    match kept {
        Kept::Accounts => schema::COLLECTION,
        Kept::Sessions => "sessions",
    }
}

/// Fails unless a server has kept this in the store; changes nothing.
pub(crate) async fn check(url: &StoreUrl, kept: Kept, settings: &RemoteSettings) -> Result<(), StoreFailure> {
    match url {
        StoreUrl::SqliteFile(path) => file(path, kept),
        StoreUrl::Postgres(url) => postgres(url, kept, settings).await,
        StoreUrl::MongoDb(url) => mongodb(url, kept, settings).await,
        // Redis has databases by number, and nothing is made in one before there is a session.
        StoreUrl::SqliteMemory | StoreUrl::Memory | StoreUrl::Redis(_) => Ok(()),
    }
}

fn file(path: &Path, kept: Kept) -> Result<(), StoreFailure> {
    if !path.exists() {
        return Err(failed(sqlite::OpenError::Missing { path: path.to_owned() }));
    }
    sqlite::check_writable(path).map_err(failed)?;
    let found = check::has_table(path, table(kept)).map_err(failed)?;
    if found { Ok(()) } else { Err(nothing_in(path.display(), kept, table(kept))) }
}

async fn postgres(url: &RemoteUrl, kept: Kept, settings: &RemoteSettings) -> Result<(), StoreFailure> {
    let pool = remote::postgres(url, settings).map_err(failed)?;
    let select = "SELECT current_database()::text, to_regclass($1) IS NOT NULL";
    let (database, found): (String, bool) =
        sqlx::query_as(select).bind(table(kept)).fetch_one(&pool).await.map_err(failed)?;
    pool.close().await;
    if found { Ok(()) } else { Err(nothing_in(database, kept, table(kept))) }
}

async fn mongodb(url: &RemoteUrl, kept: Kept, settings: &RemoteSettings) -> Result<(), StoreFailure> {
    let database = remote::mongodb(url, settings).await.map_err(failed)?;
    let found = has_collection(&database, collection(kept)).await.map_err(failed)?;
    if found { Ok(()) } else { Err(nothing_in(database.name(), kept, collection(kept))) }
}

/// Lists the collections that the role may read. To list all of them takes the privilege `listCollections`,
/// which a server does not need; to read one says nothing, because a collection of sessions may be empty.
async fn has_collection(database: &mongodb::Database, name: &str) -> Result<bool, mongodb::error::Error> {
    let names = database.list_collection_names().authorized_collections(true).await?;
    Ok(names.iter().any(|found| found == name))
}

fn nothing_in(store: impl Display, kept: Kept, name: &str) -> StoreFailure {
    let what = match kept {
        Kept::Accounts => "accounts",
        Kept::Sessions => "sessions",
    };
    let text = format!(
        "the database `{store}` holds no {what} of ours: it has no `{name}`, which the first start of a server \
         makes"
    );
    StoreFailure::mistake(Mistake::NoDatabase, text)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use mongodb::event::EventHandler;
    use mongodb::event::command::CommandEvent;
    use mongodb::options::ClientOptions;

    use super::*;

    /// The stand-in for MongoDB has no roles to try it with, so the command itself is looked at.
    #[tokio::test]
    async fn a_role_that_may_not_list_all_collections_can_ask_for_one() {
        let Some(server) = test_servers::required(test_servers::mongodb()) else { return };
        let url = server.fresh_url();
        let mut options = ClientOptions::parse(url.as_str()).await.unwrap();
        let sent = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&sent);
        options.command_event_handler = Some(EventHandler::callback(move |event: CommandEvent| {
            if let CommandEvent::Started(event) = event {
                log.lock().unwrap().push(event.command);
            }
        }));
        let client = mongodb::Client::with_options(options).unwrap();
        let database = client.default_database().unwrap();
        assert!(!has_collection(&database, "sessions").await.unwrap());
        database.create_collection("sessions").await.unwrap();
        assert!(has_collection(&database, "sessions").await.unwrap(), "though it is empty");
        assert!(!has_collection(&database, schema::COLLECTION).await.unwrap());

        let sent = sent.lock().unwrap();
        let lists: Vec<_> = sent.iter().filter(|command| command.contains_key("listCollections")).collect();
        assert_eq!(lists.len(), 3);
        for list in lists {
            for option in ["nameOnly", "authorizedCollections"] {
                assert!(list.get_bool(option).unwrap(), "{list}");
            }
        }
    }
}
