//! The kind of installation, and its log format.

/// The kind of installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEnv {
    /// On a developer's machine: demo account, `.env`, generated secret.
    Development,
    /// For real users: no seed data, https only.
    Production,
    /// A public demonstration.
    Demo,
}

impl AppEnv {
    /// The value used in `APP_ENV`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
            Self::Demo => "demo",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Development, Self::Production, Self::Demo].into_iter().find(|env| env.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Human-readable.
    Pretty,
    /// Machine-readable: one JSON object per line.
    Json,
}

impl LogFormat {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Json => "json",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Pretty, Self::Json].into_iter().find(|format| text.eq_ignore_ascii_case(format.as_str()))
    }
}
