//! The table, created if missing.

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use storage::postgres::PostgresError;

/// What [`CREATE`] creates.
const RELATIONS: [&str; 4] =
    ["user_sessions", "user_sessions_owner", "user_sessions_handle", "user_sessions_expires_at"];

const CREATE: &str = include_str!("../../../../database/migrations/postgres/0001_sessions.sql");

/// Every process that creates the table takes this lock first: `if not exists` alone checks and then acts, so
/// one of two concurrent processes fails.
const LOCK: i64 = 0x7365_7373_696f_6e73;

/// Creates what is missing. A server's role needs no right to create anything once the table exists.
pub(super) async fn create(connection: &mut PgConnection) -> Result<(), PostgresError> {
    if is_complete(connection).await? {
        return Ok(());
    }
    let mut transaction = connection.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
    sqlx::raw_sql(CREATE).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn is_complete(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select bool_and(to_regclass(name) is not null) from unnest($1) as name")
        .bind(&RELATIONS[..])
        .fetch_one(connection)
        .await
}
