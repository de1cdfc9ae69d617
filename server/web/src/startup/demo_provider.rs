//! The built-in identity provider, if it is switched on.

use std::net::SocketAddr;
use std::sync::Arc;

use configuration::Config;
use database::Database;
use oauth::config::ProviderConfig;
use oauth::demo_provider::DemoProvider;
use sessions::keys::Keys;

use super::StartError;

/// Its client secret is derived, so that all instances agree on it.
pub(super) fn of(
    config: &Config,
    keys: &Keys,
    database: &Arc<dyn Database>,
) -> Result<Option<Arc<DemoProvider>>, StartError> {
    if !config.oauth_demo {
        return Ok(None);
    }
    let secret = keys.mac_keys("demo provider client").first().map(hex::encode).unwrap_or_default();
    let grants = Arc::clone(database);
    let provider = DemoProvider::new(grants, config.public_url.as_url(), secret)?;
    Ok(Some(Arc::new(provider)))
}

/// The configured providers, followed by this one.
pub(super) fn among(
    configured: &[ProviderConfig],
    demo: Option<&DemoProvider>,
    addr: SocketAddr,
) -> Result<Vec<ProviderConfig>, StartError> {
    let mut configs = configured.to_vec();
    if let Some(demo) = demo {
        configs.push(demo.config(addr)?);
    }
    Ok(configs)
}
