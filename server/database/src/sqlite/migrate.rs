//! The schema, brought up to date at every start.
//!
//! `sqlx::migrate!` takes no lock on SQLite: two processes that start at once would both run the first
//! migration, and one of them would fail. Here all of it is one immediate transaction.

use std::path::Path;

use sqlx::Row as _;
use sqlx::sqlite::SqlitePool;

use storage::sqlite::{OpenError, retry_while_busy};

/// Numbered from 1, applied in order, never changed once released.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/sqlite/0001_accounts.sql")];

/// A column that programs without it do not miss: nullable, with its index. The version does not rise, so that a program
/// of before still starts (rolling back, two versions at once).
struct Addition {
    table: &'static str,
    column: &'static str,
    sql: &'static str,
}

const ADDITIONS: &[Addition] = &[Addition {
    table: "users",
    column: "expires_at",
    sql: include_str!("../../migrations/sqlite/0002_account_end.sql"),
}];

/// The newest version of this program.
pub(crate) fn known() -> i64 {
    version(MIGRATIONS.len())
}

/// Applies what is missing.
pub(super) async fn run(pool: &SqlitePool) -> Result<(), OpenError> {
    apply(pool, MIGRATIONS, ADDITIONS).await
}

async fn apply(
    pool: &SqlitePool,
    migrations: &'static [&'static str],
    additions: &'static [Addition],
) -> Result<(), OpenError> {
    let options = pool.connect_options();
    let path = options.get_filename();
    let known = version(migrations.len());
    let found = retry_while_busy(|| migrate(pool, migrations, additions))
        .await
        .map_err(|error| OpenError::from_sqlx(path, error))?;
    if found > known {
        return Err(OpenError::Newer { path: Path::new(path).to_owned(), found, known });
    }
    Ok(())
}

/// All or nothing. Returns the version found; does nothing if it is newer than ours.
async fn migrate(
    pool: &SqlitePool,
    migrations: &'static [&'static str],
    additions: &'static [Addition],
) -> Result<i64, sqlx::Error> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    // A separate table rather than `user_version`: the session store keeps its own schema in the same file.
    sqlx::query("CREATE TABLE IF NOT EXISTS account_schema (version INTEGER NOT NULL PRIMARY KEY) STRICT")
        .execute(&mut *transaction)
        .await?;
    let found: i64 = sqlx::query("SELECT coalesce(max(version), 0) FROM account_schema")
        .fetch_one(&mut *transaction)
        .await?
        .try_get(0)?;
    for (index, sql) in migrations.iter().enumerate() {
        let this = version(index + 1);
        if this > found {
            sqlx::raw_sql(*sql).execute(&mut *transaction).await?;
            sqlx::query("INSERT INTO account_schema (version) VALUES (?)")
                .bind(this)
                .execute(&mut *transaction)
                .await?;
        }
    }
    if found <= version(migrations.len()) {
        for Addition { table, column, sql } in additions {
            let exists = "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?) WHERE name = ?)";
            let exists = sqlx::query_scalar(exists).bind(table).bind(column);
            if !exists.fetch_one(&mut *transaction).await? {
                sqlx::raw_sql(*sql).execute(&mut *transaction).await?;
            }
        }
    }
    transaction.commit().await?;
    Ok(found)
}

fn version(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use storage::sqlite::open;

    const ONE: &str = "CREATE TABLE one (x INTEGER) STRICT; CREATE INDEX one_x ON one (x);";
    const TWO: &str = "CREATE TABLE two (x INTEGER) STRICT; INSERT INTO two VALUES (2);";
    const BROKEN: &str = "CREATE TABLE three (x INTEGER) STRICT; INSERT INTO nowhere VALUES (3);";

    async fn tables(pool: &SqlitePool) -> Vec<String> {
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            .fetch_all(pool)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn only_what_is_missing_is_applied() {
        let pool = open("sqlite::memory:").await.unwrap();
        apply(&pool, &[ONE], &[]).await.unwrap();
        apply(&pool, &[ONE, TWO], &[]).await.unwrap();
        apply(&pool, &[ONE, TWO], &[]).await.unwrap();
        assert_eq!(tables(&pool).await, ["account_schema", "one", "two"]);
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM two").fetch_one(&pool).await.unwrap();
        assert_eq!(rows, 1);
    }

    #[tokio::test]
    async fn an_older_program_refuses_a_newer_schema_and_changes_nothing() {
        let pool = open("sqlite::memory:").await.unwrap();
        apply(&pool, &[ONE, TWO], &[]).await.unwrap();
        let error = apply(&pool, &[ONE], &[]).await.unwrap_err();
        assert!(matches!(error, OpenError::Newer { found: 2, known: 1, .. }), "{error:?}");
        assert_eq!(tables(&pool).await, ["account_schema", "one", "two"]);
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_nothing_behind() {
        let pool = open("sqlite::memory:").await.unwrap();
        apply(&pool, &[ONE], &[]).await.unwrap();
        apply(&pool, &[ONE, TWO, BROKEN], &[]).await.unwrap_err();
        assert_eq!(tables(&pool).await, ["account_schema", "one"]);
        apply(&pool, &[ONE, TWO], &[]).await.unwrap();
        assert_eq!(tables(&pool).await, ["account_schema", "one", "two"]);
    }

    #[tokio::test]
    async fn an_addition_comes_once_and_an_older_program_works_on() {
        const MORE: &[Addition] =
            &[Addition { table: "one", column: "y", sql: "ALTER TABLE one ADD COLUMN y INTEGER" }];
        let pool = open("sqlite::memory:").await.unwrap();
        apply(&pool, &[ONE], &[]).await.unwrap();
        sqlx::query("INSERT INTO one VALUES (1)").execute(&pool).await.unwrap();
        apply(&pool, &[ONE], MORE).await.unwrap();
        apply(&pool, &[ONE], MORE).await.unwrap();
        apply(&pool, &[ONE], &[]).await.unwrap();
        let y: Option<i64> = sqlx::query_scalar("SELECT y FROM one").fetch_one(&pool).await.unwrap();
        assert_eq!(y, None);
    }
}
