//! What kind of installation this is, and how it writes its log.

/// What kind of installation this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEnv {
    /// On a developer's machine: demo account, `.env`, generated secret.
    Development,
    /// For real users: nothing is seeded, https only.
    Production,
    /// A public demonstration.
    Demo,
}

impl AppEnv {
    /// As written in `APP_ENV`.
    pub(crate) fn as_str(self) -> &'static str {
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

/// How log events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines: one JSON object per line.
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
