//! Splits a style sheet into tokens: only as much of CSS Syntax Level 3, section 4, as it takes to find
//! comments, strings, brackets and statements. A number or a function may be several tokens.

/// What is wrong in a style sheet, and the byte where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Blank,
    Comment,
    /// With its quotes.
    String,
    /// `url(` without quotes inside, up to `)`.
    Url,
    /// A run of letters, digits, `-`, `_`, `@` and escapes.
    Word,
    /// Any other single character.
    Mark,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Part of the value of a custom property. A script can read it, so even its blanks count.
    pub(super) raw: bool,
}

impl Token<'_> {
    pub(super) fn is_gap(&self) -> bool {
        matches!(self.kind, Kind::Blank | Kind::Comment)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// Every byte of `text` is part of exactly one token.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = read(rest, first).map_err(|message| Fault::new(at, message))?;
        found.push(Token { kind, text: &rest[..length], at, raw: false });
        at += length;
    }
    mark_custom_values(&mut found);
    Ok(found)
}

/// Kind and length of the token that `rest` starts with.
fn read(rest: &str, first: char) -> Result<(Kind, usize), &'static str> {
    if is_blank(first) {
        return Ok((Kind::Blank, rest.find(|c: char| !is_blank(c)).unwrap_or(rest.len())));
    }
    if let Some(comment) = rest.strip_prefix("/*") {
        let length = comment.find("*/").ok_or("this comment is never closed")?;
        return Ok((Kind::Comment, length + "/**/".len()));
    }
    if matches!(first, '"' | '\'') {
        let length = delimited(rest, 1, first, &LINE_ENDS).ok_or("this string is not closed on its line")?;
        return Ok((Kind::String, length));
    }
    match word_length(rest) {
        0 => Ok((Kind::Mark, first.len_utf8())),
        3 if is_unquoted_url(rest) => {
            let length = delimited(rest, "url(".len(), ')', &['\n', '\r', '\x0c', '"', '\'', '(']);
            Ok((Kind::Url, length.ok_or("this url( is not closed, or its address needs quotes")?))
        }
        length => Ok((Kind::Word, length)),
    }
}

const LINE_ENDS: [char; 3] = ['\n', '\r', '\x0c'];

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t' || LINE_ENDS.contains(&c)
}

fn is_unquoted_url(rest: &str) -> bool {
    let Some((name, inside)) = rest.split_at_checked("url(".len()) else { return false };
    name.eq_ignore_ascii_case("url(") && !inside.trim_start_matches(is_blank).starts_with(['"', '\''])
}

/// The length up to and including `end`, unless one of `forbidden` comes first. The search starts after `skip`
/// characters.
fn delimited(rest: &str, skip: usize, end: char, forbidden: &[char]) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(skip) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == end => return Some(at + c.len_utf8()),
            c if forbidden.contains(&c) => return None,
            _ => {}
        }
    }
    None
}

fn word_length(rest: &str) -> usize {
    let mut length = 0;
    while let Some(next) = rest[length..].chars().next() {
        length += match next {
            '\\' => match escape_length(&rest[length + 1..]) {
                Some(escape) => 1 + escape,
                None => break,
            },
            c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '@') || !c.is_ascii() => c.len_utf8(),
            _ => break,
        };
    }
    length
}

/// The length of an escape without its backslash. One blank after hexadecimal digits belongs to the escape.
fn escape_length(after: &str) -> Option<usize> {
    let first = after.chars().next().filter(|c| !LINE_ENDS.contains(c))?;
    let digits = after.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
    match digits {
        0 => Some(first.len_utf8()),
        _ => Some(digits + usize::from(after[digits..].starts_with(is_blank))),
    }
}

/// Finds `--name: value` at the start of a statement, and marks the value.
fn mark_custom_values(tokens: &mut [Token<'_>]) {
    let mut at_start = false;
    let mut index = 0;
    while index < tokens.len() {
        let token = tokens[index];
        index += 1;
        if token.is_gap() {
            continue;
        }
        if at_start && token.kind == Kind::Word && token.text.starts_with("--") {
            let next = tokens[index..].iter().position(|token| !token.is_gap()).map(|gap| index + gap);
            if let Some(colon) = next.filter(|next| tokens[*next].text == ":") {
                index = value_end(tokens, colon + 1);
                tokens[colon + 1..index].iter_mut().for_each(|token| token.raw = true);
            }
        }
        at_start = matches!(token.text, "{" | "}" | ";");
    }
}

/// Where the value that starts at `from` ends: at the `;` or `}` outside all its brackets.
fn value_end(tokens: &[Token<'_>], from: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(from) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth > 0 => depth -= 1,
            ";" | "}" if depth == 0 => return index,
            _ => {}
        }
    }
    tokens.len()
}
