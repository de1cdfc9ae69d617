//! Where accounts and sessions are kept.

use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

#[cfg(any(feature = "mongodb", feature = "postgres", feature = "redis"))]
use crate::remote_url::RemoteUrl;

/// Accepted forms of `DATABASE_URL`, for messages.
pub const ACCEPTED_DATABASE: &str = concat!(
    "sqlite:///absolute/path, sqlite://relative/path, ",
    "postgres://host/database, ", // slim: postgres
    "mongodb://host/database, ",  // slim: mongodb
    "or sqlite::memory:"
);

/// Accepted forms of `SESSION_STORE`, for messages.
pub const ACCEPTED_STORE: &str = concat!(
    "sqlite:///absolute/path, sqlite://relative/path, ",
    "postgres://host/database, ", // slim: postgres
    "redis://host/number, ",      // slim: redis
    "mongodb://host/database, ",  // slim: mongodb
    "or, in development only, memory or sqlite::memory:"
);

/// The database: accounts and all that belongs to them.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://…`: one file. Paths may be relative to the working directory.
    SqliteFile(PathBuf),
    /// `sqlite::memory:`: gone with the process.
    SqliteMemory,
    #[cfg(feature = "postgres")]
    Postgres(RemoteUrl),
    /// `mongodb://…`, `mongodb+srv://…`
    #[cfg(feature = "mongodb")]
    MongoDb(RemoteUrl),
}

#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// `memory`: in this process, gone with it.
    Memory,
    /// `sqlite://…`: one file.
    SqliteFile(PathBuf),
    /// `sqlite::memory:`: gone with the process.
    SqliteMemory,
    /// `postgres://…`
    #[cfg(feature = "postgres")]
    Postgres(RemoteUrl),
    /// `redis://…`, `rediss://…`
    #[cfg(feature = "redis")]
    Redis(RemoteUrl),
    /// `mongodb://…`, `mongodb+srv://…`
    #[cfg(feature = "mongodb")]
    MongoDb(RemoteUrl),
}

impl DatabaseUrl {
    /// # Errors
    /// What is accepted instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        match StoreUrl::of_scheme(text, ACCEPTED_DATABASE)? {
            StoreUrl::SqliteFile(path) => Ok(Self::SqliteFile(path)),
            StoreUrl::SqliteMemory => Ok(Self::SqliteMemory),
            #[cfg(feature = "postgres")]
            StoreUrl::Postgres(url) => Ok(Self::Postgres(url)),
            #[cfg(feature = "mongodb")]
            StoreUrl::MongoDb(url) => Ok(Self::MongoDb(url)),
            #[cfg(feature = "redis")]
            StoreUrl::Redis(_) => Err(format!("{ACCEPTED_DATABASE}; Redis keeps sessions only")),
            StoreUrl::Memory => Err(ACCEPTED_DATABASE.to_owned()),
        }
    }

    /// Whether nothing of it survives the process.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        matches!(self, Self::SqliteMemory)
    }
}

impl StoreUrl {
    /// # Errors
    /// What is accepted instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("memory") {
            return Ok(Self::Memory);
        }
        Self::of_scheme(text, ACCEPTED_STORE)
    }

    /// Chooses by the scheme.
    fn of_scheme(text: &str, accepted: &str) -> Result<Self, String> {
        // slim: mongodb/postgres/redis
        let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        let refused = |why: String| format!("{accepted}; {why}");
        match scheme.as_str() {
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => RemoteUrl::postgres(text).map(Self::Postgres).map_err(refused),
            #[cfg(feature = "redis")]
            "redis" | "rediss" => RemoteUrl::redis(text).map(Self::Redis).map_err(refused),
            #[cfg(feature = "mongodb")]
            "mongodb" | "mongodb+srv" => RemoteUrl::mongodb(text).map(Self::MongoDb).map_err(refused),
            other => match not_compiled_in(other) {
                Some(why) => Err(refused(why)),
                None => Ok(sqlite(text, accepted)?.map_or(Self::SqliteMemory, Self::SqliteFile)),
            },
        }
        // slim: instead
        // Ok(sqlite(text, accepted)?.map_or(Self::SqliteMemory, Self::SqliteFile))
        // slim: end
    }

    /// Whether nothing of it survives the process or is visible to other processes.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        matches!(self, Self::Memory | Self::SqliteMemory)
    }

    /// Its name, shown on pages and in `/session-info`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::SqliteFile(_) | Self::SqliteMemory => "sqlite",
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => "postgres",
            #[cfg(feature = "redis")]
            Self::Redis(_) => "redis",
            #[cfg(feature = "mongodb")]
            Self::MongoDb(_) => "mongodb",
        }
    }
}

