//! Why the server does not start.

use std::net::SocketAddr;

use configuration::ConfigErrors;
use database::stores;
use oauth::OAuthError; // slim: demo-provider

/// One line that names what to change.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Wrong configuration (exit code 2).
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The address is in use, or not ours.
    #[error("cannot listen on {addr} ({variable}): {source}")]
    Listen {
        /// Where `addr` comes from.
        variable: &'static str,
        addr: SocketAddr,
        source: std::io::Error,
    },
    /// A store cannot be opened.
    #[error(transparent)]
    Store(#[from] stores::OpenError),
    /// `server backup` has copied nothing.
    #[error(transparent)]
    Backup(#[from] database::backup::BackupError),
    /// The browser bundle cannot be built or read.
    #[error("{0}")]
    Bundle(String),
    // slim: demo-provider
    /// An identity provider cannot be set up.
    #[error("identity providers: {0}")]
    OAuth(#[from] OAuthError),
    // slim: end
    /// All that `check-config` has found, each on a line of its own.
    #[error("{}", lines(.0))]
    Several(Vec<StartError>),
    #[error("{0}")]
    Other(String),
}

fn lines(errors: &[StartError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
