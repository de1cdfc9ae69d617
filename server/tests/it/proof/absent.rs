//! What the sources do without. Where a control is that something does not exist, this is its test.

use std::fs;

use super::index::visit;
use super::repository;

/// Words, the folders in which they must not stand, and why.
const ABSENT: &[(&[&str], &[&str], &str)] = &[
    (&["process::Command"], &["app", "src", "server"], "no program is started (ASVS 1.2.5)"),
    (
        &["inner_html", "innerHTML", "insertAdjacentHTML", "outerHTML"],
        &["app", "public"],
        "text stays text (3.2.2)",
    ),
    (&["eval(", "new Function", "document.write"], &["app", "public"], "no text is run (1.3.2)"),
    (
        &["EventListener(\"message\"", "EventListener('message'", "MessageEvent"],
        &["app", "public"],
        "no other window is heard (3.5.5)",
    ),
    (&["danger_accept", "dangerous()", "InsecureSkip"], &["server"], "certificates are checked (12.3.2)"),
    (&["GetUrl", "GetCbor", "GetJson"], &["app"], "no server function answers to GET (3.5.3)"),
    (
        &["SmallRng", "StdRng", "seed_from_u64", "fastrand"],
        &["server"],
        "randomness is the system's (11.5.1)",
    ),
    (&["DatabaseError::new(\""], &["server"], "no outage is told of a database that answered"),
    (&["Md5", "Sha1", "md5::", "sha1::"], &["src", "server"], "no broken hashes (11.4.1)"),
];

/// Tests, benchmarks and tools of the developer's machine.
const NO_PART_OF_IT: &[&str] =
    &["tests", "benches", "examples", "baseline", "test_servers", "contract", "dev", "sources", "slim"];

#[test]
fn what_must_not_be_written_is_not_written() {
    let mut faults = Vec::new();
    visit(&repository(), &mut |folders, name, path| {
        let Some(top) = folders.first() else { return };
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        let modules = || folders.iter().map(String::as_str).chain([stem]);
        if !["rs", "js"].contains(&ending) || modules().any(|module| NO_PART_OF_IT.contains(&module)) {
            return;
        }
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (words, _, why) in ABSENT.iter().filter(|(_, places, _)| places.contains(&top.as_str())) {
            let found = words.iter().filter(|word| code.contains(**word));
            faults.extend(found.map(|word| format!("{}: {word}: {why}", path.display())));
        }
    });
    super::assert_none(&faults);
}
