use proptest::prelude::*;

use super::*;

#[path = "../../fuzz/replay.rs"]
mod replay;

/// Open-redirect payloads, all of which are rejected.
const ELSEWHERE: &[&str] = &[
    "",
    " ",
    "history",
    "?next",
    "#top",
    // Other origins, as browsers interpret them.
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
    // Characters that look like slashes or turn into them.
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

/// Strings built from fragments used in attacks.
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
        checks::any_path(&typed);
    }
}

#[test]
fn the_corpus_holds() {
    replay::replay("return_to", |bytes| checks::any_path(&String::from_utf8_lossy(bytes)));
}
