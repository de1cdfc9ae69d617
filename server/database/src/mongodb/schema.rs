//! The indexes, and the schema version.
//!
//! `createIndexes` does nothing for an existing index, and waits for one that another process is building, so
//! every start requests all of them, and any number of processes may do so at once. Collections are created
//! with their indexes.

use futures::TryStreamExt as _;
use mongodb::bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::IndexOptions;
use mongodb::{Collection, Database, IndexModel};
use serde::{Deserialize, Serialize};

use super::GRANTS; // slim: demo-provider
use super::error::{failed, is_duplicate, unreadable};
use super::{ACCOUNT_FAILURES, EVENTS, FAILURES, USERS};
use super::{LOGGED_WORKOUTS, WORKOUTS}; // slim: trainer
use accounts::ports::DatabaseError;
use storage::fault::{Fault, Mistake, StoreFailure};

/// Increases when older programs must no longer write here.
const VERSION: i32 = 1;

/// Where the version is stored. A collection of its own, because the session store may use the same database.
pub(crate) const COLLECTION: &str = "account_schema";
/// The `_id` of its only document.
const ID: &str = "accounts";

/// Concurrent upserts of one `_id` may collide; the next try finds what the other one created.
const TRIES: u32 = 5;

#[derive(Debug, Serialize, Deserialize)]
struct Version {
    version: i32,
}

/// Brings the schema up to date. Idempotent, and safe for several concurrent processes.
pub(super) async fn prepare(database: &Database) -> Result<(), DatabaseError> {
    let versions = database.collection::<Version>(COLLECTION);
    // Checks before it changes anything …
    if let Some(found) = versions.find_one(doc! { "_id": ID }).await.map_err(unreadable(COLLECTION))? {
        refuse_newer(database, &found)?;
    }
    for (collection, indexes) in indexes() {
        database.collection::<Document>(collection).create_indexes(indexes).await.map_err(foreign)?;
    }
    // … and afterwards, because a newer program may have started meanwhile. The version never decreases.
    refuse_newer(database, &raised(&versions).await?)
}

/// Documents that do not fit our unique indexes are not ours.
fn foreign(error: Error) -> DatabaseError {
    let failure = StoreFailure::of(&error);
    match failure.fault() {
        Fault::Data => DatabaseError::described(StoreFailure::mistake(Mistake::Foreign, failure.to_string())),
        Fault::Unreachable | Fault::Full | Fault::Misconfigured(_) | Fault::Contended => failed(error),
    }
}

/// Fails if the schema is newer than this program knows; changes nothing.
pub(crate) async fn check(database: &Database) -> Result<(), StoreFailure> {
    let versions = database.collection::<Version>(COLLECTION);
    let found = versions.find_one(doc! { "_id": ID }).await.map_err(|error| StoreFailure::of(&error))?;
    found.map_or(Ok(()), |found| known(database, &found))
}

fn refuse_newer(database: &Database, found: &Version) -> Result<(), DatabaseError> {
    known(database, found).map_err(DatabaseError::new)
}

fn known(database: &Database, found: &Version) -> Result<(), StoreFailure> {
    if found.version <= VERSION {
        return Ok(());
    }
    let text = format!(
        "the MongoDB database `{}` has schema version {}, but this program knows versions up to {VERSION} only: \
         start the newer program, or restore a backup",
        database.name(),
        found.version
    );
    Err(StoreFailure::mistake(Mistake::Newer, text))
}

/// Names a unique index that is missing, and that the documents there do not allow: they are not ours. Only reads, and
/// only collections without the index. Lists are left to the server.
pub(crate) async fn obstacle(database: &Database) -> Result<Option<String>, StoreFailure> {
    for (name, indexes) in indexes() {
        let collection = database.collection::<Document>(name);
        // If the collection does not exist, it has no documents either.
        let Ok(existing) = collection.list_index_names().await else { continue };
        for IndexModel { keys, options, .. } in indexes {
            let Some(IndexOptions { name: Some(index), unique: Some(true), .. }) = options else { continue };
            if existing.contains(&index) || keys.keys().any(|field| field.contains('.')) {
                continue;
            }
            let there: Document =
                keys.keys().map(|field| (field.clone(), doc! { "$exists": true }.into())).collect();
            let values: Document =
                keys.keys().map(|field| (field.clone(), format!("${field}").into())).collect();
            let twice = [
                doc! { "$match": there },
                doc! { "$group": { "_id": values, "count": { "$sum": 1 } } },
                doc! { "$match": { "count": { "$gt": 1 } } },
                doc! { "$limit": 1 },
            ];
            let found = async { collection.aggregate(twice).await?.try_next().await };
            if found.await.map_err(|error: Error| StoreFailure::of(&error))?.is_some() {
                return Ok(Some(format!("{name}.{index}")));
            }
        }
    }
    Ok(None)
}

