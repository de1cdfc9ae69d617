//! MongoDB: its URL, and a client.

use std::time::Duration;

use domain::name;
use mongodb::options::{Acknowledgment, ConnectionString, WriteConcern};

use super::{RemoteError, RemoteSettings, trust_provider};
use crate::RemoteUrl;

impl RemoteUrl {
    /// `mongodb://…` or `mongodb+srv://…`. The client itself refuses options it does not know.
    pub(crate) fn mongodb(text: &str) -> Result<Self, String> {
        match ConnectionString::parse(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err(
                "this is not mongodb://user:password@host:port,host:port/database?replicaSet=name, or an \
                           option is not understood"
                    .to_owned(),
            ),
        }
    }
}

/// The database if the URL names none: the name of the product, with the underscores that are usual there.
fn default_database() -> String {
    name::SLUG.replace('-', "_")
}

/// A client that connects on first use, and the database named by the URL or else by the product. The
/// URL's own time limits win. Its `maxPoolSize` does not, because callers queue in front of the pool and the
/// queue must know its size; nor does its `w`, because an acknowledged logout must survive a fail-over.
/// Readers choose to read from the primary themselves.
///
/// # Errors
/// If the URL is invalid, or (`mongodb+srv`) DNS does not know its hosts.
pub async fn mongodb(url: &RemoteUrl, settings: &RemoteSettings) -> Result<mongodb::Database, RemoteError> {
    trust_provider();
    let parsed = mongodb::options::ClientOptions::parse(url.expose()).await;
    let mut options =
        parsed.map_err(|_| RemoteError("this is not the URL of a MongoDB database".to_owned()))?;
    options.app_name.get_or_insert_with(|| name::SLUG.to_owned());
    options.server_selection_timeout.get_or_insert(settings.timeout);
    options.connect_timeout.get_or_insert(settings.timeout);
    options.max_pool_size = Some(settings.pool_size);
    options.write_concern.get_or_insert_with(WriteConcern::majority).w = Some(Acknowledgment::Majority);
    // The driver finds dead connections by its heartbeat, every ten seconds by default; it does not allow
    // less than half a second.
    options.heartbeat_freq.get_or_insert(settings.timeout.max(Duration::from_millis(500)));
    let name = options.default_database.clone().unwrap_or_else(default_database);
    let client = mongodb::Client::with_options(options)
        .map_err(|_| RemoteError("the options of the MongoDB URL contradict each other".to_owned()))?;
    Ok(client.database(&name))
}
