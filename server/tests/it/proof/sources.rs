//! What the sources consist of: the files that become the program, without their tests.

use std::fs;
use std::path::Path;

use super::index::visit;
use super::repository;

/// Tests, benchmarks and tools of the developer's machine.
const NO_PART_OF_IT: &[&str] =
    &["tests", "benches", "examples", "baseline", "test_servers", "contract", "dev", "sources", "slim"];

/// Calls `each` with the top folder, the path and the code of every file in Rust or JavaScript.
pub(super) fn visit_code(each: &mut impl FnMut(&str, &Path, &str)) {
    visit(&repository(), &mut |folders, name, path| {
        let Some(top) = folders.first() else { return };
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        let modules = || folders.iter().map(String::as_str).chain([stem]);
        if ["rs", "js"].contains(&ending) && !modules().any(|module| NO_PART_OF_IT.contains(&module)) {
            each(top, path, &without_tests(&fs::read_to_string(path).unwrap()));
        }
    });
}

/// The source without the modules of tests that stand in it. A line that only names such a module removes nothing, and
/// neither does one whose attributes take several lines.
fn without_tests(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        let declared = lines.clone().map(str::trim_start).find(|line| !line.starts_with("#["));
        if code == "#[cfg(test)]"
            && declared.is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
        {
            let end = format!("{}}}", &line[..line.len() - code.len()]);
            lines.by_ref().find(|line| *line == end);
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[test]
fn only_inline_modules_of_tests_are_left_out() {
    let source = "#[cfg(test)]\nmod tests;\nfn one() {}\n\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n    fn two() {\n    }\n}\n\
                  fn three() {}\n#[cfg(test)]\nfn four() {}\n";
    assert_eq!(
        without_tests(source),
        "#[cfg(test)]\nmod tests;\nfn one() {}\n\nfn three() {}\n#[cfg(test)]\nfn four() {}\n"
    );
}