/// Raises the version to ours, unless it is higher already, and returns the current one.
async fn raised(versions: &Collection<Version>) -> Result<Version, DatabaseError> {
    let this = doc! { "_id": ID };
    for _ in 0..TRIES {
        let ours = doc! { "$max": { "version": VERSION } };
        match versions.update_one(this.clone(), ours).upsert(true).await {
            Ok(_) => break,
            Err(error) if is_duplicate(&error) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    let raised = versions.find_one(this).await.map_err(unreadable(COLLECTION))?;
    raised.ok_or_else(|| DatabaseError::corrupt(COLLECTION))
}

/// For each collection: what is unique, what is queried, what is deleted.
fn indexes() -> Vec<(&'static str, Vec<IndexModel>)> {
    vec![
        (
            USERS,
            vec![
                // Sparse: a document being deleted has neither. Documents without identities lack the field
                // entirely, because servers differ in how they index an empty array.
                index("email_key", doc! { "email_key": 1 }, &[UNIQUE, SPARSE]),
                index("identities_key", doc! { "identities.key": 1 }, &[UNIQUE, SPARSE]),
                index("deleting", doc! { "deleting": 1 }, &[SPARSE]),
                index("expires_at", doc! { "expires_at": 1 }, &[SPARSE]),
            ],
        ),
        // slim: trainer
        (
            WORKOUTS,
            vec![
                index("user_started_at", doc! { "user": 1, "started_at": -1 }, &[UNIQUE]),
                index("provisional", doc! { "provisional": 1 }, &[SPARSE]),
            ],
        ),
        (
            LOGGED_WORKOUTS,
            vec![
                index("user_workout", doc! { "user": 1, "workout": 1 }, &[UNIQUE]),
                index("user_place", doc! { "user": 1, "place": 1 }, &[UNIQUE]),
                index("user_started_at", doc! { "user": 1, "started_at": -1, "workout": -1 }, &[]),
                index(
                    "version",
                    doc! { "user": 1, "place": 1, "revision": 1, "added_at": 1, "started_at": 1 },
                    &[],
                ),
                index("provisional", doc! { "provisional": 1 }, &[SPARSE]),
            ],
        ),
        // slim: end
        (
            EVENTS,
            vec![
                index("user_at", doc! { "user": 1, "at": -1, "_id": -1 }, &[]),
                index("at", doc! { "at": 1 }, &[]),
                index("provisional", doc! { "provisional": 1 }, &[SPARSE]),
            ],
        ),
        (
            FAILURES,
            vec![
                index("failures_account", doc! { "failures.account": 1 }, &[]),
                index("failures_at", doc! { "failures.at": 1 }, &[]),
                index("newest", doc! { "newest": 1 }, &[]),
            ],
        ),
        (
            ACCOUNT_FAILURES,
            vec![
                index("failures_at", doc! { "failures.at": 1 }, &[]),
                index("newest", doc! { "newest": 1 }, &[]),
            ],
        ),
        (GRANTS, vec![index("expires_at", doc! { "expires_at": 1 }, &[])]), // slim: demo-provider
    ]
}

#[derive(PartialEq)]
enum Trait {
    Unique,
    Sparse,
}

const UNIQUE: Trait = Trait::Unique;
const SPARSE: Trait = Trait::Sparse;

fn index(name: &str, keys: Document, traits: &[Trait]) -> IndexModel {
    let options = IndexOptions::builder()
        .name(name.to_owned())
        .unique(traits.contains(&UNIQUE).then_some(true))
        .sparse(traits.contains(&SPARSE).then_some(true))
        .build();
    IndexModel::builder().keys(keys).options(options).build()
}
