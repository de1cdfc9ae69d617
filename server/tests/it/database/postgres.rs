//! PostgreSQL specifics: the schema version, concurrent steps, and the content of the tables.

use std::sync::Arc;
use std::time::Duration;

use accounts::ports::Linked;
use accounts::ports::WorkoutAdded; // slim: trainer
use database::Database;
use database::postgres::PostgresDatabase;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use storage::fault::{Fault, Mistake};

use crate::database::attempts::{refused_at_once, until_refused};
use crate::database::backends::{account, at, email, identity, new_user, postgres_at};
use crate::database::deletion::{clean_up, full_account};
use crate::database::events::event;
use crate::database::logged_workouts::{finished, opened}; // slim: trainer
use crate::database::races::deletion_under_writers;
use crate::database::workouts::workout; // slim: trainer

/// The database under test, and direct access to it.
async fn new_database() -> Option<(Arc<dyn Database>, PgPool)> {
    let bed = crate::database::backends::postgres().await?;
    Some((bed.database().await, postgres_at(bed.url())))
}

// slim: trainer
/// In which a full account has rows: `users`, `identities`, `workouts`, `logged_workouts`, `security_events`.
const TABLES: i64 = 5;
// slim: instead
// /// In which a full account has rows: `users`, `identities`, `security_events`.
// const TABLES: i64 = 3;
// slim: end

/// In how many rows and columns of all existing tables that word occurs, including future tables.
async fn places(raw: &PgPool, word: &str) -> i64 {
    let columns = "SELECT format('SELECT count(*) FROM %I WHERE strpos(%I::text, $1) > 0', table_name, column_name) \
                   FROM information_schema.columns WHERE table_schema = current_schema()";
    let counts: Vec<String> = sqlx::query_scalar(columns).fetch_all(raw).await.unwrap();
    assert!(counts.len() > 20, "only {} columns were found", counts.len());
    let mut places = 0;
    for count in counts {
        places += sqlx::query_scalar::<_, i64>(AssertSqlSafe(count)).bind(word).fetch_one(raw).await.unwrap();
    }
    places
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_deletion_no_table_knows_the_person() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = full_account(&database, new_user("ada@example.com"), "ada-at-google").await;
    // email, email_key and a grant; the subject.
    let words = [(ada.id.as_str(), TABLES), (ada.email.as_str(), 3), ("ada-at-google", 1)];
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
async fn after_a_deletion_under_writers_no_table_knows_the_person() {
    let Some((database, raw)) = new_database().await else { return };
    for round in 0..8 {
        let ada = deletion_under_writers(&database, Duration::from_millis(round * 3)).await;
        assert_eq!(places(&raw, ada.id.as_str()).await, 0, "in round {round}");
    }
}

/// The deletion is in progress, uncommitted: additions wait for it, and then there is no account to add them
/// to.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_meets_a_deletion_halfway_is_dropped_without_an_error() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    let mut deletion = raw.begin().await.unwrap();
    sqlx::query("DELETE FROM users WHERE id = $1")
        .bind(ada.id.as_str())
        .execute(&mut *deletion)
        .await
        .unwrap();
    let (at_google, login) = (identity("google", "1"), event("authn_login_success", 0, None));
    // slim: trainer
    let (done, open) = (workout("Full body A", 0), opened(1, at(0)));
    let own = async {
        tokio::join!(database.add_workout(&ada.id, &done), database.add_logged(&ada.id, &open, at(0)))
    };
    let waiting = 4;
    // slim: instead
    // let (own, waiting) = (async {}, 2);
    // slim: end
    let added = async {
        tokio::join!(
            database.add_event(&ada.id, &login),
            database.link_identity(&ada.id, &at_google, at(0)),
            own
        )
    };
    let commit = async {
        until_so_many_wait(&raw, waiting).await;
        deletion.commit().await.unwrap();
    };
    let ((event, linked, own), ()) = tokio::join!(added, commit);
    event.unwrap();
    // slim: trainer
    own.0.unwrap();
    assert_eq!(own.1.unwrap(), WorkoutAdded::Done, "dropped");
    // slim: instead
    // let () = own;
    // slim: end
    assert_eq!(linked.unwrap(), Linked::Done);
    assert_eq!(places(&raw, ada.id.as_str()).await, 0);
}

