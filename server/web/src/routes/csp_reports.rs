//! `POST /csp-reports`: what browsers refused because of our Content-Security-Policy.
//!
//! A report means that a page contained something it should not: an attack, a browser extension, or a mistake of
//! ours. Anyone can send one, so the answer is always the same, and what is logged is little: only known fields, cut
//! short, and only some from one address. ASVS 5.0 §3.4.7.

use std::num::NonZero;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, State};
use axum::routing::post;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::middleware::headers::CSP_REPORTS;
use crate::middleware::trace::ClientAddress;
use crate::state::App;
use limits::rate::{Counter, Rate};
use sessions::clock::Clock;
use telemetry::Short;
use time::Duration;

/// Several reports may come together.
const MAX_BYTES: usize = 16 * 1024;

/// Ten a minute.
const PER_ADDRESS: Rate = Rate { burst: 10, refill: Duration::seconds(6) };
const IN_ALL: Rate = Rate { burst: 100, refill: Duration::milliseconds(600) };
/// More than can be read of at a time. (Not zero: the `unwrap` is evaluated at compile time.)
const ADDRESSES: NonZero<usize> = NonZero::new(1000).unwrap();

#[derive(Clone)]
struct Reports {
    limit: Arc<Counter>,
    clock: Clock,
}

pub(crate) fn router(app: &App) -> Router<App> {
    let limit = Arc::new(Counter::new(PER_ADDRESS, Some(IN_ALL), ADDRESSES));
    let reports = Reports { limit, clock: app.clock.clone() };
    Router::new().route(CSP_REPORTS, post(receive)).with_state(reports)
}

/// What is common to both formats.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    directive: String,
    blocked: String,
    document: String,
}

/// `application/csp-report`, sent to `report-uri` (CSP Level 2).
#[derive(Deserialize)]
struct OldReport {
    #[serde(rename = "csp-report")]
    report: OldBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[derive(Default)]
struct OldBody {
    effective_directive: String,
    violated_directive: String,
    blocked_uri: String,
    document_uri: String,
}

/// `application/reports+json`, sent to `report-to` (Reporting API).
#[derive(Deserialize)]
struct NewReport {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    body: serde_json::Value,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct NewBody {
    effective_directive: String,
    #[serde(rename = "blockedURL")]
    blocked_url: String,
    #[serde(rename = "documentURL")]
    document_url: String,
}

async fn receive(
    State(reports): State<Reports>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    body: Body,
) -> StatusCode {
    // Before the body is read.
    if reports.limit.count(address.0, reports.clock.now()).is_err() {
        return StatusCode::TOO_MANY_REQUESTS;
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let Some(violations) = parse(&kind, &body) else { return StatusCode::BAD_REQUEST };
    for violation in violations {
        log(&violation);
    }
    StatusCode::NO_CONTENT
}

/// `None` if it is no report. Of several in one request the first few count.
fn parse(kind: &str, body: &[u8]) -> Option<Vec<Violation>> {
    match kind {
        "application/csp-report" => {
            let OldReport { report } = serde_json::from_slice(body).ok()?;
            let directive = if report.effective_directive.is_empty() {
                report.violated_directive
            } else {
                report.effective_directive
            };
            Some(vec![Violation { directive, blocked: report.blocked_uri, document: report.document_uri }])
        }
        "application/reports+json" => {
            let reports: Vec<NewReport> = serde_json::from_slice(body).ok()?;
            let violations = reports.into_iter().filter(|report| report.kind == "csp-violation").take(5);
            let bodies = violations.filter_map(|report| serde_json::from_value::<NewBody>(report.body).ok());
            let violation = |body: NewBody| Violation {
                directive: body.effective_directive,
                blocked: body.blocked_url,
                document: body.document_url,
            };
            Some(bodies.map(violation).collect())
        }
        _ => None,
    }
}

fn log(violation: &Violation) {
    tracing::warn!(
        event = "malicious_csp_violation",
        directive = %Short(&violation.directive),
        blocked = %Short(without_query(&violation.blocked)),
        page = %Short(without_query(&violation.document)),
        "a browser refused something on a page because of its Content-Security-Policy"
    );
}

/// The query of a callback contains its code.
fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn both_formats_are_understood() {
        let expected = Violation {
            directive: "script-src-elem".into(),
            blocked: "https://evil.example/x.js".into(),
            document: "https://train.example/login".into(),
        };
        let old = br#"{"csp-report":{"document-uri":"https://train.example/login","referrer":"",
            "violated-directive":"script-src-elem","effective-directive":"script-src-elem","status-code":200,
            "blocked-uri":"https://evil.example/x.js"}}"#;
        assert_eq!(parse("application/csp-report", old).as_deref(), Some(&[expected][..]));
        let new = br#"[{"age":1,"type":"csp-violation","url":"https://train.example/login","body":{
            "blockedURL":"inline","disposition":"enforce","documentURL":"https://train.example/login?a=b",
            "effectiveDirective":"style-src-attr","statusCode":200}},{"type":"deprecation","body":{}}]"#;
        let read = parse("application/reports+json", new).expect("a report");
        assert_eq!(
            (read.len(), read[0].directive.as_str(), read[0].blocked.as_str()),
            (1, "style-src-attr", "inline")
        );
        assert_eq!(without_query(&read[0].document), "https://train.example/login");
    }

    #[test]
    fn anything_else_is_no_report() {
        for (kind, body) in [
            ("application/csp-report", &b"[]"[..]),
            ("application/csp-report", b"{"),
            ("application/csp-report", br#"{"csp-report":7}"#),
            ("application/reports+json", br#"{"csp-report":{}}"#),
            ("application/json", b"[]"),
            ("", b""),
        ] {
            assert_eq!(parse(kind, body), None, "{kind}");
        }
        let odd = br#"[{"type":"csp-violation","body":{"blockedURL":7}},{}]"#;
        assert_eq!(parse("application/reports+json", odd), Some(vec![]));
    }

    proptest! {
        #[test]
        fn no_report_makes_it_panic_and_few_are_read(bytes in vec(any::<u8>(), 0..200), texts in vec(".{0,20}", 0..9)) {
            let bodies: Vec<_> = texts
                .iter()
                .map(|text| json!({ "type": "csp-violation", "body": { "blockedURL": text, "documentURL": text } }))
                .collect();
            let reports = json!(bodies).to_string().into_bytes();
            for kind in ["application/csp-report", "application/reports+json", "text/plain"] {
                for body in [&bytes, &reports] {
                    let read = parse(kind, body).unwrap_or_default();
                    prop_assert!(read.len() <= 5);
                    prop_assert!(read.iter().all(|violation| !without_query(&violation.document).contains(['?', '#'])));
                }
            }
        }
    }
}
