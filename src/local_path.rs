//! Where to go after login: paths of this site and nothing else.

use std::fmt;

/// A path (with query) of this site, safe as the target of a redirect: no browser takes it for another
/// origin, and it fits into a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// Checks what came with a request. `None` if it could lead anywhere else.
    #[must_use]
    pub fn parse(_path: &str) -> Option<Self> {
        None
    }

    /// `/`
    #[must_use]
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The path.
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
