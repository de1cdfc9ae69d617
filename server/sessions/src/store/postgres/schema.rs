//! The table, made if it is missing.

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use storage::postgres::PostgresError;

/// What [`CREATE`] makes.
const RELATIONS: [&str; 4] =
    ["user_sessions", "user_sessions_owner", "user_sessions_handle", "user_sessions_expires_at"];

/// The check makes PostgreSQL itself refuse a tombstone that keeps something. Owner and handle compare byte by byte,
/// whatever the database's collation. Anonymous sessions are in no owner's list, therefore not in those indexes.
///
/// Every save and every touch leaves a dead copy of the row behind. Room on each page lets a save reuse the page (and
/// leave the indexes alone), and a table of a million rows is vacuumed before a fifth of it is dead. Sealed data does
/// not compress: trying would be a waste.
const CREATE: &str = "\
create table if not exists user_sessions (
    key           bytea   not null primary key check (octet_length(key) = 32),
    replaced      boolean not null default false,
    revision      bigint  not null default 1,
    created_at    bigint  not null,
    last_activity bigint  not null,
    expires_at    bigint  not null,
    live_until    bigint  not null,
    owner         text collate \"C\",
    handle        text collate \"C\",
    data          bytea,
    check (case
        when replaced then owner is null and handle is null and data is null
        else handle is not null and data is not null
    end)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
alter table user_sessions alter column data set storage external;
create index if not exists user_sessions_owner
    on user_sessions (owner, last_activity desc, key) where owner is not null;
create index if not exists user_sessions_handle on user_sessions (owner, handle) where owner is not null;
create index if not exists user_sessions_expires_at on user_sessions (expires_at);
";

/// Everybody who makes the table takes this lock first: `if not exists` alone looks and then acts, and of two that do
/// so at once one fails.
const LOCK: i64 = 0x7365_7373_696f_6e73;

/// Makes what is missing. A server's role needs no right to create anything once the table is there.
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

async fn is_complete(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select bool_and(to_regclass(name) is not null) from unnest($1) as name")
        .bind(&RELATIONS[..])
        .fetch_one(connection)
        .await
}
