//! Names that look like ours and are not read.

use std::collections::BTreeMap;

use strsim::levenshtein;

use super::reader::unquoted;
use super::{provider_rows, providers, table};

/// Set by desktops, for the X session manager.
const FOREIGN: &str = "SESSION_MANAGER";

/// One line per name that looks mistyped, and one for all others. Warnings rather than errors: Kubernetes sets
/// variables for every service (a service `oauth-proxy` brings `OAUTH_PROXY_SERVICE_HOST` and others), and shells and
/// desktops set `SESSION_…`. None of that may prevent a start. Values are not shown: they may be secrets.
pub(super) fn warnings(vars: &BTreeMap<String, String>) -> Vec<String> {
    let unread = vars
        .iter()
        .filter(|(name, value)| is_unread(vars, name) && !unquoted(value).is_empty())
        .map(|(name, _)| name.as_str());
    let (mut warnings, mut others) = (Vec::new(), Vec::new());
    for name in unread {
        match meant(name) {
            Some(meant) => {
                warnings.push(format!("{} is not read; did you mean {meant}?", name.escape_debug()))
            }
            None => others.push(name.escape_debug().to_string()),
        }
    }
    if !others.is_empty() {
        warnings.push(format!("not read, because no setting has such a name: {}", others.join(", ")));
    }
    warnings
}

fn is_unread(vars: &BTreeMap<String, String>, name: &str) -> bool {
    let ours = table::rows().any(|row| row.name == name)
        || (providers::is_setting(name) && !providers::is_of_another_container(vars, name));
    (name.starts_with("SESSION_") || name.starts_with("OAUTH_")) && name != FOREIGN && !ours
}

/// The name that was probably meant.
fn meant(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    if providers::is_setting(&upper) {
        // Otherwise it is a setting of another container.
        return (upper != name).then_some(upper);
    }
    let known = table::rows().map(|row| row.name).filter(|known| known.starts_with("SESSION_"));
    let nearest = known.min_by_key(|known| levenshtein(name, known))?;
    if levenshtein(name, nearest) <= 2 || name.starts_with("SESSION_COOKIE_") {
        return Some(nearest.to_owned());
    }
    // `OAUTH_ACME_CLIENT_IDS`: every part that could be the provider's name, with the rest compared to the settings.
    let rest = name.strip_prefix("OAUTH_")?;
    let parts = rest.match_indices('_').map(|(at, _)| (&rest[..at], &rest[at + 1..]));
    parts
        .flat_map(|(provider, rest)| provider_rows::ROWS.map(|row| (provider, rest, row.name)))
        // A short setting is near to too much.
        .filter(|(_, rest, setting)| setting.len() > 5 && levenshtein(rest, setting) <= 2)
        .map(|(provider, _, setting)| format!("OAUTH_{provider}_{setting}"))
        .find(|name| providers::is_setting(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Vec<String> {
        let vars = names.iter().map(|name| ((*name).to_owned(), "canary".to_owned())).collect();
        let warnings = warnings(&vars);
        assert!(!warnings.join("").contains("canary"));
        warnings
    }

    #[test]
    fn mistyped_names_are_told_with_the_right_one() {
        for (name, meant) in [
            ("SESSION_SECRET", "SESSION_SECRETS"),
            ("SESSION_IDLE_TIMOUT", "SESSION_IDLE_TIMEOUT"),
            ("SESSION_COOKIE_SAME_SITE", "SESSION_COOKIE_SAMESITE"),
            ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_"),
            ("OAUTH_acme_CLIENT_ID", "OAUTH_ACME_CLIENT_ID"),
            ("OAUTH_MY_CLUB_CLIENT_SECRETS", "OAUTH_MY_CLUB_CLIENT_SECRET"),
            ("OAUTH_MY_CLUB_TOKENURL", "OAUTH_MY_CLUB_TOKEN_URL"),
        ] {
            let warnings = of(&[name]);
            assert!(
                warnings.len() == 1 && warnings[0].contains(&format!("did you mean {meant}")),
                "{name}: {warnings:?}"
            );
        }
    }

    #[test]
    fn what_others_set_is_told_in_one_line() {
        let kubernetes = [
            "OAUTH_PROXY_PORT",
            "OAUTH_PROXY_PORT_4180_TCP",
            "OAUTH_PROXY_PORT_4180_TCP_ADDR",
            "OAUTH_PROXY_SERVICE_HOST",
            "OAUTH_PROXY_SERVICE_PORT",
            "SESSION_STORAGE_SERVICE_HOST",
            // A port with a name, and a linked container of Docker.
            "OAUTH_PROXY_SERVICE_PORT_AUTH_URL",
            "OAUTH_PROXY_NAME",
            "OAUTH_PROXY_ENV_OAUTH2_PROXY_CLIENT_ID",
        ];
        let warnings = of(&kubernetes);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(kubernetes.iter().all(|name| warnings[0].contains(name)), "{warnings:?}");
    }

    #[test]
    fn without_the_other_container_they_are_settings() {
        let name = "OAUTH_DEV_ENV_LOGIN_CLIENT_ID";
        assert_eq!(of(&[name]), Vec::<String>::new());
        assert_eq!(of(&[name, "OAUTH_DEV_NAME"]).len(), 1);
    }

    #[test]
    fn nothing_is_said_of_settings_and_of_names_that_are_not_like_ours() {
        let names = [
            "SESSION_MANAGER",
            "SESSIONNAME",
            "SESSION_TTL",
            "DESKTOP_SESSION",
            "OAUTH_DEMO", // slim: demo-provider
            "OAUTH2_PROXY",
        ];
        assert_eq!(of(&names), Vec::<String>::new());
        assert_eq!(of(&["OAUTH_ACME_CLIENT_ID"]), Vec::<String>::new());
        let empty = BTreeMap::from([("SESSION_FOO".to_owned(), " ".to_owned())]);
        assert_eq!(super::warnings(&empty), Vec::<String>::new());
    }
}
