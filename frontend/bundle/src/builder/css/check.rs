//! Finds mistakes that a browser skips in silence, and that would let one style sheet swallow the next:
//! brackets that do not match, statements that never end, declarations without a colon. Names and values are
//! not checked.

use super::tokens::{Fault, Kind, Token};

struct Open<'a> {
    token: &'a Token<'a>,
    /// Whether it holds statements: not in brackets, nor in the value of a custom property.
    is_block: bool,
}

/// What has been read of a declaration, an at-rule or the selector of a rule.
#[derive(Default)]
struct Statement<'a> {
    first: Option<&'a Token<'a>>,
    has_colon: bool,
}

impl<'a> Statement<'a> {
    fn add(&mut self, token: &'a Token<'a>) {
        self.first.get_or_insert(token);
        self.has_colon |= token.text == ":";
    }

    fn is_at_rule(&self) -> bool {
        self.first.is_some_and(|first| first.kind == Kind::Word && first.text.starts_with('@'))
    }

    /// At a `;` or at the end of the block.
    fn end_in_block(&self) -> Result<(), Fault> {
        match self.first {
            Some(first) if !self.has_colon && !self.is_at_rule() => {
                Err(Fault::new(first.at, "expected a declaration, `name: value`"))
            }
            _ => Ok(()),
        }
    }
}

/// The first error, if there is one.
pub(super) fn check(tokens: &[Token<'_>]) -> Result<(), Fault> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut statement = Statement::default();
    for token in tokens.iter().filter(|token| !token.is_gap()) {
        let in_block = open.last().is_none_or(|outer| outer.is_block);
        match token.text {
            "{" if in_block && !token.raw => {
                open.push(Open { token, is_block: true });
                statement = Statement::default();
            }
            "(" | "[" | "{" => {
                if in_block {
                    statement.add(token);
                }
                open.push(Open { token, is_block: false });
            }
            ")" | "]" | "}" => {
                let was_block = close(open.pop(), token)?;
                if was_block {
                    statement.end_in_block()?;
                    statement = Statement::default();
                }
            }
            ";" if in_block => {
                if open.is_empty() && !statement.is_at_rule() {
                    return Err(Fault::new(token.at, "this `;` is outside of all blocks"));
                }
                statement.end_in_block()?;
                statement = Statement::default();
            }
            _ if in_block => statement.add(token),
            _ => {}
        }
    }
    end_of_file(open.last(), &statement)
}

/// Whether a block is closed, rather than brackets in a value.
fn close(open: Option<Open<'_>>, token: &Token<'_>) -> Result<bool, Fault> {
    let expected = match token.text {
        ")" => "(",
        "]" => "[",
        _ => "{",
    };
    match open {
        Some(open) if open.token.text == expected => Ok(open.is_block),
        Some(open) => Err(never_closed(&open)),
        None => Err(Fault::new(token.at, format!("this `{}` closes nothing", token.text))),
    }
}

fn end_of_file(open: Option<&Open<'_>>, statement: &Statement<'_>) -> Result<(), Fault> {
    match (open, statement.first) {
        (Some(open), _) => Err(never_closed(open)),
        (None, Some(first)) => Err(Fault::new(first.at, "expected a `{` or a `;` after this")),
        (None, None) => Ok(()),
    }
}

fn never_closed(open: &Open<'_>) -> Fault {
    Fault::new(open.token.at, format!("this `{}` is never closed", open.token.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::css::tokens::tokens;

    /// The text from the error on, and the message.
    fn fault(css: &str) -> (&str, String) {
        let fault = tokens(css).and_then(|tokens| check(&tokens)).unwrap_err();
        (&css[fault.at..], fault.message)
    }

    #[test]
    fn valid_style_sheets_pass() {
        for css in [
            "",
            "@layer a, b; @import 'x';",
            "a { --b: {c}; --d: ; --e: [1;2]; ; & f { g: h } @media print { i: j } @apply k; }",
            "a { b: c({d}) url(x;y) } @font-feature-values F { @styleset { g: 1 } }",
            "@keyframes a { from, 50% { b: c } to { d: e } }",
        ] {
            assert!(tokens(css).and_then(|tokens| check(&tokens)).is_ok(), "{css}");
        }
    }

    #[test]
    fn brackets_that_do_not_match_are_reported_where_they_open() {
        assert_eq!(fault("a { b: c }\nd { e: f").0, "{ e: f");
        assert_eq!(fault("a { b: calc(1px + (2px); }").0, "(1px + (2px); }");
        assert_eq!(fault("a { b: c } }"), ("}", "this `}` closes nothing".to_owned()));
        assert_eq!(fault("a { --b: {c: (d}; }").0, "(d}; }");
    }

    #[test]
    fn strings_comments_and_addresses_must_end() {
        assert_eq!(fault("a { b: \"c;\n d: \"e\" }").1, "this string is not closed on its line");
        assert_eq!(fault("a { b: 'c").0, "'c");
        assert_eq!(fault("a {} /* b").1, "this comment is never closed");
        assert_eq!(fault("a { b: url(c }").0, "url(c }");
    }

    #[test]
    fn statements_without_their_punctuation_are_reported() {
        assert_eq!(fault("a { b: c; d e }").0, "d e }");
        assert_eq!(fault("a { b; }").1, "expected a declaration, `name: value`");
        assert_eq!(fault("a { b: c }; d { e: f }").0, "; d { e: f }");
        assert_eq!(fault("a { b: c }\nd").1, "expected a `{` or a `;` after this");
        assert_eq!(fault("@layer a").0, "@layer a");
    }
}
