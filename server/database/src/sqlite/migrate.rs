//! The schema, brought up to date at every start.
//!
//! All of it is one transaction with the write lock: of two processes that start at once, one waits for the other and
//! finds everything done.

use rusqlite::Connection;

use storage::sqlite::{Engine, OpenError, SqliteError};

/// Numbered from 1, applied in order, never changed once released.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/sqlite/0001_accounts.sql")];

/// A column that programs without it do not miss: nullable, with its index; or a table, by one of its columns, with the
/// triggers that keep it. The version does not rise, so that a program of before still starts (rolling back, two
/// versions at once).
struct Addition {
    table: &'static str,
    column: &'static str,
    sql: &'static str,
}

const ADDITIONS: &[Addition] = &[
    Addition {
        table: "users",
        column: "expires_at",
        sql: include_str!("../../migrations/sqlite/0002_account_end.sql"),
    },
    // slim: trainer
    Addition {
        table: "logged_workouts",
        column: "id",
        sql: include_str!("../../migrations/sqlite/0003_logged_workouts.sql"),
    },
    // slim: end
    Addition {
        table: "users",
        column: "sign_ins_seen_at",
        sql: include_str!("../../migrations/sqlite/0004_sign_ins_seen.sql"),
    },
    // slim: trainer
    Addition {
        table: "workout_changes",
        column: "number",
        sql: include_str!("../../migrations/sqlite/0005_workout_changes.sql"),
    },
    // slim: end
];

/// The newest version of this program.
pub(crate) fn known() -> i64 {
    version(MIGRATIONS.len())
}

/// Applies what is missing.
pub(super) async fn run(engine: &Engine) -> Result<(), OpenError> {
    apply(engine, MIGRATIONS, ADDITIONS).await
}

async fn apply(
    engine: &Engine,
    migrations: &'static [&'static str],
    additions: &'static [Addition],
) -> Result<(), OpenError> {
    let known = version(migrations.len());
    let found = engine.write(move |connection| Ok(migrate(connection, migrations, additions)?));
    let found = found.await.map_err(|error: SqliteError| OpenError::from_sqlite(engine.path(), error))?;
    if found > known {
        return Err(OpenError::Newer { path: engine.path().to_owned(), found, known });
    }
    Ok(())
}

/// All or nothing. Returns the version found; does nothing if it is newer than ours.
fn migrate(connection: &Connection, migrations: &[&str], additions: &[Addition]) -> rusqlite::Result<i64> {
    // A separate table rather than `user_version`: the session store keeps its own schema in the same file.
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS account_schema (version INTEGER NOT NULL PRIMARY KEY) STRICT",
    )?;
    let found: i64 =
        connection.query_row("SELECT coalesce(max(version), 0) FROM account_schema", (), |row| row.get(0))?;
    for (index, sql) in migrations.iter().enumerate() {
        let this = version(index + 1);
        if this > found {
            connection.execute_batch(sql)?;
            connection.execute("INSERT INTO account_schema (version) VALUES (?)", (this,))?;
        }
    }
    if found <= version(migrations.len()) {
        for addition in additions {
            add(connection, addition)?;
        }
    }
    Ok(found)
}

fn add(connection: &Connection, addition: &Addition) -> rusqlite::Result<()> {
    let Addition { table, column, sql } = addition;
    let exists = "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?) WHERE name = ?)";
    if !connection.query_row(exists, (table, column), |row| row.get::<_, bool>(0))? {
        connection.execute_batch(sql)?;
    }
    Ok(())
}

