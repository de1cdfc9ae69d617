//! Where to listen. The server reads the same variables; the socket is needed here before there is a server.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;

const NAMES: [&str; 2] = ["SITE_ADDR", "LEPTOS_SITE_ADDR"];
const DEFAULT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 1)), 3000);

/// The listen address: from the environment, else from this `.env` file, else `127.0.0.1:3000`.
///
/// # Errors
/// A value that is not an address, in words for people.
pub fn site_addr(environment: &[(OsString, OsString)], file: &Path) -> Result<SocketAddr, String> {
    // What is wrong elsewhere in the file the server will say.
    let file: Vec<(String, String)> =
        dotenvy::from_path_iter(file).map(|items| items.filter_map(Result::ok).collect()).unwrap_or_default();
    for name in NAMES {
        let set = environment.iter().find(|(set, _)| set == name).map(|(_, value)| value.to_string_lossy());
        let in_file = || file.iter().find(|(set, _)| set == name).map(|(_, value)| value.into());
        let value = set.or_else(in_file).unwrap_or_default();
        let value = value.trim().trim_matches(['"', '\'']).trim();
        if !value.is_empty() {
            return value.parse().map_err(|_| {
                format!("{name}={value}; accepted: an IP address and a port, like 127.0.0.1:3000")
            });
        }
    }
    Ok(DEFAULT)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
mod tests {
    use super::*;

    fn addr(environment: &[(&str, &str)], file: &str) -> Result<String, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(".env");
        std::fs::write(&path, file).unwrap();
        let environment: Vec<_> =
            environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        site_addr(&environment, &path).map(|address| address.to_string())
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
        assert_eq!(addr(&[], "").unwrap(), "127.0.0.1:3000");
        assert_eq!(addr(&[], "SITE_ADDR=\"[::1]:1\"\n").unwrap(), "[::1]:1");
        assert_eq!(addr(&[("SITE_ADDR", " 127.0.0.1:2 ")], "SITE_ADDR=127.0.0.1:1").unwrap(), "127.0.0.1:2");
        assert_eq!(addr(&[("SITE_ADDR", "")], "SITE_ADDR=127.0.0.1:1").unwrap(), "127.0.0.1:3000");
        assert_eq!(addr(&[("LEPTOS_SITE_ADDR", "127.0.0.1:4")], "").unwrap(), "127.0.0.1:4");
        let both = [("LEPTOS_SITE_ADDR", "127.0.0.1:4"), ("SITE_ADDR", "127.0.0.1:5")];
        assert_eq!(addr(&both, "").unwrap(), "127.0.0.1:5");
    }

    #[test]
    fn a_value_that_is_no_address_is_named() {
        assert!(addr(&[("SITE_ADDR", "localhost")], "").unwrap_err().contains("SITE_ADDR=localhost"));
    }
}
