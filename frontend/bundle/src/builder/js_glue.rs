//! Makes JavaScript smaller without understanding it.

/// Removes indentation, empty lines and comments that have a line of their own. Anything that is not plainly safe
/// stays: a file that is not UTF-8, or has a template literal or a string over several lines, is left alone.
pub(crate) fn tidy(script: Vec<u8>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&script) else { return script };
    let mut tidied = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            match line.find("*/") {
                None => in_comment = true,
                Some(end) if end + 2 == line.len() => in_comment = false,
                // Code behind a comment: not plainly safe.
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
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(script: &str) -> String {
        String::from_utf8(tidy(script.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn indentation_empty_lines_and_whole_line_comments_go() {
        let script = "/**\n * About f.\n */\nfunction f() {\n    // why\n    return `a ${1}`; // stays\n\n}\n/* one */\n";
        assert_eq!(tidied(script), "function f() {\nreturn `a ${1}`; // stays\n}\n");
    }

    #[test]
    fn what_is_not_plainly_safe_is_left_alone() {
        for script in ["x = `a\n  // b`;\n", "x = 'a\\\n  // b';\n", "  /* a */ f();\n", "/*\n*/ f();\n"] {
            assert_eq!(tidied(script), script);
        }
    }
}
