//! The variables that stand alone: each with its default and its rules. What a variable in error gives here is
//! not used; the error is noted in the reader.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use time::Duration;
use tracing_subscriber::EnvFilter;

use super::public_url::{self, PublicUrl};
use super::reader::Reader;
use super::{AppEnv, LogFormat, duration};
use accounts::ports::Limit;
use storage::DatabaseUrl;
use storage::remote::RemoteSettings;

pub(super) fn site_addr(reader: &mut Reader<'_>) -> SocketAddr {
    // An empty SITE_ADDR is not set, so LEPTOS_SITE_ADDR counts.
    let name = if reader.get("SITE_ADDR").is_some() { "SITE_ADDR" } else { "LEPTOS_SITE_ADDR" };
    let default = SocketAddr::from(([127, 0, 0, 1], 3000));
    let accepted = "an IP address and a port, like 127.0.0.1:3000 or [::1]:3000";
    reader.parse(name, accepted, |text| text.parse().ok()).flatten().unwrap_or(default)
}

pub(super) fn public_url(reader: &mut Reader<'_>, env: AppEnv, site_addr: SocketAddr) -> Option<PublicUrl> {
    let production = env == AppEnv::Production;
    let accepted = if production { public_url::ACCEPTED_HTTPS } else { public_url::ACCEPTED };
    if env != AppEnv::Development && reader.get("PUBLIC_URL").is_none() {
        reader.bad("PUBLIC_URL", format!("{accepted}; required in {}", env.as_str()));
        return None;
    }
    let parse = |text: &str| PublicUrl::parse(text).filter(|url| url.is_https() || !production);
    let given = reader.parse("PUBLIC_URL", accepted, parse)?;
    Some(given.unwrap_or_else(|| PublicUrl::of_listen_address(site_addr)))
}

pub(super) fn database(reader: &mut Reader<'_>, env: AppEnv) -> Option<DatabaseUrl> {
    let url = reader.parse_or("DATABASE_URL", DatabaseUrl::parse)?;
    let url = url.unwrap_or_else(|| DatabaseUrl::SqliteFile("data/trainer.db".into()));
    if url.is_memory() && env != AppEnv::Development {
        let why = "a database in memory loses every account at the next start and is for development only";
        reader.bad("DATABASE_URL", format!("sqlite:///absolute/path or sqlite://relative/path; {why}"));
        return None;
    }
    Some(url)
}

pub(super) fn remote(reader: &mut Reader<'_>) -> RemoteSettings {
    let default = RemoteSettings::default();
    let accepted = "a duration from 50ms to 1m, like 500ms or 2s";
    let limits = Duration::milliseconds(50)..=Duration::MINUTE;
    let parse = |text: &str| duration::parse(text).filter(|time| limits.contains(time));
    let timeout = reader.parse("STORE_TIMEOUT", accepted, parse).flatten();
    let accepted = "a number of connections from 1 to 1000";
    let parse = |text: &str| text.parse().ok().filter(|size| (1..=1000).contains(size));
    let pool_size = reader.parse("STORE_POOL_SIZE", accepted, parse).flatten();
    RemoteSettings {
        timeout: timeout.map_or(default.timeout, Duration::unsigned_abs),
        pool_size: pool_size.unwrap_or(default.pool_size),
        maintenance: false,
    }
}

pub(super) fn trust_proxy(reader: &mut Reader<'_>) -> u8 {
    let accepted = "the number of reverse proxies in front, from 0 to 16";
    let parse = |text: &str| text.parse().ok().filter(|n| *n <= 16);
    reader.parse("TRUST_PROXY", accepted, parse).flatten().unwrap_or(0)
}

pub(super) fn limit(reader: &mut Reader<'_>, name: &str, count: u32) -> Limit {
    let given = reader.parse(name, duration::ACCEPTED_LIMIT, duration::parse_limit);
    given.flatten().unwrap_or(Limit { count, period: Duration::MINUTE })
}

pub(super) fn oauth_demo(reader: &mut Reader<'_>, env: AppEnv) -> bool {
    let production = env == AppEnv::Production;
    let accepted = if production {
        "false: the demo provider lets anyone in and cannot be enabled in production"
    } else {
        "true or false"
    };
    let parse = |text: &str| text.to_ascii_lowercase().parse().ok().filter(|demo| !(production && *demo));
    reader.parse("OAUTH_DEMO", accepted, parse).flatten().unwrap_or(!production)
}

/// `OAUTH_<NAME>_…`: an open family that the OAuth module knows.
pub(super) fn oauth_vars(vars: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    vars.iter()
        .filter(|(name, _)| name.starts_with("OAUTH_") && *name != "OAUTH_DEMO")
        .map(|(name, value)| (name.clone(), value.trim().to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

pub(super) fn admin_addr(reader: &mut Reader<'_>, site_addr: SocketAddr) -> Option<SocketAddr> {
    let accepted = "an IP address and a port other than SITE_ADDR, like 127.0.0.1:9090";
    // `0.0.0.0:3000` is `127.0.0.1:3000` too.
    let same = |addr: &SocketAddr| {
        let ip_overlaps =
            addr.ip() == site_addr.ip() || addr.ip().is_unspecified() || site_addr.ip().is_unspecified();
        addr.port() != 0 && addr.port() == site_addr.port() && ip_overlaps
    };
    let parse = |text: &str| text.parse().ok().filter(|addr| !same(addr));
    reader.parse("ADMIN_ADDR", accepted, parse).flatten()
}

pub(super) fn log_format(reader: &mut Reader<'_>, env: AppEnv) -> LogFormat {
    let default = if env == AppEnv::Production { LogFormat::Json } else { LogFormat::Pretty };
    let given =
        reader.parse("LOG_FORMAT", "pretty or json", |text| match text.to_ascii_lowercase().as_str() {
            "pretty" => Some(LogFormat::Pretty),
            "json" => Some(LogFormat::Json),
            _ => None,
        });
    given.flatten().unwrap_or(default)
}

pub(super) fn log_filter(reader: &mut Reader<'_>) -> String {
    let accepted = "a filter like info or warn,server=debug (levels: off, error, warn, info, debug, trace)";
    let parse = |text: &str| EnvFilter::try_new(text).ok().map(|_| text.to_owned());
    reader.parse("RUST_LOG", accepted, parse).flatten().unwrap_or_else(|| "info".to_owned())
}
