//! MongoDB specifics: the schema version, interrupted steps, and the content of the collections.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use accounts::ports::DatabaseError;
use accounts::ports::{SecurityEvents as _, Users as _};
use database::Database;
use database::mongodb::MongoDatabase;
use futures::TryStreamExt as _;
use mongodb::bson::{Bson, Document, doc};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::ClientOptions;
use storage::fault::{Fault, Mistake};
use tokio::sync::mpsc;

use crate::database::attempts::{refused_at_once, until_refused};
use crate::database::backends::{account, all_at_once, at, email, identity, mongodb_at, new_id, new_user};
use crate::database::deletion::{clean_up, full_account};
use crate::database::events::event;
use crate::database::logged_workouts::opened; // slim: trainer
use crate::database::races::deletion_under_writers;
use crate::database::workouts::workout; // slim: trainer

/// The database under test, and direct access to it.
async fn new_database() -> Option<(Arc<dyn Database>, mongodb::Database)> {
    let bed = crate::database::backends::mongodb().await?;
    Some((bed.database().await, mongodb_at(bed.url()).await))
}

// slim: trainer
/// Of a full account: one each in `users`, `workouts`, `logged_workouts` and `security_events`.
const DOCUMENTS: usize = 4;
// slim: instead
// /// Of a full account: one each in `users` and `security_events`.
// const DOCUMENTS: usize = 2;
// slim: end

/// All documents of all existing collections, including future ones.
async fn everything(raw: &mongodb::Database) -> Vec<(String, Document)> {
    let mut everything = Vec::new();
    for name in raw.list_collection_names().await.unwrap() {
        let documents = raw.collection::<Document>(&name).find(doc! {}).await.unwrap();
        let documents: Vec<Document> = documents.try_collect().await.unwrap();
        everything.extend(documents.into_iter().map(|document| (name.clone(), document)));
    }
    everything
}

