//! A Redis database: whether it answers, whether this user may write in it, and whether it keeps what is written.

use std::collections::HashMap;
use std::time::Duration;

use redis::Client;
use session_rows::SessionRows as _;
use sessions::store::RedisRows;
use sessions::store::redis::PREFIX;
use storage::{RemoteUrl, remote};

use super::{Looked, failed};
use crate::stores::StoreSettings;

pub(super) async fn look(url: &RemoteUrl, settings: &StoreSettings) -> Looked {
    let prefix = url.prefix().unwrap_or_else(|| PREFIX.to_owned());
    let client = remote::redis(url).map_err(failed)?;
    let rows = RedisRows::new(client.clone(), &prefix, settings.remote.timeout);
    // Reading first, because it tells what is the matter with keys of another program.
    rows.ping().await.map_err(failed)?;
    rows.may_write().await.map_err(failed)?;
    Ok(durability(&client, settings.remote.timeout).await.as_ref().and_then(remark))
}

/// What the server says about its log of changes. `None` if it does not say: services keep `CONFIG` to themselves, and
/// a user of this program alone has no right to it.
async fn durability(client: &Client, timeout: Duration) -> Option<HashMap<String, String>> {
    let asked = async {
        let mut connection = client.get_multiplexed_async_connection().await?;
        redis::cmd("CONFIG").arg("GET").arg("append*").query_async(&mut connection).await
    };
    tokio::time::timeout(timeout, asked).await.ok()?.ok()
}

/// Every second, the default, is what most people can live with (`server/sessions/README.md`).
fn remark(settings: &HashMap<String, String>) -> Option<&'static str> {
    let is = |name: &str, value: &str| settings.get(name).is_some_and(|set| set == value);
    let forgets = is("appendonly", "no") || is("appendfsync", "no");
    forgets.then_some(
        "the server keeps no log of changes on its disk (`appendonly` or `appendfsync` is no): a crash may bring back \
         sessions that had ended; after one, run `server sessions revoke --all`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_changes_is_missed_where_there_is_none() {
        for (appendonly, appendfsync, missed) in [
            ("no", "everysec", true),
            ("yes", "no", true),
            ("yes", "everysec", false),
            ("yes", "always", false),
        ] {
            let settings = [("appendonly", appendonly), ("appendfsync", appendfsync)];
            let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            assert_eq!(remark(&settings).is_some(), missed, "{appendonly} {appendfsync}");
        }
        assert_eq!(remark(&HashMap::new()), None, "nothing is known");
    }
}
