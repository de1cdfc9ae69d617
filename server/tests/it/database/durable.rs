//! What was answered is in the file: a copy of database and log, taken right after the answer, holds the change.
//!
//! A copy shows what the system has been given. That it also survives a power cut is what `synchronous=FULL` adds
//! (`storage::sqlite` tests the setting on every connection): SQLite then waits for `fsync` before it answers.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use accounts::ports::{Identities as _, Linked, Unlinked, Users as _};
use database::Database;
use database::sqlite::SqliteDatabase;
use session_rows::{Lookup, NewRow, Replaced, RowKey, SessionRows as _};
use sessions::store::SqliteRows;
use storage::sqlite::open_file;

use crate::database::backends::{NOON, account, at, identity};

/// By another process: SQLite's locks belong to the process, and closing any handle of the file drops them.
async fn copy_of(file: &Path, directory: &Path, name: &str) -> (SqliteDatabase, SqliteRows) {
    let copy = directory.join(name);
    for suffix in ["", "-wal"] {
        let path = |path: &Path| format!("{}{suffix}", path.display());
        assert!(Command::new("cp").args([path(file), path(&copy)]).status().unwrap().success());
    }
    let engine = open_file(&copy).await.unwrap();
    (SqliteDatabase::open(engine.clone()).await.unwrap(), SqliteRows::open(engine).await.unwrap())
}

fn row(key: u8) -> NewRow {
    NewRow {
        key: RowKey([key; 32]),
        handle: format!("handle-{key}"),
        owner: Some("ada".to_owned()),
        data: b"sealed".to_vec(),
        created_at: NOON,
        last_activity: NOON,
        expires_at: at(1000),
        live_until: at(1000),
    }
}

#[tokio::test]
async fn what_was_answered_is_in_the_file_and_its_log() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("test.db");
    let engine = open_file(&file).await.unwrap();
    let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(engine.clone()).await.unwrap());
    let rows = SqliteRows::open(engine).await.unwrap();
    let copy = async |name: &str| copy_of(&file, directory.path(), name).await;

    let ada = account(&database, "ada@example.com").await;
    assert_eq!(copy("1").await.0.user(&ada.id).await.unwrap().as_ref(), Some(&ada));
    database.set_password(&ada.id, 1, "$second").await.unwrap();
    let password = copy("2").await.0.user(&ada.id).await.unwrap().unwrap().password_hash;
    assert_eq!(password.as_deref(), Some("$second"));

    let linked = identity("acme", "1");
    assert_eq!(database.link_identity(&ada.id, &linked, at(1)).await.unwrap(), Linked::Done);
    let identities = async |name| copy(name).await.0.identities(&ada.id).await.unwrap();
    assert_eq!(identities("link").await, std::slice::from_ref(&linked));
    assert_eq!(database.unlink_identity(&ada.id, "acme").await.unwrap(), Unlinked::Done);
    assert_eq!(identities("unlink").await, []);

    rows.create(&row(1)).await.unwrap();
    assert!(matches!(copy("3").await.1.load(&row(1).key, NOON).await.unwrap(), Lookup::Found(_)));
    let replaced = rows.replace(&row(1).key, 1, &row(2), at(60), NOON).await.unwrap();
    assert_eq!(replaced, Replaced::Done);
    let (_, copied) = copy("4").await;
    assert_eq!(copied.load(&row(1).key, NOON).await.unwrap(), Lookup::Replaced);
    assert!(matches!(copied.load(&row(2).key, NOON).await.unwrap(), Lookup::Found(_)));
    // A log out.
    assert!(rows.delete(&row(2).key).await.unwrap());
    assert_eq!(copy("5").await.1.load(&row(2).key, NOON).await.unwrap(), Lookup::Missing);

    // Of all others, as after a new password, and of everybody's, by an operator.
    for key in 3..=6 {
        rows.create(&row(key)).await.unwrap();
    }
    assert!(rows.end_all("ada", Some(&row(3).key)).await.unwrap() >= 3);
    let (_, copied) = copy("6").await;
    assert_eq!(copied.load(&row(4).key, NOON).await.unwrap(), Lookup::Missing);
    assert!(matches!(copied.load(&row(3).key, NOON).await.unwrap(), Lookup::Found(_)));
    assert!(rows.end_everyone().await.unwrap() >= 1);
    assert_eq!(copy("7").await.1.load(&row(3).key, NOON).await.unwrap(), Lookup::Missing);
    // An account.
    assert!(database.delete_user(&ada.id).await.unwrap());
    assert_eq!(copy("8").await.0.user(&ada.id).await.unwrap(), None);
}
