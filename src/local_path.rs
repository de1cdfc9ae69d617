//! Where to go after login: paths of this site and nothing else.

use std::fmt;

/// A path (with query) of this site, safe as the target of a redirect: no browser takes it for another
/// origin, and it fits into a header.
///
/// The rule is an allow list, stricter than RFC 3986: browsers follow the WHATWG URL Standard, which reads
/// `\` as `/`, drops tabs and line breaks anywhere and resolves percent-encoded dot segments, so a list of
/// what is forbidden is always one trick short.
///
/// ```
/// use domain::local_path::LocalPath;
///
/// assert_eq!(LocalPath::parse("/history?page=2").unwrap().as_str(), "/history?page=2");
/// assert!(LocalPath::parse("//evil.example").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

/// The first segment of paths that are no place to arrive at: the way in itself (a loop), endpoints that
/// answer forms or start something by themselves, and an event stream that never ends.
const NO_DESTINATIONS: [&str; 5] = ["login", "register", "auth", "api", "demo-provider"];

impl LocalPath {
    /// The longest path accepted, in bytes.
    pub const MAX: usize = 512;

    /// Checks what came with a request. `None` if it could lead anywhere else, or back to the login.
    /// A fragment is dropped: it would never reach the server anyway.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        if path.len() > Self::MAX || !path.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        let path = path.split_once('#').map_or(path, |(before, _)| before);
        let (segments, query) = match path.split_once('?') {
            Some((segments, query)) => (segments, Some(query)),
            None => (path, None),
        };
        let ok = is_path(segments) && is_destination(segments) && query.is_none_or(is_query);
        ok.then(|| Self(path.to_owned()))
    }

    /// `/`
    #[must_use]
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One `/` in front, then plain segments. No percent-encoding, no `:`, no `@`: no path of this site has
/// them, and a path without them means the same to every browser, proxy and router.
fn is_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let segment_ok = |segment: &str| !matches!(segment, "." | "..") && segment.bytes().all(is_plain);
    // A slash at the end is fine, an empty segment anywhere else is not.
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    path == "/" || rest.split('/').all(|segment| !segment.is_empty() && segment_ok(segment))
}

fn is_destination(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !NO_DESTINATIONS.iter().any(|no| first.eq_ignore_ascii_case(no))
        && !path.trim_end_matches('/').eq_ignore_ascii_case("/session/events")
}

/// Characters of RFC 3986 §3.4; percent-encoded ones must not be control characters.
fn is_query(query: &str) -> bool {
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        let ok = match byte {
            b'%' => match (hex(bytes.next()), hex(bytes.next())) {
                (Some(high), Some(low)) => !(high * 16 + low).is_ascii_control(),
                _ => false,
            },
            b'/' | b'?' | b':' | b'@' => true,
            _ => is_plain(byte),
        };
        if !ok {
            return false;
        }
    }
    true
}

/// `unreserved` and `sub-delims` of RFC 3986.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

