//! A part that is a cargo feature needs no marks where `#[cfg(feature = "…")]` stands: what that turns on goes, and so
//! does the condition of what it turns off. Other conditions lose the feature and keep the rest.
//!
//! Sources are read as rustfmt writes them: an attribute on lines of its own, and an item that ends where a line does.

/// What is left of a condition if the feature is never on.
#[derive(Debug, PartialEq, Eq)]
enum Left {
    Always,
    Never,
    If(String),
}

/// The source without the feature.
pub(super) fn without(text: &str, feature: &str) -> Result<String, String> {
    let name = format!("feature = \"{feature}\"");
    if !text.contains(&name) {
        return Ok(text.to_owned());
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut kept: Vec<String> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if !line.trim_start().starts_with("#[cfg") {
            kept.push((*line).to_owned());
            at += 1;
            continue;
        }
        let end = end_of_attribute(&lines, at);
        let attribute = lines[at..end].concat();
        if !attribute.contains(&name) {
            kept.push(attribute);
            at = end;
            continue;
        }
        let number = at + 1;
        let fault = move || format!("line {number}: this condition is not understood");
        let indent = &line[..line.len() - line.trim_start().len()];
        let (condition, attributes) = parts_of(attribute.trim()).ok_or_else(fault)?;
        at = end;
        match (left_of(condition, &name), attributes) {
            (Left::Always, None) | (Left::Never, Some(_)) => {}
            (Left::Always, Some(attributes)) => kept.push(format!("{indent}#[{attributes}]\n")),
            (Left::If(condition), None) => kept.push(format!("{indent}#[cfg({condition})]\n")),
            (Left::If(condition), Some(attributes)) => {
                kept.push(format!("{indent}#[cfg_attr({condition}, {attributes})]\n"));
            }
            (Left::Never, None) => {
                while kept.last().is_some_and(|line| belongs_to_next(line)) {
                    kept.pop();
                }
                at = end_of_item(&lines, at).ok_or_else(fault)?;
                // Of the empty lines around what is gone, one stays.
                let is_empty = |line: &str| line.trim().is_empty();
                let after_gap = kept.last().is_none_or(|line| is_empty(line));
                if after_gap && lines.get(at).is_some_and(|line| is_empty(line)) {
                    at += 1;
                }
            }
        }
    }
    let kept = kept.concat();
    match kept.lines().position(|line| line.contains(&name)) {
        None => Ok(kept),
        Some(line) => Err(format!("line {} of what is left: `{name}` stands in no attribute", line + 1)),
    }
}

/// Whether a line is a comment or an attribute of what stands below.
fn belongs_to_next(line: &str) -> bool {
    let line = line.trim_start();
    let is_comment = line.starts_with("//") && !line.starts_with("//!");
    (is_comment || line.starts_with("#[")) && !line.contains("slim: ")
}

/// The condition of `#[cfg(…)]`, or the condition and the attributes of `#[cfg_attr(…, …)]`.
fn parts_of(attribute: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = attribute.strip_prefix("#[cfg(") {
        return Some((rest.strip_suffix(")]")?, None));
    }
    let rest = attribute.strip_prefix("#[cfg_attr(")?.strip_suffix(")]")?;
    let first = *split(rest).first()?;
    let attributes = rest[first.len()..].trim_start_matches(',').trim().trim_end_matches(',');
    Some((first, Some(attributes)))
}

fn left_of(condition: &str, name: &str) -> Left {
    let condition = condition.trim();
    let within = |word: &str| condition.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')');
    let all_of = |inner| split(inner).into_iter().map(|condition| left_of(condition, name));
    // `any` is decided by one that always holds and not changed by one that never does; `all` is the other way round.
    let joined = |word: &str, inner, decides: Left, otherwise: Left| {
        let mut open = Vec::new();
        for left in all_of(inner) {
            match left {
                Left::If(condition) => open.push(condition),
                left if left == decides => return decides,
                _ => {}
            }
        }
        match open.len() {
            0 => otherwise,
            1 => Left::If(open.concat()),
            _ => Left::If(format!("{word}({})", open.join(", "))),
        }
    };
    if let Some(inner) = within("any") {
        joined("any", inner, Left::Always, Left::Never)
    } else if let Some(inner) = within("all") {
        joined("all", inner, Left::Never, Left::Always)
    } else if let Some(inner) = within("not") {
        match left_of(inner.trim_end().trim_end_matches(','), name) {
            Left::Always => Left::Never,
            Left::Never => Left::Always,
            Left::If(condition) => Left::If(format!("not({condition})")),
        }
    } else if condition == name {
        Left::Never
    } else {
        Left::If(condition.to_owned())
    }
}