impl From<&DatabaseUrl> for StoreUrl {
    fn from(url: &DatabaseUrl) -> Self {
        match url {
            DatabaseUrl::SqliteFile(path) => Self::SqliteFile(path.clone()),
            DatabaseUrl::SqliteMemory => Self::SqliteMemory,
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(url) => Self::Postgres(url.clone()),
            #[cfg(feature = "mongodb")]
            DatabaseUrl::MongoDb(url) => Self::MongoDb(url.clone()),
        }
    }
}

// slim: mongodb/postgres/redis
/// Why a scheme that this program could know is not known to it.
fn not_compiled_in(scheme: &str) -> Option<String> {
    let (product, feature) = match scheme {
        "postgres" | "postgresql" => ("PostgreSQL", "postgres"), // slim: postgres
        "redis" | "rediss" => ("Redis", "redis"),                // slim: redis
        "mongodb" | "mongodb+srv" => ("MongoDB", "mongodb"),     // slim: mongodb
        _ => return None,
    };
    Some(format!(
        "this program was built without {product}: build it with the cargo feature `{feature}`, as in \
         `cargo run --features {feature}`"
    ))
}
// slim: end

/// `Some(path)`, or `None` for an in-memory database.
fn sqlite(text: &str, accepted: &str) -> Result<Option<PathBuf>, String> {
    let refused = |why: &str| Err(format!("{accepted}; {why}"));
    if text.eq_ignore_ascii_case("sqlite::memory:") {
        return Ok(None);
    }
    let Some((scheme, rest)) = text.split_once("://") else { return Err(accepted.to_owned()) };
    if !scheme.eq_ignore_ascii_case("sqlite") {
        return Err(accepted.to_owned());
    }
    if rest.contains(['?', '#']) {
        return refused("options after the path are not supported");
    }
    let Ok(path) = percent_decode_str(rest).decode_utf8() else { return refused("the path is not UTF-8") };
    // SQLite itself interprets `:memory:` and `file:…`; an in-memory database must be recognised as such
    // here.
    if path.to_ascii_lowercase().contains(":memory:") {
        return refused("a database in memory is written sqlite::memory:");
    }
    if path.is_empty() || path.ends_with('/') || path.starts_with("file:") || path.contains(char::is_control)
    {
        return refused("this is not the path of a file");
    }
    Ok(Some(PathBuf::from(path.into_owned())))
}

fn show(f: &mut fmt::Formatter<'_>, file: Option<&Path>) -> fmt::Result {
    match file {
        Some(path) => write!(f, "sqlite://{}", path.display()),
        None => f.write_str("sqlite::memory:"),
    }
}

impl fmt::Display for DatabaseUrl {
    /// Without credentials, for any database: this is what logs and `check-config` show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SqliteFile(path) => show(f, Some(path)),
            Self::SqliteMemory => show(f, None),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => fmt::Display::fmt(url, f),
            #[cfg(feature = "mongodb")]
            Self::MongoDb(url) => fmt::Display::fmt(url, f),
        }
    }
}