fn hex(byte: Option<u8>) -> Option<u8> {
    char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    /// Open-redirect payloads: every one is refused.
    const ELSEWHERE: &[&str] = &[
        "",
        " ",
        "history",
        "?next",
        "#top",
        // Other origins, as browsers read them.
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "//\\evil.example",
        "//evil.example@site.example",
        "//user:password@evil.example",
        "https://evil.example",
        "https:evil.example",
        "https:/evil.example",
        "http:///evil.example",
        "HTTPS://evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@evil.example",
        "@evil.example",
        ".evil.example",
        ":80/evil",
        // Characters that browsers drop.
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "/\r\nSet-Cookie: a=b",
        "\t//evil.example",
        " //evil.example",
        "/ /evil.example",
        "/\0/evil.example",
        "/history\0",
        "/history\n",
        "/history?a\tb",
        "/\u{b}/evil.example",
        "/\u{c}/evil.example",
        "/\u{7f}/evil.example",
        // The same, encoded.
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%0d%0aSet-Cookie:a=b",
        "/%00/evil.example",
        "/%20/evil.example",
        "/%2f%2fevil.example",
        "/%2Fevil.example",
        "/%5cevil.example",
        "/%5C%5Cevil.example",
        "/%252f%252fevil.example",
        "/%",
        "/%2",
        "/%zz",
        // Dot segments.
        "/..//evil.example",
        "/.//evil.example",
        "/../",
        "/.",
        "/a/..",
        "/a/../..//evil.example",
        "/%2e%2e//evil.example",
        "/%2e/%2f",
        "/.%2e/evil.example",
        "/a//evil.example",
        "/a//",
        // Characters that look like slashes or become them.
        "/\u{ff0f}evil.example",
        "\u{ff0f}\u{ff0f}evil.example",
        "/\u{2044}evil.example",
        "/\u{2215}evil.example",
        "/\u{ff3c}evil.example",
        "/\u{3002}evil.example",
        "/\u{200b}/evil.example",
        "/\u{202e}evil.example",
        "/caf\u{e9}",
        // Userinfo, ports, schemes inside the path.
        "/@evil.example",
        "/user:password@evil.example",
        "/https://evil.example",
        // Not characters of a path or query.
        "/<script>",
        "/\"onmouseover=alert(1)",
        "/history?<script>",
        "/history?\"",
        "/history?%",
        "/history?%0d%0a",
        "/history?%0",
        "/history?\\",
        "/history?|",
        "/[::1]",
    ];

    #[test]
    fn nothing_leads_elsewhere() {
        for payload in ELSEWHERE {
            assert_eq!(LocalPath::parse(payload), None, "{payload:?}");
        }
    }

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
            "/auth/demo?return_to=/",
            "/auth/demo/callback?code=x",
            "/api/auth/logout",
            "/api",
            "/demo-provider/authorize",
            "/session/events",
            "/session/events/",
        ] {
            assert_eq!(LocalPath::parse(path), None, "{path}");
        }
    }

    #[test]
    fn paths_of_this_site_are_kept() {
        for path in [
            "/",
            "/history",
            "/history/",
            "/session",
            "/session-info",
            "/account/link/my-provider",
            "/account/confirm?return_to=/account",
            "/preferences?saved=true",
            "/history?from=2026-03-01T10:00:00%2B01:00&to=a@b&q=//x",
            "/?",
            "/no-such-page",
            "/loginx",
            "/a.b/..c/...",
        ] {
            assert_eq!(LocalPath::parse(path).as_ref().map(LocalPath::as_str), Some(path));
        }
        assert_eq!(LocalPath::home(), LocalPath::parse("/").unwrap());
    }

    #[test]
    fn a_fragment_is_dropped() {
        assert_eq!(LocalPath::parse("/history#chart").unwrap().as_str(), "/history");
        assert_eq!(LocalPath::parse("/history?a#b?c#d").unwrap().as_str(), "/history?a");
        assert_eq!(LocalPath::parse("/history#\n"), None);
    }

    #[test]
    fn length_is_limited() {
        let longest = format!("/{}", "a".repeat(LocalPath::MAX - 1));
        assert!(LocalPath::parse(&longest).is_some());
        assert_eq!(LocalPath::parse(&format!("{longest}a")), None);
    }

    /// Strings made of the pieces that attacks are made of.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            proptest::sample::select(
                &[
                    "/",
                    "/",
                    "\\",
                    "\t",
                    "\n",
                    ".",
                    "..",
                    "?",
                    "#",
                    "%2f",
                    "%5c",
                    "%2e",
                    "%09",
                    "@",
                    ":",
                    "evil.example",
                    "https:",
                    "login",
                    "history",
                    "a",
                    ";",
                    "=",
                    "&",
                    "%",
                    " ",
                    "\u{ff0f}",
                ][..]
            )
            .prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn what_is_accepted_stays_on_this_origin(tail in hostile(), slash: bool) {
            let typed = if slash { format!("/{tail}") } else { tail };
            if let Some(path) = LocalPath::parse(&typed) {
                for page in ["https://trainer.example/login", "http://127.0.0.1:3000/a/b?c#d"] {
                    let page = Url::parse(page).unwrap();
                    let target = page.join(path.as_str()).unwrap();
                    prop_assert_eq!(target.origin(), page.origin());
                    prop_assert_eq!((target.username(), target.password()), ("", None));
                    // And it is the very path that was checked: nothing was resolved or re-encoded …
                    let arrived = &target[url::Position::BeforePath..];
                    // … but `'`, which the standard encodes in queries.
                    prop_assert_eq!(arrived.replace("%27", "'"), path.as_str().replace("%27", "'"));
                }
                prop_assert!(path.as_str().bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(LocalPath::parse(path.as_str()), Some(path));
            }
        }
    }
}
