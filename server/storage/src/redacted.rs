//! Displaying values that may contain credentials.

/// The longest value shown in a message or by `check-config`.
const SHOWN: usize = 200;

/// A variable's displayable value: no part of a secret, no user information or query of a URL, no control
/// characters, and not too long.
#[must_use]
pub fn redacted(name: &str, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    if name.contains("SECRET") || name.contains("PASSWORD") || name.contains("TOKEN") && !is_url(value) {
        return "(redacted)".to_owned();
    }
    let mut shown = String::new();
    for c in without_credentials(value).chars().take(SHOWN) {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if value.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}

fn is_url(value: &str) -> bool {
    value.contains("://")
}

/// Also works on text that is not a valid URL, since that is exactly what error messages show. Anything that
/// could be a password is cut: up to the *last* `@`, because a password may contain an unescaped one.
fn without_credentials(value: &str) -> String {
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) if !scheme.contains('@') => (format!("{scheme}://"), rest),
        _ => (String::new(), value),
    };
    let rest = match rest.rsplit_once('@') {
        Some((_, host)) => format!("***@{host}"),
        None => rest.to_owned(),
    };
    match rest.split_once('?') {
        Some((path, query)) if !query.is_empty() => format!("{scheme}{path}?***"),
        _ => format!("{scheme}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_is_shown() {
        for (name, value, shown) in [
            ("SESSION_SECRETS", "canary,canary", "(redacted)"),
            ("OAUTH_GOOGLE_CLIENT_SECRET", "canary", "(redacted)"),
            ("OAUTH_X_TOKEN_URL", "https://id.example/token", "https://id.example/token"),
            ("OAUTH_X_TOKEN_URL", "canary", "(redacted)"),
            ("DATABASE_URL", "store://me:canary@db/x", "store://***@db/x"),
            ("DATABASE_URL", "store://me:can@ary/@db/x", "store://***@db/x"),
            ("DATABASE_URL", "store://db/x?password=canary", "store://db/x?***"),
            ("DATABASE_URL", "me:canary@db", "***@db"),
            ("SESSION_STORE", "me:canary@x://y", "***@x://y"),
            ("SITE_ADDR", "a\r\nb\u{1b}c", "a\\r\\nb\\u{1b}c"),
            ("SITE_ADDR", "", ""),
        ] {
            assert_eq!(redacted(name, value), shown, "{name} {value}");
        }
        assert_eq!(redacted("X", &"y".repeat(300)).chars().count(), SHOWN + 1);
    }
}
