//! Playwright's JSON report.

use std::fmt;

use serde_json::Value;

use crate::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Report {
    passed: usize,
    failed: usize,
    flaky: usize,
    skipped: usize,
}

impl Report {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Error> {
        let report = parse(json)?;
        let count = |name: &str| {
            let count = report["stats"][name].as_u64().and_then(|count| usize::try_from(count).ok());
            count.ok_or_else(|| Error::Report(format!("no stats.{name}")))
        };
        Ok(Self {
            passed: count("expected")?,
            failed: count("unexpected")?,
            flaky: count("flaky")?,
            skipped: count("skipped")?,
        })
    }

    /// A run is a success only if every listed test has passed. The error says why it is none.
    pub(crate) fn judge(self, listed: usize, exit_success: bool) -> Result<(), String> {
        if self.failed > 0 {
            return Err(format!("{} browser tests failed", self.failed));
        }
        // There are none without retries (`playwright.config.ts`), unless `PLAYWRIGHT_ARGS` asks for some.
        if self.flaky > 0 {
            return Err(format!("{} browser tests failed at their first attempt", self.flaky));
        }
        if self.skipped > 0 {
            return Err(format!("{} browser tests were skipped", self.skipped));
        }
        if listed == 0 {
            return Err("no browser test is listed".to_owned());
        }
        if self.passed != listed {
            return Err(format!("{listed} browser tests are listed, {} ran", self.passed));
        }
        if !exit_success {
            return Err("Playwright reports an error outside the tests; it says more above".to_owned());
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, flaky, skipped } = self;
        write!(f, "{passed} passed, {failed} failed, {flaky} flaky, {skipped} skipped")
    }
}

/// How many tests `playwright test --list --reporter=json` lists.
pub(crate) fn listed(json: &[u8]) -> Result<usize, Error> {
    let report = parse(json)?;
    match report["errors"].as_array() {
        Some(errors) if !errors.is_empty() => {
            let message = errors[0]["message"].as_str().unwrap_or("an error without a message");
            Err(Error::Report(message.to_owned()))
        }
        _ => Ok(in_suites(&report)),
    }
}

fn in_suites(suite: &Value) -> usize {
    let array = |name: &str| suite[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let own: usize = array("specs").iter().map(|spec| spec["tests"].as_array().map_or(0, Vec::len)).sum();
    own + array("suites").iter().map(in_suites).sum::<usize>()
}

fn parse(json: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(json).map_err(|error| Error::Report(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSED: Report = Report { passed: 3, failed: 0, flaky: 0, skipped: 0 };

    #[test]
    fn a_run_is_a_success_only_if_every_listed_test_passed() {
        assert_eq!(PASSED.judge(3, true), Ok(()));
        for (report, listed, success) in [
            (PASSED, 3, false),
            (PASSED, 4, true),
            (Report { passed: 0, ..PASSED }, 0, true),
            (Report { passed: 2, failed: 1, ..PASSED }, 3, true),
            (Report { passed: 2, flaky: 1, ..PASSED }, 3, true),
            (Report { passed: 2, skipped: 1, ..PASSED }, 3, true),
        ] {
            assert!(report.judge(listed, success).is_err(), "{report}, {listed} listed");
        }
    }

    #[test]
    fn listed_tests_in_nested_suites_are_counted() {
        let json = br#"{"suites":[{"specs":[{"tests":[{},{}]}],"suites":[{"specs":[{"tests":[{}]}]}]}],"errors":[]}"#;
        assert_eq!(listed(json).ok(), Some(3));
        assert!(listed(br#"{"suites":[],"errors":[{"message":"no such file"}]}"#).is_err());
    }

    #[test]
    fn a_report_without_counts_is_an_error() {
        assert!(Report::parse(br#"{"stats":{"expected":1}}"#).is_err());
        let json = br#"{"stats":{"expected":3,"unexpected":0,"flaky":0,"skipped":0}}"#;
        assert_eq!(Report::parse(json).ok(), Some(PASSED));
    }
}
