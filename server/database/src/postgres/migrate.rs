//! The schema, brought up to date by the first operation.
//!
//! The same rule as for SQLite (`server/database/src/sqlite/migrate.rs`): numbered migrations, the version in
//! a separate table, everything that is missing in one transaction, and a newer schema is left untouched.

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use storage::postgres::PostgresError;

/// Numbered from 1, applied in order, never changed once released.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/postgres/0001_accounts.sql")];

/// As for SQLite: what programs without it do not miss, which does not raise the version. A nullable column, a table, or
/// a table that triggers keep.
struct Addition {
    table: &'static str,
    column: &'static str,
    /// The table and the name of a trigger. Restoring a backup from before puts another table in the place of that one,
    /// without the trigger: then the addition is missing, whatever else of it is there.
    trigger: Option<(&'static str, &'static str)>,
    sql: &'static str,
}

const ADDITIONS: &[Addition] = &[
    Addition {
        table: "users",
        column: "expires_at",
        trigger: None,
        sql: include_str!("../../migrations/postgres/0002_account_end.sql"),
    },
    // slim: trainer
    Addition {
        table: "logged_workouts",
        column: "id",
        trigger: None,
        sql: include_str!("../../migrations/postgres/0003_logged_workouts.sql"),
    },
    // slim: end
    Addition {
        table: "users",
        column: "sign_ins_seen_at",
        trigger: None,
        sql: include_str!("../../migrations/postgres/0004_sign_ins_seen.sql"),
    },
    // slim: trainer
    Addition {
        table: "workout_changes",
        column: "number",
        trigger: Some(("logged_workouts", "logged_workouts_saved")),
        sql: include_str!("../../migrations/postgres/0005_workout_changes.sql"),
    },
    // slim: end
];

/// Every process that migrates takes this lock first.
const LOCK: i64 = 0x6163_636f_756e_7473;

/// Fails if the schema is newer than this program knows; changes nothing.
pub(crate) async fn refuse_newer(connection: &mut PgConnection) -> Result<(), PostgresError> {
    let (found, known) = (found(connection).await?, version(MIGRATIONS.len()));
    if found > known { Err(PostgresError::Newer { found, known }) } else { Ok(()) }
}

/// Whether nothing has to be applied.
pub(crate) async fn is_complete(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let current = found(connection).await? == version(MIGRATIONS.len());
    Ok(current && missing(connection, ADDITIONS).await?.is_empty())
}

/// Applies what is missing. If nothing is, a server's role needs no right to create anything.
pub(super) async fn run(connection: &mut PgConnection) -> Result<(), PostgresError> {
    apply(connection, MIGRATIONS, ADDITIONS).await
}

async fn apply(
    connection: &mut PgConnection,
    migrations: &'static [&'static str],
    additions: &'static [Addition],
) -> Result<(), PostgresError> {
    let known = version(migrations.len());
    let mut found = found(connection).await?;
    if found < known || (found == known && !missing(connection, additions).await?.is_empty()) {
        found = migrate(connection, migrations, additions).await?;
    }
    if found > known { Err(PostgresError::Newer { found, known }) } else { Ok(()) }
}

/// The version of the schema; 0 if there is none.
async fn found(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let exists: bool = sqlx::query_scalar("SELECT to_regclass('account_schema') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(0);
    }
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM account_schema").fetch_one(connection).await
}

async fn missing(
    connection: &mut PgConnection,
    additions: &'static [Addition],
) -> Result<Vec<&'static Addition>, sqlx::Error> {
    let mut missing = Vec::new();
    for addition in additions {
        let exists: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM pg_attribute \
             WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped) \
             AND ($4 IS NULL OR EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass($3) AND tgname = $4))",
        )
        .bind(addition.table)
        .bind(addition.column)
        .bind(addition.trigger.map(|(table, _)| table))
        .bind(addition.trigger.map(|(_, name)| name))
        .fetch_one(&mut *connection)
        .await?;
        if !exists {
            missing.push(addition);
        }
    }
    Ok(missing)
}

/// All or nothing. Returns the current version; does nothing if it is newer than ours.
async fn migrate(
    connection: &mut PgConnection,
    migrations: &'static [&'static str],
    additions: &'static [Addition],
) -> Result<i64, sqlx::Error> {
    // The reads after the lock must see everything done before it was acquired.
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS account_schema (version BIGINT PRIMARY KEY)")
        .execute(&mut *transaction)
        .await?;
    let found = found(&mut transaction).await?;
    for (index, sql) in migrations.iter().enumerate() {
        let this = version(index + 1);
        if this > found {
            sqlx::raw_sql(*sql).execute(&mut *transaction).await?;
            sqlx::query("INSERT INTO account_schema (version) VALUES ($1)")
                .bind(this)
                .execute(&mut *transaction)
                .await?;
        }
    }
    if found <= version(migrations.len()) {
        for addition in missing(&mut transaction, additions).await? {
            sqlx::raw_sql(addition.sql).execute(&mut *transaction).await?;
        }
    }
    transaction.commit().await?;
    Ok(found.max(version(migrations.len())))
}