fn version(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use storage::sqlite::{all, open_memory};

    const ONE: &str = "CREATE TABLE one (x INTEGER) STRICT; CREATE INDEX one_x ON one (x);";
    const TWO: &str = "CREATE TABLE two (x INTEGER) STRICT; INSERT INTO two VALUES (2);";
    const BROKEN: &str = "CREATE TABLE three (x INTEGER) STRICT; INSERT INTO nowhere VALUES (3);";

    async fn tables(engine: &Engine) -> Vec<String> {
        let select = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let tables = engine.read(|connection| {
            all(connection, select, (), |row| row.get(0))?.into_iter().collect::<rusqlite::Result<_>>()
        });
        tables.await.unwrap()
    }

    async fn number(engine: &Engine, select: &str) -> Option<i64> {
        engine.read(|connection| connection.query_row(select, (), |row| row.get(0))).await.unwrap()
    }

    #[tokio::test]
    async fn only_what_is_missing_is_applied() {
        let engine = open_memory().await.unwrap();
        apply(&engine, &[ONE], &[]).await.unwrap();
        apply(&engine, &[ONE, TWO], &[]).await.unwrap();
        apply(&engine, &[ONE, TWO], &[]).await.unwrap();
        assert_eq!(tables(&engine).await, ["account_schema", "one", "two"]);
        assert_eq!(number(&engine, "SELECT count(*) FROM two").await, Some(1));
    }

    #[tokio::test]
    async fn an_older_program_refuses_a_newer_schema_and_changes_nothing() {
        let engine = open_memory().await.unwrap();
        apply(&engine, &[ONE, TWO], &[]).await.unwrap();
        let error = apply(&engine, &[ONE], &[]).await.unwrap_err();
        assert!(matches!(error, OpenError::Newer { found: 2, known: 1, .. }), "{error:?}");
        assert_eq!(tables(&engine).await, ["account_schema", "one", "two"]);
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_nothing_behind() {
        let engine = open_memory().await.unwrap();
        apply(&engine, &[ONE], &[]).await.unwrap();
        apply(&engine, &[ONE, TWO, BROKEN], &[]).await.unwrap_err();
        assert_eq!(tables(&engine).await, ["account_schema", "one"]);
        apply(&engine, &[ONE, TWO], &[]).await.unwrap();
        assert_eq!(tables(&engine).await, ["account_schema", "one", "two"]);
    }

    #[tokio::test]
    async fn an_addition_comes_once_and_an_older_program_works_on() {
        const MORE: &[Addition] =
            &[Addition { table: "one", column: "y", sql: "ALTER TABLE one ADD COLUMN y INTEGER" }];
        let engine = open_memory().await.unwrap();
        apply(&engine, &[ONE], &[]).await.unwrap();
        engine.batch("INSERT INTO one VALUES (1)").await.unwrap();
        apply(&engine, &[ONE], MORE).await.unwrap();
        apply(&engine, &[ONE], MORE).await.unwrap();
        apply(&engine, &[ONE], &[]).await.unwrap();
        assert_eq!(number(&engine, "SELECT y FROM one").await, None);
    }

    // slim: trainer
    #[tokio::test]
    async fn workouts_of_before_have_a_number_and_none_comes_again() {
        const NUMBER: &str = "SELECT number FROM workout_changes";
        const CHANGE: &str = "UPDATE logged_workouts SET revision = revision + 1";
        let engine = open_memory().await.unwrap();
        let (_, before) = ADDITIONS.split_last().unwrap();
        apply(&engine, MIGRATIONS, before).await.unwrap();
        let workout = "\
            INSERT INTO users (id, email, email_key, email_verified, display_name, created_at) \
            VALUES ('1', 'a@b.c', 'a@b.c', 1, 'A', 0); \
            INSERT INTO logged_workouts (user_id, id, is_open, counts, started_at, added_at, document) \
            VALUES ('1', '2', 0, 1, 0, 0, '')";
        engine.batch(workout).await.unwrap();
        apply(&engine, MIGRATIONS, ADDITIONS).await.unwrap();
        let first = number(&engine, NUMBER).await;
        assert!(first.is_some());
        apply(&engine, MIGRATIONS, ADDITIONS).await.unwrap();
        assert_eq!(number(&engine, NUMBER).await, first);

        engine.batch(CHANGE).await.unwrap();
        let second = number(&engine, NUMBER).await;
        // A backup is restored, and then something else is changed.
        let restore = "UPDATE workout_changes SET number = ";
        engine.batch(&format!("{restore}{}", first.unwrap())).await.unwrap();
        engine.batch(CHANGE).await.unwrap();
        let third = number(&engine, NUMBER).await;
        assert!(second != first && third != first && third != second, "{first:?} {second:?} {third:?}");
    }
    // slim: end
}