/// At the commas that no bracket encloses, without what is empty.
fn split(list: &str) -> Vec<&str> {
    let mut brackets = Brackets::default();
    let mut begin = 0;
    let mut found = Vec::new();
    for (at, character) in list.char_indices() {
        brackets.read(character);
        if character == ',' && brackets.are_closed() {
            found.push(&list[begin..at]);
            begin = at + 1;
        }
    }
    found.push(&list[begin..]);
    found.retain(|part| !part.trim().is_empty());
    found
}

/// Where what follows the attribute begins.
fn end_of_attribute(lines: &[&str], begin: usize) -> usize {
    let mut brackets = Brackets::default();
    let last = lines[begin..].iter().position(|line| {
        brackets.read_line(line);
        brackets.are_closed()
    });
    last.map_or(lines.len(), |last| begin + last + 1)
}

/// Where what follows the item begins: an arm of a `match`, a field, a statement, a function, a module.
fn end_of_item(lines: &[&str], begin: usize) -> Option<usize> {
    let code = |line: &str| !line.trim().is_empty() && !belongs_to_next(line);
    let first = begin + lines[begin..].iter().position(|line| code(line))?;
    // A `where` clause has commas too.
    let words =
        ["pub", "fn", "async", "impl", "let", "mod", "struct", "enum", "trait", "const", "use", "type"];
    let is_item =
        lines[first].trim_start().split([' ', '(']).next().is_some_and(|word| words.contains(&word));
    let mut brackets = Brackets::default();
    let last = lines[first..].iter().position(|line| {
        let end = brackets.read_line(line);
        brackets.are_closed() && (matches!(end, Some(';' | '}')) || !is_item && end == Some(','))
    });
    last.map(|last| first + last + 1)
}

/// How many brackets are open, those in texts and comments apart.
#[derive(Default)]
struct Brackets {
    open: i32,
    in_text: bool,
    is_escaped: bool,
}

impl Brackets {
    fn are_closed(&self) -> bool {
        self.open <= 0 && !self.in_text
    }

    /// Returns the last character of the code.
    fn read_line(&mut self, line: &str) -> Option<char> {
        let mut last = None;
        let mut rest = line.trim_end();
        while let Some(character) = rest.chars().next() {
            if !self.in_text && rest.starts_with("//") {
                break;
            }
            if !self.in_text
                && let Some(after) = after_character(rest)
            {
                rest = after;
                last = Some('\'');
                continue;
            }
            self.read(character);
            if !character.is_whitespace() {
                last = Some(character);
            }
            rest = &rest[character.len_utf8()..];
        }
        last
    }

    fn read(&mut self, character: char) {
        if self.in_text {
            match character {
                _ if self.is_escaped => self.is_escaped = false,
                '\\' => self.is_escaped = true,
                '"' => self.in_text = false,
                _ => {}
            }
            return;
        }
        match character {
            '"' => self.in_text = true,
            '(' | '[' | '{' => self.open += 1,
            ')' | ']' | '}' => self.open -= 1,
            _ => {}
        }
    }
}

/// What follows a literal like `'{'`, if one stands here: a lifetime has no second quote.
fn after_character(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('\'')?;
    let mut characters = inner.chars();
    let is_escaped = characters.next()? == '\\';
    if is_escaped {
        characters.next()?;
    }
    characters.as_str().strip_prefix('\'')
}

#[cfg(test)]
mod tests;
