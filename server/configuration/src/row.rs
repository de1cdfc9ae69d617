//! The type of a row in the [table](super::table) of variables.

use super::environment::AppEnv;

/// One variable: everything the reader, `check-config`, `--help`, `.env.example` and `CONFIGURATION.md` say
/// about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Alternative name, read if `name` is unset.
    pub(super) alias: Option<&'static str>,
    pub(super) default: DefaultValue,
    /// What error messages list as accepted. Plain text.
    pub(super) accepted: &'static str,
    /// The same for production, if it differs.
    pub(super) accepted_in_production: Option<&'static str>,
    /// What the variable does. Markdown, of which only code spans are used.
    pub(super) meaning: &'static str,
    /// If set, no part of the value is ever shown.
    pub(super) secret: bool,
}

/// What applies if a variable is unset. `.env.example` shows `example` instead.
#[derive(Debug, Clone, Copy)]
pub(super) enum DefaultValue {
    /// This text, parsed like an explicit value.
    Text(&'static str),
    /// The same, with a different text in production.
    ByEnvironment {
        production: &'static str,
        otherwise: &'static str,
    },
    /// Depends on something else, as described by `rule` (Markdown, like [`Row::meaning`]).
    Rule {
        rule: &'static str,
        example: &'static str,
    },
    Unset {
        example: &'static str,
    },
}

impl Row {
    /// Defaults shared by most rows.
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
    /// The text to parse if nothing is set; `None` if the default is not a fixed text.
    pub(super) fn text_in(&self, env: AppEnv) -> Option<&'static str> {
        match *self {
            Self::Text(text) => Some(text),
            Self::ByEnvironment { production, .. } if env == AppEnv::Production => Some(production),
            Self::ByEnvironment { otherwise, .. } => Some(otherwise),
            Self::Rule { .. } | Self::Unset { .. } => None,
        }
    }
}
