//! Joins a style sheet and everything it imports, in the order and under the conditions a browser would apply.

use std::fs;
use std::path::Path;

use super::check::check;
use super::tokens::{Fault, Kind, Token, tokens};
use crate::Profile;
use crate::builder::error::{Error, io_at};

/// `entry` and its imports, checked and joined; minified for a release. All of them must be below `style`: only
/// changes there make the bundle stale.
pub(super) fn join(style: &Path, entry: &str, profile: Profile) -> Result<String, Error> {
    let mut sheet = Joined { style, profile, open: Vec::new(), css: String::new() };
    sheet.add(entry)?;
    Ok(sheet.css)
}

struct Joined<'a> {
    style: &'a Path,
    profile: Profile,
    /// The file being read and the files that import it, relative to `style`.
    open: Vec<String>,
    css: String,
}

impl Joined<'_> {
    fn add(&mut self, file: &str) -> Result<(), Error> {
        let path = self.style.join(file);
        // As browsers do (CSS Syntax Level 3, section 3): no byte order mark, and one character per line end.
        let text = fs::read_to_string(&path).map_err(io_at(&path))?;
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let located = |fault| located(file, &text, fault);
        let tokens = tokens(&text).map_err(located)?;
        check(&tokens).map_err(located)?;

        self.open.push(file.to_owned());
        let rules = self.add_head(file, &text, &tokens)?;
        refuse_late_statements(rules).map_err(located)?;
        if self.profile == Profile::Development {
            self.css.push_str(&format!("\n/* style/{file} */\n"));
        }
        self.push(rules);
        self.open.pop();
        Ok(())
    }

    /// Adds what is imported, and the `@layer` statements that may stand between imports (CSS Cascading
    /// Level 5, section 2). Returns the rest.
    fn add_head<'t>(
        &mut self,
        file: &str,
        text: &str,
        tokens: &'t [Token<'t>],
    ) -> Result<&'t [Token<'t>], Error> {
        let mut rest = tokens;
        while let Some(start) = rest.iter().position(|token| !token.is_gap()) {
            let end = rest.iter().position(|token| matches!(token.text, ";" | "{"));
            let Some(end) = end.filter(|end| rest[*end].text == ";") else { break };
            let statement = &rest[start..=end];
            if statement[0].is_word("@import") {
                let found = self.find(file, statement);
                let (imported, conditions) = found.map_err(|fault| located(file, text, fault))?;
                let blocks = self.push_conditions(conditions);
                self.add(&imported)?;
                self.css.push_str(&"}".repeat(blocks));
            } else if statement[0].is_word("@layer") {
                self.push(statement);
            } else if !statement[0].is_word("@charset") {
                break;
            }
            rest = &rest[end + 1..];
        }
        Ok(rest)
    }

    /// The file that an `@import` of `file` names, relative to `style`, and the conditions for it.
    fn find<'t, 'a>(
        &self,
        file: &str,
        statement: &'t [Token<'a>],
    ) -> Result<(String, &'t [Token<'a>]), Fault> {
        let fault = |message| Fault { at: statement[0].at, message };
        let (address, conditions) = address(&statement[1..])
            .ok_or_else(|| fault("expected a file name in quotes after @import".to_owned()))?;
        let imported = resolve(file, address).ok_or_else(|| {
            fault(format!("cannot import {address}: only files below style/ can be imported"))
        })?;
        if !self.style.join(&imported).is_file() {
            return Err(fault(format!("cannot import {address}: style/{imported} not found")));
        }
        if self.open.contains(&imported) {
            let chain = self.open.join(" -> ");
            return Err(fault(format!("{chain} -> {imported}: this import leads back to itself")));
        }
        Ok((imported, conditions))
    }

    /// Opens a block for each condition (CSS Cascading Level 5, section 2), the layer innermost, and returns
    /// their number.
    fn push_conditions(&mut self, conditions: &[Token<'_>]) -> usize {
        let mut rest = trimmed(conditions);
        let mut layer = None;
        if let Some((name, following)) = function(rest, "layer") {
            (layer, rest) = (Some(name), following);
        } else if rest.first().is_some_and(|first| first.is_word("layer")) {
            (layer, rest) = (Some(&rest[..0]), trimmed(&rest[1..]));
        }
        let mut supports = None;
        if let Some((condition, following)) = function(rest, "supports") {
            (supports, rest) = (Some(condition), following);
        }
        let media = (!rest.is_empty()).then_some(rest);

        let blocks = [("@media ", media, "{"), ("@supports (", supports, "){"), ("@layer ", layer, "{")];
        let mut count = 0;
        for (before, condition, after) in blocks {
            let Some(condition) = condition else { continue };
            self.css.push_str(before);
            self.push(condition);
            self.css.push_str(after);
            count += 1;
        }
        count
    }

    fn push(&mut self, tokens: &[Token<'_>]) {
        match self.profile {
            Profile::Development => self.css.extend(tokens.iter().map(|token| token.text)),
            Profile::Release => self.css.push_str(&super::minify::minify(tokens)),
        }
    }
}

/// Lines and columns are counted from 1, columns in characters.
fn located(file: &str, text: &str, fault: Fault) -> Error {
    let before = &text[..fault.at];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    Error::Style { file: format!("style/{file}"), line, column, message: fault.message }
}

/// A browser ignores an import after the first rule, and a namespace would apply to all files.
fn refuse_late_statements(rules: &[Token<'_>]) -> Result<(), Fault> {
    let mut words = rules.iter().filter(|token| !token.raw);
    match words.find(|token| token.is_word("@import") || token.is_word("@namespace")) {
        Some(token) if token.is_word("@import") => {
            Err(Fault::new(token.at, "an @import must end with `;` and precede all rules of its file"))
        }
        Some(token) => Err(Fault::new(token.at, "@namespace cannot be used in style sheets that are joined")),
        None => Ok(()),
    }
}

/// The address after `@import`, and the conditions without the `;`.
fn address<'t, 'a>(statement: &'t [Token<'a>]) -> Option<(&'a str, &'t [Token<'a>])> {
    let (_, statement) = statement.split_last()?;
    let statement = trimmed(statement);
    let (first, following) = statement.split_first()?;
    if let Some((quoted, following)) = function(statement, "url") {
        let [name] = quoted else { return None };
        return Some((unquoted(name)?, following));
    }
    match first.kind {
        Kind::String => Some((unquoted(first)?, following)),
        Kind::Url => Some((first.text["url(".len()..first.text.len() - 1].trim(), following)),
        _ => None,
    }
}

fn unquoted<'a>(token: &Token<'a>) -> Option<&'a str> {
    (token.kind == Kind::String).then(|| &token.text[1..token.text.len() - 1])
}

/// The content of `name(…)` at the start of `tokens`, and what follows it.
fn function<'t, 'a>(tokens: &'t [Token<'a>], name: &str) -> Option<(&'t [Token<'a>], &'t [Token<'a>])> {
    let [first, bracket, inside @ ..] = tokens else { return None };
    if !first.is_word(name) || bracket.text != "(" {
        return None;
    }
    let mut depth = 1;
    let end = inside.iter().position(|token| {
        depth += i32::from(token.text == "(") - i32::from(token.text == ")");
        depth == 0
    })?;
    Some((trimmed(&inside[..end]), trimmed(&inside[end + 1..])))
}

/// Without the gaps at both ends.
fn trimmed<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let [first, rest @ ..] = tokens
        && first.is_gap()
    {
        tokens = rest;
    }
    while let [rest @ .., last] = tokens
        && last.is_gap()
    {
        tokens = rest;
    }
    tokens
}

/// The path below `style` that `address` means in `file`. `None` for any other place: another server, an
/// absolute path, a `..` that leads out of `style`.
fn resolve(file: &str, address: &str) -> Option<String> {
    if address.starts_with('/') || address.contains([':', '\\', '?', '#']) {
        return None;
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
