//! The same in MongoDB.

use storage::fault::StoreFailure;
use storage::{RemoteSettings, RemoteUrl, remote};

use super::nothing_in;
use crate::check::{Kept, failed};
use crate::mongodb::schema;

/// The collection that shows it.
fn collection(kept: Kept) -> &'static str {
    match kept {
        Kept::Accounts => schema::COLLECTION,
        Kept::Sessions => "sessions",
    }
}

pub(super) async fn check(
    url: &RemoteUrl,
    kept: Kept,
    settings: &RemoteSettings,
) -> Result<(), StoreFailure> {
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