/// How many documents contain that word in any field.
async fn places(raw: &mongodb::Database, word: &str) -> usize {
    let everything = everything(raw).await;
    everything.iter().filter(|(_, document)| document.to_string().contains(word)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_deletion_no_collection_knows_the_person() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = full_account(&database, new_user("ada@example.com"), "ada-at-google").await;
    // Address and identity are in the first of them, and the address is also in a grant.
    let words = [(ada.id.as_str(), DOCUMENTS), (ada.email.as_str(), 2), ("ada-at-google", 1)];
    for (word, expected) in words {
        assert_eq!(places(&raw, word).await, expected);
    }
    database.delete_user(&ada.id).await.unwrap();
    assert_eq!(places(&raw, ada.email.as_str()).await, 1, "the grant is not the account's");
    clean_up(&database).await;
    for (word, _) in words {
        assert_eq!(places(&raw, word).await, 0, "{word} is still there");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_deletion_under_writers_no_collection_knows_the_person() {
    let Some((database, raw)) = new_database().await else { return };
    for round in 0..4 {
        let ada = deletion_under_writers(&database, Duration::from_millis(round * 3)).await;
        clean_up(&database).await;
        let left: Vec<_> =
            everything(&raw).await.into_iter().filter(|(name, _)| name != "account_schema").collect();
        assert_eq!(left, [], "round {round}, {}", ada.id);
    }
}

/// Like [`mongodb_at`], but insertions into `collection` are paused before they are sent: the first channel
/// is notified, and they continue after a message on the second.
async fn stopping_at_insertion(
    url: &str,
    collection: &'static str,
) -> (mongodb::Database, mpsc::UnboundedReceiver<()>, std::sync::mpsc::Sender<()>) {
    let (stopped, hears) = mpsc::unbounded_channel();
    let (says, go_on) = std::sync::mpsc::channel();
    let go_on = Mutex::new(go_on);
    let mut options = ClientOptions::parse(url).await.unwrap();
    options.command_event_handler = Some(EventHandler::callback(move |event| {
        if let CommandEvent::Started(started) = event
            && started.command.get_str("insert").is_ok_and(|name| name == collection)
        {
            stopped.send(()).unwrap();
            go_on.lock().unwrap().recv().unwrap();
        }
    }));
    (mongodb::Client::with_options(options).unwrap().default_database().unwrap(), hears, says)
}

/// However late: even if it was allowed before, and nothing of the account is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_arrives_after_the_whole_deletion_is_taken_back() {
    for collection in
        ["security_events", /* slim: trainer */ "workouts", "logged_workouts" /* slim: end */]
    {
        let Some(bed) = crate::database::backends::mongodb().await else { return };
        let database = bed.database().await;
        let ada = account(&database, "ada@example.com").await;
        let (slow, mut stopped, go_on) = stopping_at_insertion(bed.url(), collection).await;
        let slow: Arc<dyn Database> = Arc::new(MongoDatabase::new(slow));
        let late = tokio::spawn({
            let id = ada.id.clone();
            async move {
                // slim: trainer
                match collection {
                    "workouts" => slow.add_workout(&id, &workout("Full body A", 0)).await.unwrap(),
                    "logged_workouts" => {
                        slow.add_logged(&id, &opened(1, at(0)), at(0)).await.map(|_| ()).unwrap()
                    }
                    _ => slow.add_event(&id, &event("session_created", 0, None)).await.unwrap(),
                }
                // slim: instead
                // slow.add_event(&id, &event("session_created", 0, None)).await.unwrap();
                // slim: end
            }
        });
        stopped.recv().await.unwrap();
        assert!(database.delete_user(&ada.id).await.unwrap());
        go_on.send(()).unwrap();
        late.await.unwrap();
        assert_eq!(places(&mongodb_at(bed.url()).await, ada.id.as_str()).await, 0, "{collection}");
    }
}

#[tokio::test]
async fn what_was_added_is_not_provisional_any_more() {
    let Some((database, raw)) = new_database().await else { return };
    full_account(&database, new_user("ada@example.com"), "1").await;
    assert_eq!(places(&raw, "provisional").await, 0);
}

/// The process died between marking and removing.
#[tokio::test]
async fn a_deletion_that_was_broken_off_is_finished_by_the_clean_up() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = full_account(&database, new_user("ada@example.com"), "1").await;
    let grace = full_account(&database, new_user("grace@example.com"), "2").await;
    let mark = doc! { "_id": ada.id.as_str(), "deleting": true };
    let users = raw.collection::<Document>("users");
    users.replace_one(doc! { "_id": ada.id.as_str() }, mark).await.unwrap();

    // From here on the account is gone for everybody.
    assert_eq!(database.user(&ada.id).await.unwrap(), None);
    assert_eq!(database.user_by_email(&ada.email).await.unwrap(), None);
    assert_eq!(database.user_by_identity(&identity("google", "1")).await.unwrap(), None);
    assert_eq!(database.identities(&ada.id).await.unwrap(), []);
    assert!(!database.delete_user(&ada.id).await.unwrap());
    database.link_identity(&ada.id, &identity("google", "1"), at(0)).await.unwrap();
    database.set_preferences(&ada.id, &domain::preferences::Preferences::default()).await.unwrap();
    database.set_display_name(&ada.id, &crate::database::backends::name("Nobody")).await.unwrap();
    database.add_workout(&ada.id, &workout("Full body A", 99)).await.unwrap(); // slim: trainer
    let marked = users.find_one(doc! { "_id": ada.id.as_str() }).await.unwrap().unwrap();
    assert_eq!(marked, doc! { "_id": ada.id.as_str(), "deleting": true });
    // Two of them being deleted at once, and the address with a new owner.
    users.insert_one(doc! { "_id": new_id().as_str(), "deleting": true }).await.unwrap();
    account(&database, "ada@example.com").await;

    assert_eq!(database.delete_old_events(at(-1)).await.unwrap(), 0);
    assert_eq!(places(&raw, ada.id.as_str()).await, 0);
    assert_eq!(places(&raw, "deleting").await, 0);
    assert_eq!(places(&raw, grace.id.as_str()).await, DOCUMENTS, "other accounts lost nothing");
}

/// The process died between inserting and checking the owner.
#[tokio::test]
async fn what_was_added_by_halves_is_kept_for_the_living_and_removed_for_the_gone() {
    let Some((database, raw)) = new_database().await else { return };
    let (ada, gone) = (account(&database, "ada@example.com").await, new_id());
    for user in [&ada.id, &gone] {
        database.add_event(user, &event("authn_login_success", 0, None)).await.unwrap();
        let half = doc! {
            "user": user.as_str(), "kind": "session_created", "at": mongodb::bson::DateTime::now(), "provisional": true,
        };
        raw.collection::<Document>("security_events").insert_one(half).await.unwrap();
    }
    assert_eq!(database.events(&ada.id, 10).await.unwrap().len(), 2, "it was saved");
    database.delete_old_events(at(-1)).await.unwrap();
    assert_eq!(places(&raw, "provisional").await, 0);
    assert_eq!(places(&raw, gone.as_str()).await, 0);
    assert_eq!(database.events(&ada.id, 10).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_clients_can_begin_with_a_new_database_at_once() {
    let Some(bed) = crate::database::backends::mongodb().await else { return };
    let answers = all_at_once((0..8).map(|_| {
        let url = bed.url().to_owned();
        async move {
            crate::database::backends::open(&url).await.user_by_email(&email("a@example.com")).await.unwrap()
        }
    }))
    .await;
    assert_eq!(answers, vec![None; 8]);
    let raw = mongodb_at(bed.url()).await;
    let versions = raw.collection::<Document>("account_schema").count_documents(doc! {}).await.unwrap();
    assert_eq!(versions, 1);
}

#[tokio::test]
async fn beginning_again_keeps_everything_and_adds_no_index() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    let before = raw.collection::<Document>("users").list_index_names().await.unwrap();
    let again = MongoDatabase::new(raw.clone());
    again.prepare().await.unwrap();
    assert_eq!(again.user_by_email(&email("ada@example.com")).await.unwrap(), Some(ada));
    assert_eq!(raw.collection::<Document>("users").list_index_names().await.unwrap(), before);
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_in_a_clear_sentence_and_left_alone() {
    let Some(bed) = crate::database::backends::mongodb().await else { return };
    let raw = mongodb_at(bed.url()).await;
    let version = doc! { "_id": "accounts", "version": 99 };
    raw.collection::<Document>("account_schema").insert_one(&version).await.unwrap();
    let database = MongoDatabase::new(raw.clone());
    let errors: [DatabaseError; 3] = [
        database.ping().await.unwrap_err(),
        database.user(&new_id()).await.unwrap_err(),
        database.delete_old_events(at(0)).await.unwrap_err(),
    ];
    for error in errors {
        let error = error.to_string();
        assert!(error.contains("has schema version 99, but this program knows versions up to 1"), "{error}");
        assert!(error.contains(raw.name()), "{error}");
    }
    assert_eq!(everything(&raw).await, [("account_schema".to_owned(), version)]);
}

#[tokio::test]
async fn preferences_that_cannot_be_read_do_not_lock_the_person_out() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    for of_tomorrow in [Bson::Document(doc! { "theme": "of tomorrow" }), Bson::String("{}".to_owned())] {
        let change = doc! { "$set": { "preferences": of_tomorrow } };
        raw.collection::<Document>("users").update_one(doc! {}, change).await.unwrap();
        assert_eq!(database.user(&ada.id).await.unwrap().as_ref(), Some(&ada));
    }
}

#[tokio::test]
async fn a_document_nobody_here_wrote_is_an_error_that_says_where() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    for (change, place) in
        [(doc! { "email": "not an address" }, "users.email"), (doc! { "email": ["not an address"] }, "users")]
    {
        raw.collection::<Document>("users").update_one(doc! {}, doc! { "$set": change }).await.unwrap();
        let error = database.user(&ada.id).await.unwrap_err().to_string();
        assert!(error.contains(&format!("{place} holds")) && !error.contains("not an"), "{error}");
    }
}

/// Typed text does not belong in logs.
#[tokio::test]
async fn an_error_about_a_duplicate_does_not_quote_it() {
    let Some((database, _)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    let same_id = accounts::ports::NewUser { id: ada.id.clone(), ..new_user("grace@example.com") };
    let error = database.create_user(same_id).await.unwrap_err().to_string();
    assert!(error.contains("an account with this id exists") && !error.contains(ada.id.as_str()), "{error}");
    let debug = format!("{database:?}");
    assert!(debug.starts_with("MongoDatabase") && !debug.contains("localhost"), "{debug}");
}

/// An address that asks for less: reads from a secondary, unacknowledged writes.
#[tokio::test]
async fn what_an_address_says_about_consistency_is_overruled() {
    let Some(bed) = crate::database::backends::mongodb().await else { return };
    let separator = if bed.url().contains('?') { '&' } else { '?' };
    let careless = format!("{}{separator}w=0&readPreference=secondary", bed.url());
    let database: Arc<dyn Database> = Arc::new(MongoDatabase::new(mongodb_at(&careless).await));
    // If unacknowledged, the second account would be "created" too; if read from a secondary (there is none),
    // nothing would be found in time.
    account(&database, "ada@example.com").await;
    let second = database.create_user(new_user("ada@example.com")).await.unwrap();
    assert_eq!(second, accounts::ports::UserCreated::EmailTaken);
}

/// Waiting would not help.
#[tokio::test]
async fn collections_of_another_program_are_a_mistake_and_not_an_outage() {
    let Some(bed) = crate::database::backends::mongodb().await else { return };
    let raw = mongodb_at(bed.url()).await;
    let same = doc! { "email_key": "ada@example.com" };
    raw.collection::<Document>("users").insert_many([&same, &same]).await.unwrap();
    let database = MongoDatabase::new(raw.clone());
    let error = database.ping().await.unwrap_err();
    assert_eq!(error.fault(), Fault::Misconfigured(Mistake::Foreign), "{error}");
    assert!(!error.to_string().contains("ada@"), "{error}");
}

// slim: demo-provider
/// The server's message about an index quotes the value.
#[tokio::test]
async fn an_error_of_the_driver_does_not_quote_what_was_typed() {
    let Some((database, _)) = new_database().await else { return };
    let grant = oauth::demo_provider::DemoGrant { payload: "ada@example.com".to_owned(), expires_at: at(60) };
    database.put_grant(&[7; 32], &grant).await.unwrap();
    let error = database.put_grant(&[7; 32], &grant).await.unwrap_err();
    assert!(error.to_string().contains("DuplicateKey") || error.to_string().contains("11000"), "{error}");
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("ada@") && !text.contains("dup key"), "{text}");
    }
}
// slim: end

#[tokio::test]
async fn to_refuse_a_login_nothing_is_written() {
    let Some((database, raw)) = new_database().await else { return };
    until_refused(&database).await;
    let before = everything(&raw).await;
    refused_at_once(&database).await;
    assert_eq!(everything(&raw).await, before);
}
