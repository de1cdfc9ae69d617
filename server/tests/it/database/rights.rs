//! What `check-config` asks for in PostgreSQL is enough: the suite's rules that between them run every
//! statement, under a role with those privileges alone.

use std::sync::Arc;

use database::Database;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use test_servers::{Server, required};
use url::Url;

use crate::database::backends::{open, postgres_at};
use crate::database::grants; // slim: demo-provider
use crate::database::logged_workouts; // slim: trainer
use crate::database::workouts; // slim: trainer
use crate::database::{attempts, deletion, events, expiry, identities, passwords, people};
use crate::database::{preferences, registration};
use crate::support::rights::used_of_accounts;

/// An empty database, and the role that uses it.
struct Lesser {
    owner: PgPool,
    role: String,
    database: Arc<dyn Database>,
}

impl Lesser {
    async fn new(server: &Server) -> Self {
        let url = server.fresh_url();
        let owner = postgres_at(&url);
        open(&url).await.ping().await.unwrap();
        // Roles belong to the whole server, and other tests create some too.
        let role = format!("role_{:016x}", rand::random::<u64>());
        let statements = format!("create role {role} login password 'secret'; {}", used_of_accounts(&role));
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&owner).await.unwrap();
        let mut lesser = Url::parse(&url).unwrap();
        lesser.set_username(&role).unwrap();
        lesser.set_password(Some("secret")).unwrap();
        Self { owner, role, database: open(lesser.as_str()).await }
    }

    async fn end(self) {
        let statements = format!("drop owned by {0}; drop role {0}", self.role);
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&self.owner).await.unwrap();
    }
}

/// Each rule in a database of its own.
macro_rules! hold_with_these_rights {
    ($server:ident: $($module:ident::$rule:ident,)+) => {$(
        let lesser = Lesser::new($server).await;
        $module::$rule(Arc::clone(&lesser.database)).await;
        lesser.end().await;
    )+};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_role_with_the_rights_that_are_asked_for_can_do_everything() {
    let Some(server) = required(test_servers::postgres()) else { return };
    hold_with_these_rights! { server:
        attempts::success_forgets_earlier_failures_of_that_account_from_that_address_only,
        attempts::deleting_old_attempts_leaves_the_newer_ones,
        deletion::a_deleted_account_leaves_nothing_behind,
        deletion::failed_logins_outlive_the_account_until_their_time,
        events::events_are_read_in_pages,
        events::deleting_old_events_leaves_the_newer_ones,
        expiry::an_account_is_listed_once_its_end_has_come,
        expiry::failed_logins_of_one_account_can_be_forgotten,
        grants::a_grant_can_be_read_until_it_is_taken, // slim: demo-provider
        identities::linking_twice_is_linking_once,
        identities::the_last_way_in_stays,
        passwords::a_rehash_keeps_the_version_and_never_undoes_a_change,
        people::a_changed_name_is_read_back,
        preferences::older_preferences_do_not_replace_newer_ones,
        registration::a_taken_identity_makes_no_account,
        // slim: trainer
        logged_workouts::a_workout_that_has_been_saved_since_is_not_replaced,
        logged_workouts::every_change_of_the_finished_workouts_changes_their_version,
        logged_workouts::workouts_with_sets_go_with_their_account,
        workouts::a_workout_posted_twice_is_one,
        workouts::workouts_are_counted_by_their_end,
        // slim: end
    }
}

// slim: trainer
/// The function of the triggers acts for the owner of the tables, and in the schema of the table that fires it. Everybody
/// has a schema of their own, for temporary tables, in which these may have the names that it looks for.
#[tokio::test]
async fn a_role_cannot_make_the_owner_of_the_tables_act_for_it() {
    const TRAP: &str = "\
        CREATE TEMPORARY TABLE users (id TEXT); \
        INSERT INTO users VALUES ('1'); \
        CREATE TEMPORARY TABLE workout_changes (user_id TEXT PRIMARY KEY, number BIGINT); \
        CREATE TEMPORARY TABLE acted (name TEXT); \
        CREATE FUNCTION pg_temp.act() RETURNS trigger LANGUAGE plpgsql AS \
        'BEGIN INSERT INTO pg_temp.acted VALUES (current_user); RETURN NEW; END'; \
        CREATE TRIGGER act BEFORE INSERT ON workout_changes FOR EACH ROW EXECUTE FUNCTION pg_temp.act(); \
        CREATE TEMPORARY TABLE bait (user_id TEXT)";
    const SPRING: &str = "\
        CREATE TRIGGER spring AFTER INSERT ON bait FOR EACH ROW EXECUTE FUNCTION public.draw_workout_change(); \
        INSERT INTO bait VALUES ('1')";
    let Some(server) = required(test_servers::postgres()) else { return };
    let lesser = Lesser::new(server).await;
    let mut own = lesser.owner.acquire().await.unwrap();
    let as_role = AssertSqlSafe(format!("SET SESSION AUTHORIZATION {}", lesser.role));
    sqlx::raw_sql(as_role).execute(&mut *own).await.unwrap();
    sqlx::raw_sql(TRAP).execute(&mut *own).await.unwrap();
    let sprung = sqlx::raw_sql(SPRING).execute(&mut *own).await;
    let acted: Vec<String> = sqlx::query_scalar("SELECT name FROM acted").fetch_all(&mut *own).await.unwrap();
    assert_eq!(acted, Vec::<String>::new(), "that is who acted");
    let refused = sprung.unwrap_err();
    let code = refused.as_database_error().and_then(|error| error.code());
    assert_eq!(code.as_deref(), Some("42501"), "{refused}");

    sqlx::raw_sql("DISCARD TEMPORARY; RESET SESSION AUTHORIZATION").execute(&mut *own).await.unwrap();
    drop(own);
    lesser.end().await;
}
// slim: end
