//! What is logged under a name: the inventory lists it, and lists nothing else.

use std::collections::BTreeSet;
use std::fs;

use super::document::Document;
use super::repository;
use super::sources::visit_code;

const FIELD: &str = "event = ";

/// Adds the names that this code logs, and what they are read from if they cannot be read.
fn names_in(code: &str, names: &mut BTreeSet<String>, unread: &mut Vec<String>) {
    for (at, _) in code.match_indices(FIELD) {
        let (before, rest) = (&code[..at], &code[at + FIELD.len()..]);
        let is_variable = before.ends_with("let ");
        if let Some(name) = quoted(rest.strip_prefix('"').filter(|_| !is_variable)) {
            names.insert(name.to_owned());
        } else if !is_variable && !rest.starts_with("kind.as_str()") {
            unread.push(rest.lines().next().unwrap_or_default().to_owned());
        }
    }
    // One of two, chosen before.
    for choice in code.split("let event =").skip(1).filter(|rest| rest.trim_start().starts_with("if ")) {
        let choice = choice.split(';').next().unwrap_or_default();
        names.extend(choice.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    // Another way to choose a name is not read.
    for choice in
        code.split("let event =").skip(1).map(str::trim_start).filter(|rest| !rest.starts_with("if "))
    {
        let end = choice.find("\n}").unwrap_or(choice.len());
        if choice[..end].contains("!(event,") {
            unread.push(choice.lines().next().unwrap_or_default().to_owned());
        }
    }
    // What `kind.as_str()` may be.
    for kinds in code.split("\nkinds! {").skip(1).filter_map(|rest| rest.split("\n}").next()) {
        names.extend(kinds.split("= \"").skip(1).filter_map(|rest| quoted(Some(rest))).map(str::to_owned));
    }
}

fn quoted(rest: Option<&str>) -> Option<&str> {
    rest?.split_once('"').map(|(name, _)| name)
}

#[test]
fn the_inventory_lists_each_event_that_is_logged_and_no_other() {
    let (mut names, mut unread) = (BTreeSet::new(), Vec::new());
    visit_code(&mut |top, _, code| {
        if ["app", "src", "server"].contains(&top) {
            names_in(code, &mut names, &mut unread);
        }
    });
    super::assert_none(&unread);
    assert!(names.len() > 30, "{names:?}");

    let path = repository().join("server/INVENTORY.md");
    let document = Document::new("server/INVENTORY.md", path.clone(), &fs::read_to_string(path).unwrap());
    let rows = document.rows.iter().filter(|row| row.header.first().is_some_and(|title| title == "event"));
    let listed: Vec<&str> = rows.flat_map(|row| row.cells[0].split('`').skip(1).step_by(2)).collect();
    // `sys_store…` stands for all that begin like this.
    let is = |listed: &str, name: &str| match listed.strip_suffix('…') {
        Some(beginning) => name.starts_with(beginning),
        None => name == listed,
    };
    let missing = names.iter().filter(|name| !listed.iter().any(|listed| is(listed, name)));
    let mut faults: Vec<String> = missing.map(|name| format!("{name} is not listed")).collect();
    let invented = listed.iter().filter(|listed| !names.iter().any(|name| is(listed, name)));
    faults.extend(invented.map(|name| format!("{name} is never logged")));
    super::assert_none(&faults);
}

#[test]
fn names_are_read_as_they_are_written() {
    let (mut names, mut unread) = (BTreeSet::new(), Vec::new());
    let code = "warn!(event = \"a_b\", x);\nlet event = row.get(\"c_d\");\ninfo!(event = kind.as_str());\n\
                let event =\n    if bad { \"e_f\" } else { \"g_h\" };\nwarn!(event, x);\nwarn!(event = NAME, x);\n\
                kinds! {\n    One = \"i_j\";\n    /// Two.\n    Two = \"k_l\";\n}\nlet m = \"n_o\";";
    names_in(code, &mut names, &mut unread);
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a_b", "e_f", "g_h", "i_j", "k_l"]);
    assert_eq!(unread, ["NAME, x);"]);
    names_in("let event = match x { _ => \"p_q\" };\nwarn!(event, x);\n}", &mut BTreeSet::new(), &mut unread);
    assert_eq!(unread.pop().as_deref(), Some("match x { _ => \"p_q\" };"));
}
