//! No statement of a request or of the clean-up reads the whole table.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::*;
use crate::store::postgres::statements;

/// 20 000 rows: 400 owners, each with 49 sessions and one that has expired.
const FILL: &str = "
insert into user_sessions (key, created_at, last_activity, expires_at, live_until, owner, handle, data)
select sha256(n::text::bytea), 0, n, case when n % 50 = 0 then 1 else 100 end, 100, 'owner-' || n % 400,
    'handle-' || n, decode(repeat('5e', 500), 'hex')
from generate_series(1, 20000) as n";

/// The plan of a prepared statement: as in its first executions (with the values) or, in the other mode, as
/// later (without).
async fn plan(connection: &mut PgConnection, sql: &str, types: &str, values: &str, mode: &str) -> String {
    let run = async |connection: &mut PgConnection, sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.unwrap();
    };
    run(connection, format!("set plan_cache_mode = {mode}; prepare it ({types}) as {sql}")).await;
    let explain = format!("explain execute it ({values})");
    let lines: Vec<String> = sqlx::query_scalar(AssertSqlSafe(explain))
        .persistent(false)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    run(connection, "deallocate it".to_owned()).await;
    lines.join("\n")
}

#[tokio::test]
async fn every_statement_uses_its_index() {
    let key = format!("'\\x{}'", "00".repeat(32));
    let row = format!("{key}, 0, 0, 100, 100, 'owner-1', 'handle-x', 'data'");
    let row_types = "bytea, bigint, bigint, bigint, bigint, text, text, bytea";
    let by_key = ["user_sessions_pkey"].as_slice();
    let statements = [
        (statements::LOAD, "bytea, bigint", format!("{key}, 50"), by_key),
        (statements::SAVE, "bytea, bigint, bytea, bigint", format!("{key}, 1, 'data', 50"), by_key),
        (statements::IS_THERE, "bytea, bigint", format!("{key}, 50"), by_key),
        (
            statements::REPLACE,
            &format!("bytea, bigint, bigint, bigint, {row_types}"),
            format!("{key}, 1, 60, 50, {row}"),
            by_key,
        ),
        (statements::TOUCH, "bytea, bigint, bigint, bigint, bigint", format!("{key}, 1, 1, 1, 50"), by_key),
        (statements::DELETE, "bytea", key.clone(), by_key),
        (statements::DISCARD, "bytea, bigint", format!("{key}, 1"), by_key),
        (statements::END, "text, text", "'owner-1', 'handle-1'".into(), &["user_sessions_handle"]),
        (statements::END_ALL, "text, bytea", format!("'owner-1', {key}"), &["Index Cond: (owner = "]),
        (statements::LIST, "text, bigint, bigint", "'owner-1', 50, 10".into(), &["Index Cond: (owner = "]),
        (
            statements::SWEEP,
            "bigint, bigint",
            "50, 100".into(),
            &["user_sessions_expires_at", "user_sessions_pkey"],
        ),
    ];
    let Some((_rows, pool)) = store().await else { return };
    sqlx::raw_sql(FILL).execute(&pool).await.unwrap();
    sqlx::raw_sql("analyze user_sessions").execute(&pool).await.unwrap();
    let mut connection = pool.acquire().await.unwrap().detach();
    for (sql, types, values, ways) in statements {
        for mode in ["force_custom_plan", "force_generic_plan"] {
            let plan = plan(&mut connection, sql, types, &values, mode).await;
            println!("{sql}\n-- {mode}\n{plan}\n");
            assert!(!plan.contains("Seq Scan"), "{mode} of {sql}\n{plan}");
            for way in ways {
                assert!(plan.contains(way), "{way}: {mode} of {sql}\n{plan}");
            }
        }
    }
    connection.close().await.unwrap();
}
