//! Reads variables one by one and collects errors instead of stopping at the first.
//!
//! An invalid variable yields its default; the error is recorded, so the result is never used.

use std::collections::BTreeMap;

use super::environment::AppEnv;
use super::errors::BadVariable;
use super::row::Row;

/// Set by cargo for what it runs. This and the next are no settings and have no rows: people do not set them.
pub(super) const CARGO: &str = "CARGO";

/// Set by `cargo dev` for the server.
pub(super) const DEV_RELOAD: &str = "DEV_RELOAD";

/// The value without what shells, service files and editors of another system leave around it: blanks, a carriage return,
/// and one pair of quotes, which `docker --env-file` and some supervisors hand on as they stand in the file.
pub(super) fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inner = ['"', '\''].into_iter().find_map(|quote| {
        // More of them belong to the entries of a list.
        value.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote))
    });
    inner.map_or(value, str::trim)
}

/// The variables, and the errors found so far.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    vars: &'a BTreeMap<String, String>,
    /// Development until `APP_ENV` has been read.
    pub(super) env: AppEnv,
    pub(super) errors: Vec<BadVariable>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(vars: &'a BTreeMap<String, String>) -> Self {
        Self { vars, env: AppEnv::Development, errors: Vec::new() }
    }

    /// The trimmed value; an empty one counts as unset (`NAME=` in a service file is how people disable a
    /// variable).
    pub(super) fn get(&self, row: &Row) -> Option<&'a str> {
        row.names().find_map(|name| self.text(name))
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.vars.get(name).map(|value| unquoted(value)).filter(|value| !value.is_empty())
    }

    /// Whether cargo started this process.
    pub(super) fn started_by_cargo(&self) -> bool {
        self.text(CARGO).is_some()
    }

    /// Whether `cargo dev` started this process. Pages then show parts of the sources, so an error outside of development.
    pub(super) fn live_reload(&mut self) -> bool {
        let Some(value) = self.text(DEV_RELOAD) else { return false };
        if self.env != AppEnv::Development {
            let accepted = "nothing outside of development; only `cargo dev` sets it";
            self.errors.push(BadVariable::new(DEV_RELOAD, value, accepted));
        }
        true
    }

    /// The value, or the row's default.
    pub(super) fn value<T>(&mut self, row: &Row, parse: impl Fn(&str) -> Option<T>) -> T {
        let accepted = row.accepted_in(self.env);
        self.value_or_why(row, |text| parse(text).ok_or_else(|| accepted.to_owned()))
    }

    /// Like [`Self::value`], but `parse` itself says what is accepted.
    pub(super) fn value_or_why<T>(&mut self, row: &Row, parse: impl Fn(&str) -> Result<T, String>) -> T {
        if let Some(given) = self.given_or_why(row, &parse) {
            return given;
        }
        let default = row.default.text_in(self.env).unwrap_or_default();
        #[expect(clippy::expect_used, reason = "defaults are constants, and a test reads every one of them")]
        parse(default).expect(row.name)
    }

    /// The value; `None` if the variable is unset, or invalid, which is recorded.
    pub(super) fn given<T>(&mut self, row: &Row, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let accepted = row.accepted_in(self.env);
        self.given_or_why(row, |text| parse(text).ok_or_else(|| accepted.to_owned()))
    }

    /// Like [`Self::given`], but `parse` itself says what is accepted.
    pub(super) fn given_or_why<T>(
        &mut self,
        row: &Row,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        parse(self.get(row)?).map_err(|accepted| self.refuse(row, accepted)).ok()
    }

    /// Records an error if a variable that is optional only in development is unset.
    pub(super) fn require(&mut self, row: &Row) {
        if self.env != AppEnv::Development && self.get(row).is_none() {
            self.refuse(row, format!("{}; required in {}", row.accepted_in(self.env), self.env.as_str()));
        }
    }

    /// Records that a variable cannot be used, whatever its value.
    pub(super) fn refuse(&mut self, row: &Row, accepted: impl Into<String>) {
        // The name that was used, so that the message matches what was written.
        let name = row.names().find(|name| self.text(name).is_some()).unwrap_or(row.name);
        self.errors.push(BadVariable::new(name, self.text(name).unwrap_or_default(), accepted));
    }

    pub(super) fn refused(&self, row: &Row) -> bool {
        self.errors.iter().any(|error| row.names().any(|name| name == error.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_line_ends_and_quotes_around_a_value_are_no_part_of_it() {
        for (value, meant) in [
            ("info", "info"),
            (" info\r\n", "info"),
            ("\"info\"", "info"),
            ("'info'\r", "info"),
            ("\" info \"", "info"),
            ("\"\"", ""),
            ("\"", "\""),
            ("\"info'", "\"info'"),
            ("a\"b", "a\"b"),
        ] {
            assert_eq!(unquoted(value), meant, "{value:?}");
        }
    }
}
