//! Bounds what text from outside takes in a log.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use http::{HeaderMap, HeaderName};
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use super::{LogFormat, OneLine};

/// Much more than any line of ours needs.
const LONGEST_LINE: usize = 8 * 1024;
/// Within a line that is too long.
const LONGEST_TEXT: usize = 512;

/// How much of a value from outside is worth a place in a log.
const SHORT: usize = 200;

/// Displays the beginning of a value, on one line.
#[derive(Debug, Clone, Copy)]
pub struct Short<T>(pub T);

impl Short<String> {
    /// All values of a request header, or `-`.
    #[must_use]
    pub fn header(headers: &HeaderMap, name: HeaderName) -> Self {
        let values: Vec<_> =
            headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        Self(if values.is_empty() { "-".to_owned() } else { values.join(", ") })
    }
}

impl<T: fmt::Display> fmt::Display for Short<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Cut { out: String::new(), left: SHORT };
        // An error only says that there is enough.
        let cut = write!(out, "{}", self.0).is_err();
        write!(f, "{}", OneLine(out.out))?;
        if cut { f.write_char('…') } else { Ok(()) }
    }
}

/// Takes so many characters.
struct Cut {
    out: String,
    left: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.out.push(c);
        }
        Ok(())
    }
}

/// The last barrier, for values that nobody thought of shortening: the library writes a line at a time.
#[derive(Debug)]
pub(super) struct BoundedLines<W> {
    pub(super) inner: W,
    pub(super) format: LogFormat,
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for BoundedLines<W> {
    type Writer = BoundedLine<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        BoundedLine { inner: self.inner.make_writer(), format: self.format }
    }
}

/// Writes one line.
#[derive(Debug)]
pub(super) struct BoundedLine<W> {
    inner: W,
    format: LogFormat,
}

impl<W: Write> Write for BoundedLine<W> {
    /// Never fails: a log that nobody reads any more (a closed pipe, a full disk) is no reason to complain on
    /// standard error for every line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let _ = if line.len() <= LONGEST_LINE {
            self.inner.write_all(line)
        } else {
            self.inner.write_all(shortened(line, self.format).as_bytes())
        };
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.inner.flush();
        Ok(())
    }
}

fn shortened(line: &[u8], format: LogFormat) -> String {
    let cut = |text: &str, at: usize| text[..text.floor_char_boundary(at)].to_owned();
    match (format, serde_json::from_slice(line)) {
        (LogFormat::Json, Ok(mut value)) => {
            shorten(&mut value, &|text| cut(text, LONGEST_TEXT) + "…");
            format!("{value}\n")
        }
        (LogFormat::Json, Err(_)) | (LogFormat::Pretty, _) => {
            cut(&String::from_utf8_lossy(line), LONGEST_LINE) + "…\n"
        }
    }
}

/// Every text in the value.
fn shorten(value: &mut Value, cut: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) if text.len() > LONGEST_TEXT => *text = cut(text),
        Value::Array(values) => values.iter_mut().for_each(|value| shorten(value, cut)),
        Value::Object(fields) => fields.values_mut().for_each(|value| shorten(value, cut)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_are_shown_whole_and_long_ones_cut() {
        assert_eq!(Short("a/b").to_string(), "a/b");
        assert_eq!(Short("a\nb").to_string(), "a\\nb");
        let shown = Short("ü".repeat(100_000)).to_string();
        assert_eq!((shown.chars().count(), shown.ends_with('…')), (SHORT + 1, true));
        assert_eq!(Short("x".repeat(SHORT)).to_string().len(), SHORT);
    }

    #[test]
    fn headers_may_be_missing_repeated_and_in_any_bytes() {
        let mut headers = HeaderMap::new();
        let name = HeaderName::from_static("origin");
        assert_eq!(Short::header(&headers, name.clone()).to_string(), "-");
        headers.append(name.clone(), http::HeaderValue::from_static("null"));
        headers.append(name.clone(), http::HeaderValue::from_bytes(b"a\xff").expect("a value"));
        assert_eq!(Short::header(&headers, name).to_string(), "null, a\u{fffd}");
    }
}
