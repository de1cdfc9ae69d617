//! Where to go after login: the local paths that make sense as a destination.

use domain::local_path::LocalPath;

use crate::routes::events;

/// The first segments of paths that are not destinations: the login itself (a loop), and endpoints that
/// answer forms or have side effects.
const NO_DESTINATIONS: &[&str] = &[
    "login",
    "register",
    "auth",
    "api",
    "demo-provider", // slim: demo-provider
];

/// Checks a path supplied by a request. `None` if it could lead to another site, back to the login or to an
/// endpoint.
#[must_use]
pub(crate) fn parse(path: &str) -> Option<LocalPath> {
    LocalPath::parse(path).filter(is_destination)
}

fn is_destination(path: &LocalPath) -> bool {
    let path = path.as_str().split('?').next().unwrap_or_default();
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !NO_DESTINATIONS.iter().any(|no| first.eq_ignore_ascii_case(no))
        // A stream that does not end.
        && !path.trim_end_matches('/').eq_ignore_ascii_case(events::PATH)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_leads_back_to_the_login_or_into_an_endpoint() {
        for path in [
            "/login",
            "/login/",
            "/login?return_to=/login",
            "/login#x",
            "/LOGIN",
            "/register",
            "/auth/google",
            "/auth/acme?return_to=/",
            "/auth/acme/callback?code=x",
            "/api/auth/logout",
            "/api",
            "/demo-provider/authorize", // slim: demo-provider
            "/session/events",
            "/session/events/",
        ] {
            assert_eq!(parse(path), None, "{path}");
        }
    }

    #[test]
    fn pages_are_destinations() {
        for path in ["/", "/session", "/session-info", "/account/confirm?return_to=/account", "/loginx", "/?"]
        {
            assert_eq!(parse(path).as_ref().map(LocalPath::as_str), Some(path));
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_begins_nothing(
            first in "[a-zA-Z]{0,3}(login|register|auth|api|LOGIN)?",
            rest in "[/?#a-z=%.\\\\]{0,12}",
        ) {
            if let Some(path) = parse(&format!("/{first}{rest}")) {
                let first = path.as_str().trim_start_matches('/').split(['/', '?']).next().unwrap();
                let first = first.to_ascii_lowercase();
                prop_assert!(!NO_DESTINATIONS.contains(&first.as_str()), "{:?}", path);
            }
        }
    }
}
