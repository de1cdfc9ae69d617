//! What the exports of a compiled module are for, by their names.

use std::collections::BTreeSet;

/// `RestTimer_11906872319255471553_0cd1cead3f0174fd` → `RestTimer_11906872319255471553`: the name in JavaScript, without
/// wasm-bindgen's hash of the crate.
pub(super) fn function(export: &str) -> Option<&str> {
    let (name, hash) = export.rsplit_once('_')?;
    (hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(name)
}

/// The island that an export hydrates. Leptos appends a number to the name of the component, which starts with a capital.
pub(super) fn island(export: &str) -> Option<&str> {
    let (name, number) = function(export)?.rsplit_once('_')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && name.starts_with(|first: char| first.is_ascii_uppercase())).then_some(name)
}

/// The class (in lower case) that an export is a method or the destructor of:
/// `intounderlyingsink_close_58a9338f50bce61c` and `__wbg_intounderlyingsink_free_58a9338f50bce61c`.
pub(super) fn class(export: &str) -> Option<&str> {
    let name = function(export)?;
    let destructor = name.strip_prefix("__wbg_").and_then(|name| name.strip_suffix("_free"));
    destructor.or_else(|| name.split_once('_').map(|(class, _)| class)).filter(|class| !class.is_empty())
}

/// Classes of which JavaScript never gets an object: Rust hands none over, which would need an import
/// `__wbg_<class>_new`, and the pages' script creates none. Leptos links three of them for streaming, whether anything
/// streams or not.
pub(super) fn classes_out_of_reach<'a>(exports: &[&'a str], imports: &[&str]) -> BTreeSet<&'a str> {
    let destructors = exports
        .iter()
        .filter(|export| export.starts_with("__wbg_"))
        .filter(|export| function(export).is_some_and(|name| name.ends_with("_free")));
    destructors
        .filter_map(|export| class(export))
        .filter(|class| {
            let handed_over = format!("__wbg_{class}_new");
            !imports.iter().any(|import| import.starts_with(&handed_over))
        })
        .collect()
}

/// The section without the programs that mention a name. Each program is a version and a body, both after their length
/// in four bytes. `None` if that is not so.
pub(super) fn remove_programs(section: &[u8], names: &BTreeSet<&str>) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(section.len());
    let mut rest = section;
    while !rest.is_empty() {
        let version = block(rest)?;
        let body = block(rest.get(version..)?)?;
        let (program, after) = rest.split_at_checked(version + body)?;
        if !names.iter().any(|name| mentions(program, name)) {
            kept.extend_from_slice(program);
        }
        rest = after;
    }
    Some(kept)
}

/// The size of a block with its length.
fn block(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_le_bytes(*bytes.first_chunk()?);
    usize::try_from(length).ok()?.checked_add(4)
}

/// Exports spell a class in lower case, programs as its author did.
fn mentions(program: &[u8], name: &str) -> bool {
    program.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMER: &str = "RestTimer_11906872319255471553_0cd1cead3f0174fd";
    const FREE: &str = "__wbg_intounderlyingsink_free_58a9338f50bce61c";
    const CLOSE: &str = "intounderlyingsink_close_58a9338f50bce61c";

    #[test]
    fn an_island_is_told_from_other_exports() {
        assert_eq!(island(TIMER), Some("RestTimer"));
        for other in ["hydrate_aebe9231459ec4d1", "memory", "__wbindgen_malloc", FREE, CLOSE, "RestTimer_1"] {
            assert_eq!(island(other), None, "{other}");
        }
    }

    #[test]
    fn a_class_that_nothing_hands_over_is_out_of_reach() {
        let exports = ["memory", TIMER, FREE, CLOSE, "__wbindgen_free", "hydrate_aebe9231459ec4d1"];
        assert_eq!(classes_out_of_reach(&exports, &[]), BTreeSet::from(["intounderlyingsink"]));
        assert_eq!(class(CLOSE), Some("intounderlyingsink"));
        let used = ["__wbg_intounderlyingsink_new_58a9338f50bce61c"];
        assert_eq!(classes_out_of_reach(&exports, &used), BTreeSet::new());
    }

    fn program(body: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in ["0.2.130", body] {
            bytes.extend(u32::try_from(part.len()).unwrap().to_le_bytes());
            bytes.extend(part.bytes());
        }
        bytes
    }

    #[test]
    fn programs_that_mention_a_name_are_removed_and_the_others_stay_as_they_are() {
        let (kept, removed) = (program("about hydrate"), program("about IntoUnderlyingSink"));
        let section = [kept.clone(), removed, kept.clone()].concat();
        let names = BTreeSet::from(["intounderlyingsink"]);
        assert_eq!(remove_programs(&section, &names), Some([kept.clone(), kept].concat()));
    }

    #[test]
    fn a_section_of_another_form_is_not_touched() {
        let mut section = program("about hydrate");
        section.pop();
        assert_eq!(remove_programs(&section, &BTreeSet::new()), None);
        assert_eq!(remove_programs(&[1, 2], &BTreeSet::new()), None);
    }
}
