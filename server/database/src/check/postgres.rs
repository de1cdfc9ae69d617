//! A PostgreSQL database: whether its tables are ours and of a version that is known, and whether this role
//! may make and use them, and whether it can be written at all. It only asks: questions about its own
//! privileges are answered to every role.

use sqlx::postgres::PgConnection;

use sessions::store::PostgresRows;
use storage::fault::{Mistake, StoreFailure};
use storage::{RemoteUrl, remote};

use super::{Kept, Looked, failed};
use crate::postgres::migrate;
use crate::stores::StoreSettings;

/// What the statements use, for each table. `FOR UPDATE` and `FOR KEY SHARE` take UPDATE as well. Rows that
/// go with their account are deleted by the foreign key, which acts for the owner of the table.
///
/// `account_schema` is missing here: reading the version, which comes first, takes all that it needs.
type Used = &'static [(&'static str, &'static [&'static str])];

const ACCOUNTS: Used = &[
    ("users", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("identities", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("workouts", &["SELECT", "INSERT"]), // slim: trainer
    ("logged_workouts", &["SELECT", "INSERT", "UPDATE", "DELETE"]), // slim: trainer
    ("workout_changes", &["SELECT"]),    // slim: trainer
    ("security_events", &["SELECT", "INSERT", "DELETE"]),
    ("login_failures", &["SELECT", "INSERT", "DELETE"]),
    ("demo_grants", &["SELECT", "INSERT", "DELETE"]), // slim: demo-provider
];
const SESSIONS: Used = &[("user_sessions", &["SELECT", "INSERT", "UPDATE", "DELETE"])];

/// The privileges that are lacking on each of the tables that exist.
const LACKING: &str = "\
SELECT name || ' (' || string_agg(privilege, ', ' ORDER BY place) || ')' \
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS used (name, privilege, place) \
WHERE NOT has_table_privilege(to_regclass(name)::oid, privilege) \
GROUP BY name ORDER BY name";

/// Where a table would be created, and whether it may be.
const MAY_CREATE: &str = "\
SELECT current_schema()::text, coalesce(has_schema_privilege(current_schema()::text, 'CREATE'), false)";

/// The table, if it exists and belongs to another role: only its owner may add columns and indexes.
const FOREIGN_OWNER: &str = "\
SELECT relname::text FROM pg_class WHERE oid = to_regclass($1)::oid AND NOT pg_has_role(relowner, 'USAGE')";

/// Read-only: of a standby, and where `default_transaction_read_only` is set for the database or the role.
const WRITES: &str = "\
SELECT current_setting('transaction_read_only')::bool, \
current_setting('fsync')::bool AND current_setting('synchronous_commit') <> 'off'";

pub(super) async fn look(url: &RemoteUrl, kept: Kept, settings: &StoreSettings) -> Looked {
    let pool = remote::postgres(url, &settings.remote).map_err(failed)?;
    let mut connection = pool.acquire().await.map_err(failed)?;
    let looked = match tables(&mut connection, kept).await {
        Ok(()) => writes(&mut connection).await,
        Err(failure) => Err(failure),
    };
    drop(connection);
    pool.close().await;
    looked
}

async fn tables(connection: &mut PgConnection, kept: Kept) -> Result<(), StoreFailure> {
    let complete = match kept {
        Kept::Accounts => {
            migrate::refuse_newer(connection).await.map_err(failed)?;
            migrate::is_complete(connection).await.map_err(failed)?
        }
        Kept::Sessions => PostgresRows::is_complete(connection).await.map_err(failed)?,
    };
    if !complete {
        may_create(connection).await?;
    }
    may_use(connection, kept).await?;
    let (table, columns) = kept.table();
    let exists = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table);
    let exists: bool = exists.fetch_one(&mut *connection).await.map_err(failed)?;
    if exists {
        sqlx::query(columns).fetch_optional(&mut *connection).await.map_err(failed)?;
    }
    if complete { Ok(()) } else { owns(connection, table).await }
}

async fn may_create(connection: &mut PgConnection) -> Result<(), StoreFailure> {
    let (schema, may): (Option<String>, bool) =
        sqlx::query_as(MAY_CREATE).fetch_one(connection).await.map_err(failed)?;
    match schema {
        Some(_) if may => Ok(()),
        Some(schema) => {
            lacks(format!("tables or indexes are missing, and CREATE on the schema `{schema}` too"))
        }
        None => lacks(
            "tables are missing, and there is no schema of the `search_path` to create them in".to_owned(),
        ),
    }
}

async fn may_use(connection: &mut PgConnection, kept: Kept) -> Result<(), StoreFailure> {
    let used = match kept {
        Kept::Accounts => ACCOUNTS,
        Kept::Sessions => SESSIONS,
    };
    let pairs = used.iter().flat_map(|(table, privileges)| privileges.iter().map(move |one| (*table, *one)));
    let (tables, privileges): (Vec<&str>, Vec<&str>) = pairs.unzip();
    let lacking = sqlx::query_scalar(LACKING).bind(&tables[..]).bind(&privileges[..]);
    let lacking: Vec<String> = lacking.fetch_all(connection).await.map_err(failed)?;
    if lacking.is_empty() {
        Ok(())
    } else {
        lacks(format!("privileges are missing on {}", lacking.join(", ")))
    }
}

/// A remark and no failure: the start goes on, and a fail-over may end it.
async fn writes(connection: &mut PgConnection) -> Looked {
    let (only_reads, durably): (bool, bool) =
        sqlx::query_as(WRITES).fetch_one(connection).await.map_err(failed)?;
    Ok(remark(only_reads, durably))
}

fn remark(only_reads: bool, durably: bool) -> Option<&'static str> {
    match (only_reads, durably) {
        (true, _) => Some(
            "the server is read-only (`transaction_read_only` is on): the start goes on, but every change answers \
             503 until it can be written",
        ),
        (false, false) => Some(
            "the server does not wait for its disk (`fsync` or `synchronous_commit` is off): a power cut may undo the \
             last changes that were answered, such as a log out or a new password",
        ),
        (false, true) => None,
    }
}

async fn owns(connection: &mut PgConnection, table: &'static str) -> Result<(), StoreFailure> {
    let foreign: Option<String> =
        sqlx::query_scalar(FOREIGN_OWNER).bind(table).fetch_optional(connection).await.map_err(failed)?;
    foreign.map_or(Ok(()), |table| {
        lacks(format!("columns or indexes are missing, and `{table}` belongs to another role"))
    })
}

fn lacks(text: String) -> Result<(), StoreFailure> {
    Err(StoreFailure::mistake(Mistake::Rights, text))
}

#[cfg(test)]
mod tests {
    use super::remark;

    #[test]
    fn what_endangers_changes_is_told_and_nothing_else() {
        assert!(remark(true, true).is_some_and(|text| text.contains("read-only")));
        assert!(remark(true, false).is_some_and(|text| text.contains("read-only")));
        assert!(remark(false, false).is_some_and(|text| text.contains("synchronous_commit")));
        assert_eq!(remark(false, true), None);
    }
}
