//! Marks around what belongs to a part, in comments of any language. Taking a part out removes, with the marks themselves,
//!
//! - the line that ends with a mark: `mod garden; // slim: garden`;
//! - the lines between a line that is nothing but a mark and one with `slim: end`;
//! - the text between two marks on one line: `<!-- slim: garden -->a garden, <!-- slim: end -->`.
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
    /// Since this line.
    Inside(usize),
    /// Since that line; each line begins with this, which is taken away.
    Instead(usize, &'static str),
}

/// The text without the part.
pub(super) fn without(text: &str, part: &str) -> Result<String, String> {
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
                Line::Begins => state = State::Inside(number),
            },
            State::Inside(_) if line.contains(END) => state = State::Outside,
            State::Inside(since) if line.contains(INSTEAD) => {
                let prefix = comment_before(line, INSTEAD)
                    .map_or("", |(begin, end, _)| if end.is_empty() { begin } else { "" });
                state = State::Instead(since, prefix);
            }
            State::Inside(_) if line.contains(MARK) && is_alone(line) => {
                return Err(format!("line {number}: a mark in what another one encloses"));
            }
            State::Inside(_) => {}
            State::Instead(..) if line.contains(END) => state = State::Outside,
            State::Instead(_, prefix) => kept.push_str(&uncommented(line, prefix)),
        }
        after_gone = is_gone;
    }
    match state {
        State::Outside => Ok(kept),
        State::Inside(since) | State::Instead(since, _) => {
            Err(format!("line {since}: `{MARK}{part}` has no `{END}`"))
        }
    }
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
    let longer = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    places.find(|(at, _)| !line[at + mark.len()..].starts_with(longer)).map(|(at, _)| at)
}

/// How the comment begins and ends in which a word stands first, and where it begins.
fn comment_before(line: &str, word: &str) -> Option<(&'static str, &'static str, usize)> {
    let before = line[..line.rfind(word)?].trim_end();
    let (begin, end) = COMMENTS.into_iter().find(|(begin, _)| before.ends_with(begin))?;
    Some((begin, end, before.len() - begin.len()))
}

/// Whether the line is nothing but a comment with a mark.
fn is_alone(line: &str) -> bool {
    let line = line.trim();
    let comment = COMMENTS.into_iter().find_map(|(begin, end)| {
        let inner = line.strip_prefix(begin)?.trim();
        inner.strip_suffix(end).map(str::trim)
    });
    let name = comment.and_then(|comment| comment.strip_prefix(MARK));
    name.is_some_and(|name| !name.contains(char::is_whitespace))
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
