//! The same in PostgreSQL.

use storage::fault::StoreFailure;
use storage::{RemoteSettings, RemoteUrl, remote};

use super::{nothing_in, table};
use crate::check::{Kept, failed};

pub(super) async fn check(
    url: &RemoteUrl,
    kept: Kept,
    settings: &RemoteSettings,
) -> Result<(), StoreFailure> {
    let pool = remote::postgres(url, settings).map_err(failed)?;
    let select = "SELECT current_database()::text, to_regclass($1) IS NOT NULL";
    let (database, found): (String, bool) =
        sqlx::query_as(select).bind(table(kept)).fetch_one(&pool).await.map_err(failed)?;
    pool.close().await;
    if found { Ok(()) } else { Err(nothing_in(database, kept, table(kept))) }
}
