//! Browsers report what the Content-Security-Policy made them refuse.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::support::helpers::{Answer, Setup, TestApp};

const REPORT: &str = r#"{"csp-report":{"document-uri":"https://train.example/?code=canary","violated-directive":"img-src",
    "blocked-uri":"https://evil.example/x.png"}}"#;

async fn report(app: &TestApp, kind: &'static str, body: &str, from: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert("x-forwarded-for", from.parse().unwrap());
    // A browser sends reports by itself, with another origin or none.
    headers.insert("origin", HeaderValue::from_static("null"));
    app.browser().send(Method::POST, "/csp-reports", headers, Some(body.as_bytes().to_vec())).await
}

#[tokio::test]
async fn browsers_can_report_violations_in_both_ways() {
    let app = TestApp::spawn().await;
    let old = report(&app, "application/csp-report", REPORT, "192.0.2.1").await;
    assert_eq!((old.status, old.body.as_str()), (StatusCode::NO_CONTENT, ""));
    assert!(old.set_cookies().is_empty());
    let new = r#"[{"type":"csp-violation","body":{"effectiveDirective":"img-src","blockedURL":"inline"}}]"#;
    let new = report(&app, "application/reports+json", new, "192.0.2.1").await;
    assert_eq!(new.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_is_no_report_is_refused() {
    let app = TestApp::spawn().await;
    for (kind, body, status) in [
        ("application/json", REPORT, 400),
        ("text/plain", REPORT, 400),
        ("application/csp-report", "{", 400),
        ("application/csp-report", "[]", 400),
    ] {
        assert_eq!(report(&app, kind, body, "192.0.2.1").await.status, status, "{kind} {body}");
    }
    let large = format!("{{\"csp-report\":{{\"blocked-uri\":\"{}\"}}}}", "x".repeat(20_000));
    assert_eq!(report(&app, "application/csp-report", &large, "192.0.2.1").await.status, 413);
    assert_eq!(app.browser().get("/csp-reports").await.status, 405);
}

#[tokio::test]
async fn reports_of_one_address_are_limited_and_others_still_read() {
    let app = Setup::default().var("TRUST_PROXY", "1").spawn().await;
    let mut read = 0;
    for _ in 0..15 {
        let answer = report(&app, "application/csp-report", REPORT, "192.0.2.1").await;
        if answer.status == StatusCode::NO_CONTENT {
            read += 1;
        } else {
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        }
    }
    assert_eq!(read, 10);
    assert_eq!(report(&app, "application/csp-report", REPORT, "192.0.2.2").await.status, 204);
    app.wait(61);
    assert_eq!(report(&app, "application/csp-report", REPORT, "192.0.2.1").await.status, 204);
}
