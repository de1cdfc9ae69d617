//! How a set stands, for server and browser.

/// How a row looks. Each has a shape besides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    Planned,
    Current,
    Logged,
    /// Logged, below the target.
    Short,
    Record,
}

impl RowState {
    #[must_use]
    pub const fn is_logged(self) -> bool {
        match self {
            Self::Planned | Self::Current => false,
            Self::Logged | Self::Short | Self::Record => true,
        }
    }

    /// For the style sheet.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Current => "current",
            Self::Logged => "logged",
            Self::Short => "short",
            Self::Record => "record",
        }
    }

    /// The shape.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Planned => "·",
            Self::Current => "→",
            Self::Logged => "✓",
            Self::Short => "↓",
            Self::Record => "★",
        }
    }

    /// The shape in words.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Self::Planned => "to do",
            Self::Current => "next",
            Self::Logged => "logged",
            Self::Short => "logged, below the target",
            Self::Record => "logged, a record",
        }
    }
}
