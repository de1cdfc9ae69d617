//! Part of the tests of each package that has a target: plays its corpus, so that what a fuzzer has found once is tried by
//! everybody, with the stable compiler.

/// Calls `check` with each file of the corpus of a target.
pub(crate) fn replay(target: &str, check: fn(&[u8])) {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let root = std::path::Path::new(corpus).ancestors().find(|folder| folder.join("fuzz/corpus").is_dir());
    let folder = root.expect("the repository").join("fuzz/corpus").join(target);
    let mut played = 0;
    for entry in std::fs::read_dir(&folder).expect("a corpus") {
        let path = entry.expect("an entry").path();
        // If it fails, the test shows which one.
        println!("{}", path.display());
        check(&std::fs::read(path).expect("a file"));
        played += 1;
    }
    assert!(played >= 5, "{}: {played}", folder.display());
}
