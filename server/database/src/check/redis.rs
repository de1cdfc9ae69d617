//! A Redis database: whether it answers, and whether this user may write in it.

use session_rows::SessionRows as _;
use sessions::store::RedisRows;
use sessions::store::redis::PREFIX;
use storage::fault::StoreFailure;
use storage::{RemoteUrl, remote};

use super::failed;
use crate::stores::StoreSettings;

pub(super) async fn look(url: &RemoteUrl, settings: &StoreSettings) -> Result<(), StoreFailure> {
    let prefix = url.prefix().unwrap_or_else(|| PREFIX.to_owned());
    let client = remote::redis(url).map_err(failed)?;
    let rows = RedisRows::new(client, &prefix, settings.remote.timeout);
    // Reading first, because it tells what is the matter with keys of another program.
    rows.ping().await.map_err(failed)?;
    rows.may_write().await.map_err(failed)
}
