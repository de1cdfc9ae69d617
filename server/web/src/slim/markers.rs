//! Marks around what belongs to a part, in comments of any language. Taking a part out removes, with the marks themselves,
//!
//! - the line that ends with a mark: `mod garden; // slim: garden`;
//! - the lines between a line that is nothing but a mark and one with `slim: end`, with what other parts have
//!   marked in between;
//! - the text between two marks on one line: `<!-- slim: garden -->a garden, <!-- slim: end -->`.
//!
//! What several parts need has a mark with all their names. `garden/orchard` goes with the last of them, `garden&orchard` with
//! the first.
//!
//! What stands in a comment after `slim: instead` takes the place of what is removed: lines of which each is a comment, or
//! all lines of one comment that begins with these words and ends with `slim: end`.

/// Ways to begin a comment, and what ends it.
const COMMENTS: [(&str, &str); 5] = [("<!--", "-->"), ("/*", "*/"), ("//", ""), ("--", ""), ("#", "")];

const MARK: &str = "slim: ";
const END: &str = "slim: end";
const INSTEAD: &str = "slim: instead";

/// Where the text of a region is.
#[derive(Clone, Copy)]
enum State {
    Outside,
    /// Since this line, and in so many regions of other parts.
    Inside(usize, u32),
    /// Since that line; each line begins with this, which is taken away.
    Instead(usize, &'static str),
}

/// The text without the part.
pub(super) fn without(text: &str, part: &str) -> Result<String, String> {
    let text = &of_one(text, part);
    let mut kept = String::with_capacity(text.len());
    let mut state = State::Outside;
    let mut after_gone = false;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let mut is_gone = !matches!(state, State::Outside);
        match state {
            State::Outside => match outside(line, part, number)? {
                // Of the empty lines around what is gone, one stays.
                Line::Kept(line) if line.trim().is_empty() && is_after_gap(&kept, after_gone) => {}
                Line::Kept(line) => kept.push_str(&line),
                Line::Removed => is_gone = true,
                Line::Begins => state = State::Inside(number, 0),
            },
            State::Inside(_, 0) if is_end(line) => state = State::Outside,
            State::Inside(since, 0) if words_of(line).starts_with(INSTEAD) => {
                let prefix = comment_before(line, INSTEAD)
                    .map_or("", |(begin, end, _)| if end.is_empty() { begin } else { "" });
                state = State::Instead(since, prefix);
            }
            State::Inside(since, others) if is_end(line) => state = State::Inside(since, others - 1),
            State::Inside(since, others) if is_alone(line) => state = State::Inside(since, others + 1),
            State::Inside(..) => {}
            State::Instead(..) if line.contains(END) => state = State::Outside,
            State::Instead(_, prefix) => kept.push_str(&uncommented(line, prefix)),
        }
        after_gone = is_gone;
    }
    match state {
        State::Outside => Ok(kept),
        State::Inside(since, _) | State::Instead(since, _) => {
            Err(format!("line {since}: `{MARK}{part}` has no `{END}`"))
        }
    }
}

/// The text with marks of several parts as they are without this one: `a/b` is `b` without `a`, and `a&b` is nothing.
fn of_one(text: &str, part: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let (before, names) = rest.split_at(at + MARK.len());
        let length = names.find(|c| !is_in_mark(c)).unwrap_or(names.len());
        let (names, after) = names.split_at(length);
        result += before;
        let others = names.split('/').filter(|name| *name != part);
        let is_needed = names.contains('/');
        if is_needed {
            result += &others.collect::<Vec<_>>().join("/");
        } else {
            result += if names.split('&').any(|name| name == part) { part } else { names };
        }
        rest = after;
    }
    result + rest
}

/// Whether a mark goes on with this.
fn is_in_mark(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '&')
}

/// Whether another empty line would be one too many.
fn is_after_gap(kept: &str, after_gone: bool) -> bool {
    after_gone && (kept.is_empty() || kept.ends_with("\n\n") || kept.ends_with("\n\r\n"))
}

enum Line {
    Kept(String),
    Removed,
    /// A region.
    Begins,
}

/// A line outside of any region.
fn outside(line: &str, part: &str, number: usize) -> Result<Line, String> {
    let mark = format!("{MARK}{part}");
    let mut line = line.to_owned();
    while let Some(at) = mark_at(&line, &mark) {
        let rest = at + mark.len();
        let begin = comment_before(&line[..rest], &mark).map(|(_, end, begin)| (end, begin));
        let (end, begin) = begin.ok_or_else(|| format!("line {number}: `{mark}` is in no comment"))?;
        let Some(last) = line[rest..].find(END).map(|found| rest + found) else {
            return Ok(if is_alone(&line) { Line::Begins } else { Line::Removed });
        };
        let after = line[last + END.len()..].trim_start();
        let after = after.strip_prefix(end).unwrap_or(after);
        let instead = line[rest..last].split_once(INSTEAD).map_or("", |(_, instead)| instead.trim());
        line = format!("{}{instead}{after}", &line[..begin]);
    }
    Ok(Line::Kept(line))
}

/// Where the mark stands, and not one of another part whose name begins in the same way.
fn mark_at(line: &str, mark: &str) -> Option<usize> {
    let mut places = line.match_indices(mark);
    places.find(|(at, _)| !line[at + mark.len()..].starts_with(is_in_mark)).map(|(at, _)| at)
}

/// How the comment begins and ends in which a word stands first, and where it begins.
fn comment_before(line: &str, word: &str) -> Option<(&'static str, &'static str, usize)> {
    let before = line[..line.rfind(word)?].trim_end();
    let (begin, end) = COMMENTS.into_iter().find(|(begin, _)| before.ends_with(begin))?;
    Some((begin, end, before.len() - begin.len()))
}

/// What the line says if it is nothing but a comment.
fn words_of(line: &str) -> &str {
    let line = line.trim();
    let of = |(begin, end): (&str, &str)| {
        let inner = line.strip_prefix(begin)?.trim();
        Some(inner.strip_suffix(end).unwrap_or(inner).trim_end())
    };
    COMMENTS.into_iter().find_map(of).unwrap_or_default()
}

/// Whether the line is nothing but a comment with a mark that begins a region.
fn is_alone(line: &str) -> bool {
    let name = words_of(line).strip_prefix(MARK);
    name.is_some_and(|name| !["end", "instead"].contains(&name) && !name.contains(char::is_whitespace))
}

/// Whether the line ends a region, and not a text of its own.
fn is_end(line: &str) -> bool {
    line.contains(END) && line.matches(MARK).count() == line.matches(END).count()
}

/// The line without the beginning of its comment.
fn uncommented(line: &str, prefix: &str) -> String {
    let code = line.trim_start();
    let Some(rest) = code.strip_prefix(prefix).filter(|_| !prefix.is_empty()) else { return line.to_owned() };
    let indent = &line[..line.len() - code.len()];
    match rest.strip_prefix(' ') {
        Some(rest) => format!("{indent}{rest}"),
        // An empty line.
        None => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests;
