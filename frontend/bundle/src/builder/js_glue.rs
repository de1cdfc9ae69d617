//! A minifier for the JavaScript that `wasm-bindgen` generates. Brotli alone does not replace it: comments and
//! random digits are a third of what it would send.

/// Removes indentation, empty lines and comments on lines of their own. Whatever might change the meaning is returned
/// unchanged: a file that is not UTF-8, or has a template literal or a string over several lines.
pub(crate) fn minify(script: Vec<u8>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&script) else { return script };
    let mut minified = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            match line.find("*/") {
                None => in_comment = true,
                Some(end) if end + 2 == line.len() => in_comment = false,
                // Code after a comment: a line-based minifier cannot handle it.
                Some(_) => return script,
            }
            continue;
        }
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if line.ends_with('\\') || line.matches('`').count() % 2 == 1 {
            return script;
        }
        minified.push_str(line);
        minified.push('\n');
    }
    minified.into_bytes()
}

/// Gives an import of the WebAssembly a short name, in the script too; returns the script and the name. Names like
/// `__wbg_then_e88a1e0b57a1f1d4` end in 16 random digits, which no compression shortens, in both files. `None` if it
/// is not clear where the script names it, and for names that wasm-bindgen has not made up: those of functions in other
/// modules, and constants of text, which are imported under their own value.
pub(crate) fn rename_import(script: &str, name: &str, index: usize) -> Option<(String, String)> {
    let definition = format!("{name}:");
    if !name.starts_with("__wb") || script.matches(&definition).count() != 1 {
        return None;
    }
    let short = format!("_{index}");
    Some((script.replacen(&definition, &format!("{short}:"), 1), short))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minified(script: &str) -> String {
        String::from_utf8(minify(script.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn indentation_empty_lines_and_whole_line_comments_are_removed() {
        let script = "/**\n * About f.\n */\nfunction f() {\n    // why\n    return `a ${1}`; // stays\n\n}\n/* one */\n";
        assert_eq!(minified(script), "function f() {\nreturn `a ${1}`; // stays\n}\n");
    }

    #[test]
    fn scripts_that_a_line_based_minifier_might_break_are_left_alone() {
        for script in ["x = `a\n  // b`;\n", "x = 'a\\\n  // b';\n", "  /* a */ f();\n", "/*\n*/ f();\n"] {
            assert_eq!(minified(script), script);
        }
    }

    #[test]
    fn an_import_is_renamed_where_it_is_defined_and_nowhere_else() {
        let script = "{\n__wbg_then_e8: function() { /* __wbg_then_e8 */ },\n}";
        let (renamed, name) = rename_import(script, "__wbg_then_e8", 3).unwrap();
        assert_eq!(name, "_3");
        assert_eq!(renamed, "{\n_3: function() { /* __wbg_then_e8 */ },\n}");
    }

    #[test]
    fn an_import_keeps_its_name_if_its_definition_is_not_found_or_not_alone() {
        assert_eq!(rename_import("{ __wbg_b: 1 }", "__wbg_a", 0), None);
        assert_eq!(rename_import("{\n__wbg_a: 1,\n__wbg_a: 2 }", "__wbg_a", 0), None);
    }

    #[test]
    fn an_import_from_another_module_keeps_its_name_whatever_the_script_has() {
        assert_eq!(rename_import("{ passive: true }", "passive", 0), None);
    }
}
