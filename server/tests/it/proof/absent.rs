//! What the sources do without. Where a control is that something does not exist, this is its test.

use super::sources::visit_code;

/// Words, the folders in which they must not stand, and why.
const ABSENT: &[(&[&str], &[&str], &str)] = &[
    // What edits or watches sources does so (`sources`, `slim`, `dev`), and so does the bundler.
    (
        &["process::Command", "process::{Command", "process::*", "Command::new"],
        &["app", "src", "server"],
        "no program is started (ASVS 1.2.5)",
    ),
    (
        &["inner_html", "innerHTML", "insertAdjacentHTML", "outerHTML"],
        &["app", "frontend", "public", "server"],
        "text stays text (3.2.2)",
    ),
    (&["eval(", "new Function", "document.write"], &["app", "frontend", "public"], "no text is run (1.3.2)"),
    (
        &[
            "EventListener(\"message\"",
            "EventListener('message'",
            "MessageEvent",
            "window.onmessage",
            "self.onmessage",
            "globalThis.onmessage",
            "\nonmessage",
            " onmessage",
            "set_onmessage",
        ],
        &["app", "frontend", "public"],
        "no other window is heard (3.5.5)",
    ),
    (&["danger_accept", "dangerous()", "InsecureSkip"], &["server"], "certificates are checked (12.3.2)"),
    (&["GetUrl", "GetCbor", "GetJson"], &["app"], "no server function answers to GET (3.5.3)"),
    (
        &["SmallRng", "StdRng", "seed_from_u64", "fastrand"],
        &["server"],
        "randomness is the system's (11.5.1)",
    ),
    (
        &["get(REFERER", "get(header::REFERER", "get(\"referer\"", "get(\"Referer\"", "Referer>"],
        &["app", "src", "server"],
        "nobody is led to where a request came from (S-23)",
    ),
    (&["DatabaseError::new(\""], &["server"], "no outage is told of a database that answered"),
    (&["Md5", "Sha1", "md5::", "sha1::"], &["src", "server"], "no broken hashes (11.4.1)"),
];

#[test]
fn what_must_not_be_written_is_not_written() {
    let (mut faults, mut lines) = (Vec::new(), 0);
    visit_code(&mut |top, path, code| {
        lines += code.lines().count();
        for (words, _, why) in ABSENT.iter().filter(|(_, places, _)| places.contains(&top)) {
            let found = words.iter().filter(|word| code.contains(**word));
            faults.extend(found.map(|word| format!("{}: {word}: {why}", path.display())));
        }
    });
    assert!(lines > 10_000, "{lines}");
    super::assert_none(&faults);
}
