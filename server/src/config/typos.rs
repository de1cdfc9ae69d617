//! Detects mistyped names.

use std::collections::BTreeMap;

use strsim::levenshtein;

use super::table;

/// One line per name that looks mistyped. A warning rather than an error: desktops and shells set `SESSION_…`
/// variables of their own (`SESSION_MANAGER`), and those must not prevent a start.
pub(super) fn suspicious(vars: &BTreeMap<String, String>) -> Vec<String> {
    let known: Vec<&str> =
        table::rows().map(|row| row.name).filter(|name| name.starts_with("SESSION_")).collect();
    vars.keys()
        .filter(|name| name.starts_with("SESSION_") && !known.contains(&name.as_str()))
        .filter_map(|name| {
            let nearest = known.iter().min_by_key(|known| levenshtein(name, known))?;
            let typo = levenshtein(name, nearest) <= 2 || name.starts_with("SESSION_COOKIE_");
            typo.then(|| format!("{} is not read; did you mean {nearest}?", name.escape_debug()))
        })
        .collect()
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
}
