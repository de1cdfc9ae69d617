//! Paths within this site.

use std::fmt;

/// A path (with query) within this site, safe as a redirect target: no browser takes it for another origin,
/// and it fits into a header.
///
/// The rule is an allow list, stricter than RFC 3986. Browsers follow the WHATWG URL Standard, which reads
/// `\` as `/`, drops tabs and line breaks anywhere and resolves percent-encoded dot segments, so a list of
/// forbidden forms would never be complete.
///
/// ```
/// use domain::local_path::LocalPath;
///
/// assert_eq!(LocalPath::parse("/history?page=2").unwrap().as_str(), "/history?page=2");
/// assert!(LocalPath::parse("//evil.example").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// In bytes.
    const MAX: usize = 512;

    /// Checks a path supplied by a request. `None` if it could lead to another site. A fragment is dropped,
    /// since it would never reach the server.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        if path.len() > Self::MAX || !path.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        let path = path.split_once('#').map_or(path, |(before, _)| before);
        let (segments, query) = match path.split_once('?') {
            Some((segments, query)) => (segments, Some(query)),
            None => (path, None),
        };
        let ok = is_path(segments) && query.is_none_or(is_query);
        ok.then(|| Self(path.to_owned()))
    }

    #[must_use]
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A single leading `/`, then plain segments. No percent-encoding, no `:`, no `@`: no path of this site has
/// them, and a path without them means the same to every browser, proxy and router.
fn is_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let segment_ok = |segment: &str| !matches!(segment, "." | "..") && segment.bytes().all(is_plain);
    // A trailing slash is allowed, an empty segment elsewhere is not.
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    path == "/" || rest.split('/').all(|segment| !segment.is_empty() && segment_ok(segment))
}

/// Characters of RFC 3986 §3.4; percent-encoded ones must not be control characters.
fn is_query(query: &str) -> bool {
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        let ok = match byte {
            b'%' => match (hex(bytes.next()), hex(bytes.next())) {
                (Some(high), Some(low)) => !(high * 16 + low).is_ascii_control(),
                _ => false,
            },
            b'/' | b'?' | b':' | b'@' => true,
            _ => is_plain(byte),
        };
        if !ok {
            return false;
        }
    }
    true
}

/// `unreserved` and `sub-delims` of RFC 3986.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

fn hex(byte: Option<u8>) -> Option<u8> {
    char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(any(test, feature = "fuzzing"))]
pub mod checks;
#[cfg(test)]
mod tests;
