//! The type of a row in the [table](super::table) of variables.

use super::environment::AppEnv;

/// One variable: everything the reader, `check-config`, `--help`, `.env.example` and `CONFIGURATION.md` say
/// about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Another name, read where `name` is not set.
    pub(super) alias: Option<&'static str>,
    pub(super) default: DefaultValue,
    /// What error messages say is accepted. Plain text.
    pub(super) accepted: &'static str,
    /// What they say in production, where it differs.
    pub(super) accepted_in_production: Option<&'static str>,
    /// What the variable does. Markdown, of which only code marks are used.
    pub(super) meaning: &'static str,
    /// No part of the value is ever shown.
    pub(super) secret: bool,
}

/// What counts where a variable is not set. `example` is the value that `.env.example` shows instead.
#[derive(Debug, Clone, Copy)]
pub(super) enum DefaultValue {
    /// This text, read like a value that was set.
    Text(&'static str),
    /// The same, but another text in production.
    ByEnvironment {
        production: &'static str,
        otherwise: &'static str,
    },
    /// Depends on something else, as `rule` says (Markdown, like [`Row::meaning`]).
    Rule {
        rule: &'static str,
        example: &'static str,
    },
    Unset {
        example: &'static str,
    },
}

impl Row {
    /// What most rows have in common.
    pub(super) const BASE: Self = Self {
        name: "",
        alias: None,
        default: DefaultValue::Unset { example: "" },
        accepted: "",
        accepted_in_production: None,
        meaning: "",
        secret: false,
    };

    /// The names it is read under; the first one that is set counts.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.alias)
    }

    pub(super) fn accepted_in(&self, env: AppEnv) -> &'static str {
        match self.accepted_in_production {
            Some(accepted) if env == AppEnv::Production => accepted,
            _ => self.accepted,
        }
    }
}

impl DefaultValue {
    /// The text to read where nothing is set; `None` if the default is no fixed text.
    pub(super) fn text_in(&self, env: AppEnv) -> Option<&'static str> {
        match *self {
            Self::Text(text) => Some(text),
            Self::ByEnvironment { production, .. } if env == AppEnv::Production => Some(production),
            Self::ByEnvironment { otherwise, .. } => Some(otherwise),
            Self::Rule { .. } | Self::Unset { .. } => None,
        }
    }
}
