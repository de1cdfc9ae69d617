//! Reads variables one by one and collects what is wrong instead of stopping at the first error.

use std::collections::BTreeMap;

use super::errors::BadVariable;

/// The variables, and the errors found so far.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    vars: &'a BTreeMap<String, String>,
    pub(super) errors: Vec<BadVariable>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(vars: &'a BTreeMap<String, String>) -> Self {
        Self { vars, errors: Vec::new() }
    }

    /// The value without surrounding blanks; an empty one counts as not set (`NAME=` in a service file is how
    /// people switch a variable off).
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.vars.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// `Some(None)`: not set; `None`: set and wrong, which is noted.
    pub(super) fn parse<T>(
        &mut self,
        name: &str,
        accepted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        self.parse_or(name, |value| parse(value).ok_or_else(|| accepted.to_owned()))
    }

    /// As [`Self::parse`], where what is accepted depends on the value.
    pub(super) fn parse_or<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        let Some(value) = self.get(name) else { return Some(None) };
        match parse(value) {
            Ok(parsed) => Some(Some(parsed)),
            Err(accepted) => {
                self.bad(name, accepted);
                None
            }
        }
    }

    /// Notes that `name`, whatever its value, cannot be used.
    pub(super) fn bad(&mut self, name: &str, accepted: impl Into<String>) {
        let value = self.get(name).unwrap_or_default();
        self.errors.push(BadVariable::new(name, value, accepted));
    }
}
