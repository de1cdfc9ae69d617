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
    (&["postMessage", "post_message"], &["app", "public"], "no other window is heard (3.5.5)"),
    (&["danger_accept", "dangerous()", "InsecureSkip"], &["server"], "certificates are checked (12.3.2)"),
    (&["GetUrl", "GetCbor", "GetJson"], &["app"], "no server function answers to GET (3.5.3)"),
    (
        &["SmallRng", "StdRng", "seed_from_u64", "fastrand"],
        &["server"],
        "randomness is the system's (11.5.1)",
    ),
    (&["Md5", "Sha1", "md5::", "sha1::"], &["src", "server"], "no broken hashes (11.4.1)"),
];

/// Tests, benchmarks and tools of the developer's machine.
const NO_PART_OF_IT: &[&str] = &["tests", "benches", "examples", "baseline", "test_servers", "contract"];

#[test]
fn what_must_not_be_written_is_not_written() {
    let mut faults = Vec::new();
    visit(&repository(), &mut |folders, name, path| {
        let Some(top) = folders.first() else { return };
        let is_code = [".rs", ".js"].iter().any(|ending| name.ends_with(ending));
        let is_test =
            name == "tests.rs" || folders.iter().any(|folder| NO_PART_OF_IT.contains(&folder.as_str()));
        if !is_code || is_test {
            return;
        }
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (words, places, why) in ABSENT.iter().filter(|(_, places, _)| places.contains(&top.as_str())) {
            assert!(!places.is_empty());
            let found = words.iter().filter(|word| code.contains(**word));
            faults.extend(found.map(|word| format!("{}: {word}: {why}", path.display())));
        }
    });
    super::assert_none(&faults);
}
