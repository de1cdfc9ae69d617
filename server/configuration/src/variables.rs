//! Reads the variables that do not belong to a group.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use accounts::ports::Limit;
use storage::{DatabaseUrl, RemoteSettings};
use time::Duration;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::environment::{AppEnv, LogFormat};
use super::public_url::PublicUrl;
use super::reader::{Reader, unquoted};
use super::row::Row;
use super::{duration, providers, table};

pub(super) fn site_addr(reader: &mut Reader<'_>) -> SocketAddr {
    reader.value(&table::SITE_ADDR, |text| text.parse().ok())
}

/// `None` if it cannot be used, which is recorded.
pub(super) fn public_url(reader: &mut Reader<'_>, site_addr: SocketAddr) -> Option<PublicUrl> {
    let row = &table::PUBLIC_URL;
    let production = reader.env == AppEnv::Production;
    reader.require(row);
    let given = reader.given(row, |text| PublicUrl::parse(text).filter(|url| url.is_https() || !production));
    if reader.refused(row) {
        return None;
    }
    Some(given.unwrap_or_else(|| PublicUrl::of_listen_address(site_addr)))
}

/// `None` if it cannot be used, which is recorded.
pub(super) fn database(reader: &mut Reader<'_>) -> Option<DatabaseUrl> {
    let row = &table::DATABASE_URL;
    let url = reader.value_or_why(row, DatabaseUrl::parse);
    if url.is_memory() && reader.env != AppEnv::Development {
        let why = "a database in memory loses every account at the next start and is for development only";
        reader.refuse(row, format!("sqlite:///absolute/path or sqlite://relative/path; {why}"));
    }
    (!reader.refused(row)).then_some(url)
}

pub(super) fn remote(reader: &mut Reader<'_>) -> RemoteSettings {
    let limits = Duration::milliseconds(50)..=Duration::MINUTE;
    let timeout = reader
        .value(&table::STORE_TIMEOUT, |text| duration::parse(text).filter(|time| limits.contains(time)));
    // slim: mongodb/postgres/redis
    let pool_size = reader
        .value(&table::STORE_POOL_SIZE, |text| text.parse().ok().filter(|size| (1..=1000).contains(size)));
    RemoteSettings { timeout: timeout.unsigned_abs(), pool_size, maintenance: false }
    // slim: instead
    // RemoteSettings { timeout: timeout.unsigned_abs() }
    // slim: end
}

pub(super) fn trust_proxy(reader: &mut Reader<'_>) -> u8 {
    reader.value(&table::TRUST_PROXY, |text| text.parse().ok().filter(|proxies| *proxies <= 16))
}

pub(super) fn max_connections(reader: &mut Reader<'_>) -> usize {
    let allowed = 16..=100_000;
    reader.value(&table::MAX_CONNECTIONS, |text| text.parse().ok().filter(|count| allowed.contains(count)))
}

pub(super) fn hsts_subdomains(reader: &mut Reader<'_>) -> bool {
    reader.value(&table::HSTS_SUBDOMAINS, |text| text.to_ascii_lowercase().parse().ok())
}

pub(super) fn limit(reader: &mut Reader<'_>, row: &Row) -> Limit {
    reader.value(row, duration::parse_limit)
}

// slim: demo-provider
pub(super) fn oauth_demo(reader: &mut Reader<'_>) -> bool {
    let production = reader.env == AppEnv::Production;
    reader.value(&table::OAUTH_DEMO, |text| {
        text.to_ascii_lowercase().parse().ok().filter(|demo| !(production && *demo))
    })
}
// slim: end

pub(super) fn admin_addr(reader: &mut Reader<'_>, site_addr: SocketAddr) -> Option<SocketAddr> {
    // `0.0.0.0:3000` also covers `127.0.0.1:3000`.
    let same = |addr: &SocketAddr| {
        let ip_overlaps =
            addr.ip() == site_addr.ip() || addr.ip().is_unspecified() || site_addr.ip().is_unspecified();
        addr.port() != 0 && addr.port() == site_addr.port() && ip_overlaps
    };
    reader.given(&table::ADMIN_ADDR, |text| text.parse().ok().filter(|addr| !same(addr)))
}

pub(super) fn log_format(reader: &mut Reader<'_>) -> LogFormat {
    reader.value(&table::LOG_FORMAT, LogFormat::parse)
}

pub(super) fn log_filter(reader: &mut Reader<'_>) -> String {
    reader.value(&table::RUST_LOG, |text| EnvFilter::try_new(text).ok().map(|_| text.to_owned()))
}

/// Where traces are sent, if anywhere.
pub(super) fn otlp_endpoint(reader: &mut Reader<'_>) -> Option<Url> {
    let is_one = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    reader.given(&table::OTEL_EXPORTER_OTLP_ENDPOINT, |text| Url::parse(text).ok().filter(is_one))
}

pub(super) fn site_root(reader: &mut Reader<'_>) -> PathBuf {
    reader.value(&table::SITE_ROOT, |text| Some(text.into()))
}

/// The variables of the provider family as set: non-empty and trimmed. Others that begin in the same way are not ours.
pub(super) fn oauth_vars(vars: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    vars.iter()
        .filter(|(name, _)| providers::is_setting(name) && !providers::is_of_another_container(vars, name))
        .map(|(name, value)| (name.clone(), unquoted(value).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}