fn version(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "CREATE TABLE one (x INTEGER); CREATE INDEX one_x ON one (x);";
    const TWO: &str = "CREATE TABLE two (x INTEGER); INSERT INTO two VALUES (2);";
    const BROKEN: &str = "CREATE TABLE three (x INTEGER); INSERT INTO nowhere VALUES (3);";

    async fn database() -> Option<PgConnection> {
        let server = test_servers::required(test_servers::postgres())?;
        Some(PgConnection::connect(&server.fresh_url()).await.unwrap())
    }

    async fn tables(connection: &mut PgConnection) -> Vec<String> {
        let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
        sqlx::query_scalar(sql).fetch_all(connection).await.unwrap()
    }

    #[tokio::test]
    async fn only_what_is_missing_is_applied() {
        let Some(mut connection) = database().await else { return };
        apply(&mut connection, &[ONE], &[]).await.unwrap();
        apply(&mut connection, &[ONE, TWO], &[]).await.unwrap();
        apply(&mut connection, &[ONE, TWO], &[]).await.unwrap();
        assert_eq!(tables(&mut connection).await, ["account_schema", "one", "two"]);
        let rows: i64 =
            sqlx::query_scalar("SELECT count(*) FROM two").fetch_one(&mut connection).await.unwrap();
        assert_eq!(rows, 1);
    }

    #[tokio::test]
    async fn an_older_program_refuses_a_newer_schema_and_changes_nothing() {
        let Some(mut connection) = database().await else { return };
        apply(&mut connection, &[ONE, TWO], &[]).await.unwrap();
        let error = apply(&mut connection, &[ONE], &[]).await.unwrap_err();
        assert!(matches!(error, PostgresError::Newer { found: 2, known: 1 }), "{error:?}");
        assert_eq!(tables(&mut connection).await, ["account_schema", "one", "two"]);
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_nothing_behind() {
        let Some(mut connection) = database().await else { return };
        apply(&mut connection, &[ONE], &[]).await.unwrap();
        apply(&mut connection, &[ONE, TWO, BROKEN], &[]).await.unwrap_err();
        assert_eq!(tables(&mut connection).await, ["account_schema", "one"]);
        apply(&mut connection, &[ONE, TWO], &[]).await.unwrap();
        assert_eq!(tables(&mut connection).await, ["account_schema", "one", "two"]);
    }

    // slim: trainer
    const CHANGE: &str = "UPDATE logged_workouts SET revision = revision + 1";
    const WORKOUT: &str = "\
        INSERT INTO users (id, email, email_key, email_verified, display_name, created_at) \
        VALUES ('1', 'a@b.c', 'a@b.c', true, 'A', 0); \
        INSERT INTO logged_workouts (user_id, id, is_open, counts, started_at, added_at, document) \
        VALUES ('1', '2', false, true, 0, 0, '')";

    async fn number(connection: &mut PgConnection) -> i64 {
        sqlx::query_scalar("SELECT number FROM workout_changes").fetch_one(connection).await.unwrap()
    }

    #[tokio::test]
    async fn workouts_of_before_have_a_number_and_none_comes_again() {
        let Some(mut connection) = database().await else { return };
        let (_, before) = ADDITIONS.split_last().unwrap();
        apply(&mut connection, MIGRATIONS, before).await.unwrap();
        sqlx::raw_sql(WORKOUT).execute(&mut connection).await.unwrap();
        apply(&mut connection, MIGRATIONS, ADDITIONS).await.unwrap();
        let first = number(&mut connection).await;
        apply(&mut connection, MIGRATIONS, ADDITIONS).await.unwrap();
        assert_eq!(number(&mut connection).await, first);

        sqlx::raw_sql(CHANGE).execute(&mut connection).await.unwrap();
        let second = number(&mut connection).await;
        // A backup is restored, and then something else is changed.
        let restore = sqlx::query("UPDATE workout_changes SET number = $1").bind(first);
        restore.execute(&mut connection).await.unwrap();
        sqlx::raw_sql(CHANGE).execute(&mut connection).await.unwrap();
        let third = number(&mut connection).await;
        assert!(second != first && third != first && third != second, "{first} {second} {third}");
    }

    #[tokio::test]
    async fn triggers_that_an_older_backup_took_away_come_back() {
        // The table of the backup has none, and the newer one that it does not know stays.
        const RESTORE: &str = "\
            CREATE TABLE restored (LIKE logged_workouts INCLUDING ALL); \
            INSERT INTO restored SELECT * FROM logged_workouts; \
            DROP TABLE logged_workouts; \
            ALTER TABLE restored RENAME TO logged_workouts";
        let Some(mut connection) = database().await else { return };
        apply(&mut connection, MIGRATIONS, ADDITIONS).await.unwrap();
        sqlx::raw_sql(WORKOUT).execute(&mut connection).await.unwrap();
        let first = number(&mut connection).await;
        sqlx::raw_sql(RESTORE).execute(&mut connection).await.unwrap();
        assert!(!is_complete(&mut connection).await.unwrap());

        apply(&mut connection, MIGRATIONS, ADDITIONS).await.unwrap();
        assert!(is_complete(&mut connection).await.unwrap());
        let second = number(&mut connection).await;
        sqlx::raw_sql(CHANGE).execute(&mut connection).await.unwrap();
        let third = number(&mut connection).await;
        assert!(second != first && third != second, "{first} {second} {third}");
        // Somebody of whom the backup had no workout has a number, and another one, too.
        sqlx::raw_sql("DROP TRIGGER logged_workouts_saved ON logged_workouts; DELETE FROM logged_workouts")
            .execute(&mut connection)
            .await
            .unwrap();
        let fourth = number(&mut connection).await;
        apply(&mut connection, MIGRATIONS, ADDITIONS).await.unwrap();
        assert_ne!(number(&mut connection).await, fourth);
    }
    // slim: end
}
