//! The names of all variables, and a guard against mistyping them.

use std::collections::BTreeMap;

/// Every variable but the open family `OAUTH_<NAME>_…`, in the order of the documentation.
pub(super) const NAMES: [&str; 24] = [
    "APP_ENV",
    "SITE_ADDR",
    "PUBLIC_URL",
    "DATABASE_URL",
    "SESSION_STORE",
    "SESSION_SECRETS",
    "SESSION_TTL",
    "SESSION_IDLE_TIMEOUT",
    "SESSION_ABSOLUTE_LIFETIME",
    "SESSION_TOUCH_INTERVAL",
    "SESSION_FRESH_FOR",
    "SESSION_SWEEP_INTERVAL",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_DOMAIN",
    "TRUST_PROXY",
    "LOGIN_LIMIT",
    "LOGIN_LIMIT_ADDRESS",
    "OAUTH_DEMO",
    "ADMIN_ADDR",
    "LOG_FORMAT",
    "RUST_LOG",
    "SITE_ROOT",
    "LEPTOS_SITE_ADDR",
];

/// Whether a variable is read by this application.
pub(super) fn is_ours(name: &str) -> bool {
    NAMES.contains(&name) || name.starts_with("OAUTH_")
}

/// What looks like a mistyped name, one line each. A warning and not an error: desktops and shells set
/// `SESSION_…` variables of their own (`SESSION_MANAGER`), and a start must not fail because of those.
pub(super) fn suspicious(vars: &BTreeMap<String, String>) -> Vec<String> {
    let known: Vec<&str> = NAMES.into_iter().filter(|name| name.starts_with("SESSION_")).collect();
    vars.keys()
        .filter(|name| name.starts_with("SESSION_") && !known.contains(&name.as_str()))
        .filter_map(|name| {
            let nearest = known.iter().min_by_key(|known| distance(name, known))?;
            let typo = distance(name, nearest) <= 2 || name.starts_with("SESSION_COOKIE_");
            typo.then(|| format!("{} is not read; did you mean {nearest}?", name.escape_debug()))
        })
        .collect()
}

/// Levenshtein's edit distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_noticed_and_foreign_variables_are_not() {
        let vars = |name: &str| BTreeMap::from([(name.to_owned(), "canary".to_owned())]);
        for (name, meant) in [
            ("SESSION_SECRET", "SESSION_SECRETS"),
            ("SESSION_IDLE_TIMOUT", "SESSION_IDLE_TIMEOUT"),
            ("SESSION_COOKIE_SAME_SITE", "SESSION_COOKIE_SAMESITE"),
            ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_"),
        ] {
            let warnings = suspicious(&vars(name));
            assert!(warnings.len() == 1 && warnings[0].contains(meant), "{name}: {warnings:?}");
            assert!(!warnings[0].contains("canary"));
        }
        for name in ["SESSION_MANAGER", "SESSION_ID", "SESSIONNAME", "SESSION_TTL", "DESKTOP_SESSION"] {
            assert_eq!(suspicious(&vars(name)), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn distances_count_edits() {
        for (a, b, edits) in [("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0)] {
            assert_eq!(distance(a, b), edits);
        }
    }
}