// slim: trainer
/// A change of a finished workout takes the account as well, and the deletion of an account its workouts: in one order.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deletion_that_meets_a_change_of_a_workout_halfway_waits_for_all_of_it() {
    // Before the other trigger, which has a greater name.
    const HOLD: &str = "\
        CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS \
        'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END'; \
        CREATE TRIGGER hold AFTER UPDATE ON logged_workouts FOR EACH ROW EXECUTE FUNCTION hold()";
    let Some((database, raw)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    let done = finished(1, at(0));
    assert_eq!(database.add_logged(&ada.id, &done, at(0)).await.unwrap(), WorkoutAdded::Done);
    sqlx::raw_sql(HOLD).execute(&raw).await.unwrap();
    let mut held = raw.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(1)").execute(&mut *held).await.unwrap();
    let deletion = async {
        until_so_many_wait(&raw, 1).await;
        database.delete_user(&ada.id).await
    };
    let release = async {
        until_so_many_wait(&raw, 2).await;
        let account = sqlx::query("SELECT id FROM users FOR KEY SHARE NOWAIT").execute(&raw).await;
        held.commit().await.unwrap();
        account
    };
    let (changed, deleted, account) =
        tokio::join!(database.save_logged(&ada.id, &done, 1), deletion, release);
    assert!(account.is_ok(), "the deletion has the account, and waits for the workout: {account:?}");
    assert!(changed.unwrap());
    deleted.unwrap();
    assert_eq!(places(&raw, ada.id.as_str()).await, 0);
}
// slim: end

/// Returns when this many connections of the database wait for a lock.
async fn until_so_many_wait(raw: &PgPool, expected: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..1000 {
        if sqlx::query_scalar::<_, i64>(sql).fetch_one(raw).await.unwrap() == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never did {expected} connections wait");
}

#[tokio::test]
async fn opening_touches_nothing_and_opening_again_keeps_everything() {
    let Some(bed) = crate::database::backends::postgres().await else { return };
    let raw = postgres_at(bed.url());
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";
    let database = bed.database().await;
    assert_eq!(sqlx::query_scalar::<_, i64>(tables).fetch_one(&raw).await.unwrap(), 0);
    let ada = account(&database, "ada@example.com").await;
    let again = bed.database().await;
    assert_eq!(again.user_by_email(&email("ada@example.com")).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_in_a_clear_sentence() {
    let Some((database, raw)) = new_database().await else { return };
    database.ping().await.unwrap();
    sqlx::query("INSERT INTO account_schema (version) VALUES (99)").execute(&raw).await.unwrap();
    let error = PostgresDatabase::new(raw).ping().await.unwrap_err();
    assert!(
        error.to_string().contains("schema version 99, but this program knows versions up to 1"),
        "{error}"
    );
    assert_eq!(error.fault(), Fault::Misconfigured(Mistake::Newer));
}

#[tokio::test]
async fn preferences_that_cannot_be_read_do_not_lock_the_person_out() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    sqlx::query("UPDATE users SET preferences = '{\"theme\":\"of tomorrow\"}'").execute(&raw).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn a_row_nobody_here_wrote_is_an_error_that_says_where() {
    let Some((database, raw)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    sqlx::query("UPDATE users SET email = 'not an address'").execute(&raw).await.unwrap();
    let error = database.user(&ada.id).await.unwrap_err().to_string();
    assert!(error.contains("users.email") && !error.contains("not an address"), "{error}");
}

/// PostgreSQL's text cannot contain NUL, but a provider may still send one.
#[tokio::test]
async fn a_zero_in_a_text_is_an_error_and_nothing_else() {
    let Some((database, _raw)) = new_database().await else { return };
    let ada = account(&database, "ada@example.com").await;
    let zero = identity("google", "4\0");
    assert!(database.link_identity(&ada.id, &zero, at(0)).await.is_err());
    assert!(database.user_by_identity(&zero).await.is_err());
    assert_eq!(database.identities(&ada.id).await.unwrap(), []);
}

#[tokio::test]
async fn to_refuse_a_login_nothing_is_locked() {
    let Some(bed) = crate::database::backends::postgres().await else { return };
    let database = bed.database().await;
    until_refused(&database).await;
    let mut another = postgres_at(bed.url()).begin().await.unwrap();
    let lock = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))").bind("192.0.2.1");
    lock.execute(&mut *another).await.unwrap();
    refused_at_once(&database).await;
}