impl fmt::Display for StoreUrl {
    /// Without credentials, for any store: this is what logs and `check-config` show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::SqliteFile(path) => show(f, Some(path)),
            Self::SqliteMemory => show(f, None),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => fmt::Display::fmt(url, f),
            #[cfg(feature = "redis")]
            Self::Redis(url) => fmt::Display::fmt(url, f),
            #[cfg(feature = "mongodb")]
            Self::MongoDb(url) => fmt::Display::fmt(url, f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_paths_are_absolute_or_relative() {
        for (text, path) in [
            ("sqlite:///var/lib/test.db", "/var/lib/test.db"),
            ("sqlite://data/test.db", "data/test.db"),
            ("SQLite://test.db", "test.db"),
            ("sqlite://my%20data/a.db", "my data/a.db"),
        ] {
            assert_eq!(DatabaseUrl::parse(text), Ok(DatabaseUrl::SqliteFile(path.into())));
            assert_eq!(StoreUrl::parse(text), Ok(StoreUrl::SqliteFile(path.into())));
        }
        assert_eq!(DatabaseUrl::parse("sqlite::memory:"), Ok(DatabaseUrl::SqliteMemory));
        assert_eq!(StoreUrl::parse("sqlite::memory:"), Ok(StoreUrl::SqliteMemory));
        assert_eq!(StoreUrl::parse("memory"), Ok(StoreUrl::Memory));
    }

    // slim: mongodb/postgres
    #[test]
    fn servers_are_known_by_their_scheme() {
        for (text, kind) in [
            ("postgres://db/x", "postgres"), // slim: postgres
            ("PostgreSQL://ann:secret@db:5433/x?sslmode=verify-full", "postgres"), // slim: postgres
            ("mongodb://a:27017,b:27017/x?replicaSet=r&tls=true", "mongodb"), // slim: mongodb
            ("mongodb+srv://cluster.example/x", "mongodb"), // slim: mongodb
        ] {
            let database = DatabaseUrl::parse(text).unwrap();
            assert_eq!(StoreUrl::parse(text).as_ref(), Ok(&StoreUrl::from(&database)));
            assert_eq!(StoreUrl::from(&database).kind(), kind);
        }
    }
    // slim: end

    // slim: redis
    #[test]
    fn redis_keeps_sessions_only() {
        for text in ["redis://cache", "rediss://:secret@cache:6380/2"] {
            assert_eq!(StoreUrl::parse(text).map(|store| store.kind()), Ok("redis"));
            assert!(DatabaseUrl::parse(text).unwrap_err().contains("Redis keeps sessions only"));
        }
    }
    // slim: end

    // slim: mongodb/postgres/redis
    #[test]
    fn a_store_that_was_not_compiled_in_is_refused_with_the_name_of_its_feature() {
        for (scheme, feature) in [
            ("postgres", "postgres"),   // slim: postgres
            ("postgresql", "postgres"), // slim: postgres
            ("redis", "redis"),         // slim: redis
            ("rediss", "redis"),        // slim: redis
            ("mongodb", "mongodb"),     // slim: mongodb
            ("mongodb+srv", "mongodb"), // slim: mongodb
        ] {
            let why = not_compiled_in(scheme).unwrap();
            assert!(why.contains(&format!("the cargo feature `{feature}`")), "{why}");
        }
        assert_eq!(not_compiled_in("sqlite").or(not_compiled_in("mysql")), None);
    }
    // slim: end

    #[test]
    fn the_reason_for_a_refusal_is_given() {
        for (text, why) in [
            ("memory", "sqlite:///absolute/path"),
            ("data/test.db", "sqlite:///absolute/path"),
            ("mysql://db/x", "sqlite:///absolute/path"),
            ("postgres://[db/x", "this is not postgres://"), // slim: postgres
            ("mongodb://", "this is not mongodb://"),        // slim: mongodb
            ("sqlite://", "not the path of a file"),
            ("sqlite://data/", "not the path of a file"),
            ("sqlite://file:x", "not the path of a file"),
            ("sqlite://a%00b", "not the path of a file"),
            ("sqlite://a%ffb", "not UTF-8"),
            ("sqlite://:memory:", "is written sqlite::memory:"),
            ("sqlite://%3Amemory%3A", "is written sqlite::memory:"),
            ("sqlite://a.db?mode=memory", "options after the path"),
        ] {
            let error = DatabaseUrl::parse(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
            if text != "memory" {
                assert!(StoreUrl::parse(text).expect_err(text).contains("in development only, memory"));
            }
        }
    }
}
