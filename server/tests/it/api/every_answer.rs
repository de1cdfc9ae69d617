//! What holds for every answer, whatever its kind.

use std::collections::BTreeMap;
use std::fs;

use http::header::{CONTENT_TYPE, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};

use crate::api::connections::{rest, sent};
use crate::support::helpers::{Answer, Browser, Setup, TestApp, preferences};
use crate::support::provider::allow;
use crate::support::site::site;

const HOST: &str = "https://train.example";

/// A public demonstration: everything that production has, and more.
fn under_https() -> Setup {
    Setup::default().var("APP_ENV", "demo").var("PUBLIC_URL", HOST)
}

fn here(location: &str) -> &str {
    location.strip_prefix(HOST).unwrap_or(location)
}

/// From a page of another site, which browsers let read the answer only if it says so.
async fn send(
    browser: &Browser,
    method: &str,
    path: &str,
    kind: Option<&'static str>,
    body: usize,
) -> Answer {
    let origin = if method == "GET" { "https://evil.example" } else { HOST };
    let mut headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static(origin))]);
    if let Some(kind) = kind {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    browser.send(method, path, headers, Some(vec![b'x'; body])).await
}

/// An answer of every kind, with what was asked.
async fn answers(app: &TestApp) -> Vec<(String, Answer)> {
    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
    let ann = app.registered("ann@example.com").await;
    let mut answers = Vec::new();
    for path in [
        "/",
        "/login",
        "/workout", // slim: trainer
        "/account",
        "/history/export.csv", // slim: trainer
        "/session-info",
        "/sessions",
        "/auth/elsewhere",
        "/no/such/page",
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/icon.svg",
        "/pkg/main.css",
        "/pkg/no-such-file.js",
        "/fonts/narrow-4711.woff2",
    ] {
        for browser in [&app.browser(), &ann, &ann.json()] {
            answers.push((format!("GET {path}"), send(browser, "GET", path, None, 0).await));
        }
    }
    for (method, path, kind, body) in [
        ("PUT", "/", None, 0),
        ("TRACE", "/", None, 0),
        ("POST", "/pkg/main.css", None, 0),
        ("POST", "/api/auth/login", None, 10),
        ("POST", "/api/auth/login", FORM, 10),
        ("POST", "/api/auth/login", FORM, 70_000),
        ("POST", "/api/account/password", FORM, 0),
        ("POST", "/csp-reports", FORM, 10),
        ("POST", "/demo-provider/token", FORM, 10), // slim: demo-provider
        ("POST", "/rpc/canary", FORM, 10),
    ] {
        for browser in [&app.browser(), &ann, &ann.json()] {
            let answer = send(browser, method, path, kind, body).await;
            answers.push((format!("{method} {path} of {body} bytes"), answer));
        }
    }
    let foreign = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("https://evil.example"))]);
    answers
        .push(("another origin".to_owned(), ann.send(Method::POST, "/api/auth/logout", foreign, None).await));
    answers.push(("the export".to_owned(), ann.post("/api/account/export", &[]).await));
    answers
}

#[tokio::test]
async fn each_has_the_headers_that_protect_it_and_lets_no_other_site_read_it() {
    let directory = tempfile::tempdir().unwrap();
    let files = site(directory.path());
    fs::write(files.join("icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    let app = under_https().var("SITE_ROOT", files.to_str().unwrap()).spawn().await;
    let mut kinds = BTreeMap::new();
    for (asked, answer) in answers(&app).await {
        let asked = format!("{asked}: {}", answer.status);
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000; includeSubDomains",
            "{asked}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{asked}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{asked}");
        let policy = answer.header("content-security-policy");
        for directive in ["default-src", "object-src", "base-uri", "frame-ancestors"] {
            assert!(policy.contains(&format!("{directive} 'none'")), "{asked}: {policy}");
        }
        assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{asked}");
        *kinds.entry(answer.status.as_u16()).or_insert(0) += 1;
    }
    for status in [200, 303, 400, 401, 403, 404, 405, 413, 415, 422] {
        assert!(kinds.contains_key(&status), "no answer with {status} was tried: {kinds:?}");
    }
}

/// Without a declared encoding a browser may guess one in which harmless bytes are markup.
#[tokio::test]
async fn each_text_says_its_type_and_encoding() {
    let directory = tempfile::tempdir().unwrap();
    let files = site(directory.path());
    fs::write(files.join("icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    let app = under_https().var("SITE_ROOT", files.to_str().unwrap()).spawn().await;
    for (asked, answer) in answers(&app).await.iter().filter(|(_, answer)| !answer.body.is_empty()) {
        let kind = answer.header("content-type").to_ascii_lowercase();
        assert!(!kind.is_empty(), "{asked}: {}", answer.body);
        let is_text = kind.starts_with("text/") || kind.contains("xml");
        assert!(!is_text || kind.contains("charset=utf-8"), "{asked}: {kind}");
        assert_eq!(
            kind.starts_with("application/json"),
            answer.body.starts_with(['{', '[']),
            "{asked}: {kind}"
        );
        assert_eq!(
            kind.starts_with("text/html"),
            answer.body.starts_with("<!DOCTYPE html"),
            "{asked}: {kind}"
        );
    }
}

#[tokio::test]
async fn under_https_each_cookie_is_of_this_host_alone() {
    let app = under_https().spawn().await;
    let (ann, olga) = (app.browser(), app.browser());
    let mut answers = vec![
        ann.post_bare("/api/preferences", &preferences(&[])).await,
        ann.register("Ann", "ann@example.com", "a long walk at dusk").await,
        ann.post("/api/auth/logout", &[]).await,
        olga.get("/auth/elsewhere").await,
    ];
    let back = allow(&olga, here(answers[3].location()), "Olga", "olga@example.com");
    let callback = here(back.location()).to_owned();
    answers.extend([back, olga.get(&callback).await]);
    let cookies: Vec<_> = answers.iter().flat_map(Answer::set_cookies).collect();
    for cookie in &cookies {
        assert!(cookie.name().starts_with("__Host-"), "{cookie}");
        assert_eq!((cookie.secure(), cookie.http_only()), (Some(true), Some(true)), "{cookie}");
        assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None), "{cookie}");
        assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax), "{cookie}");
        assert!(cookie.name().len() + cookie.value().len() <= 4096, "{cookie}");
    }
    for name in ["sessionId", "device", "oauthAttempt-"] {
        assert!(cookies.iter().any(|cookie| cookie.name().contains(name)), "{name}: {cookies:?}");
    }
}

/// What a form with GET holds goes into addresses, and so into histories and the logs of proxies.
#[tokio::test]
async fn what_is_secret_is_asked_for_in_forms_that_are_posted() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let select = |css| scraper::Selector::parse(css).unwrap();
    let (forms, secrets) =
        (select("form"), select("input[type=password], input[type=email], [name=csrf_token]"));
    let mut found = 0;
    for (browser, path) in [
        (&app.browser(), "/login"),
        (&app.browser(), "/register"),
        (&ann, "/account"),
        (&ann, "/account/confirm"),
        (&ann, "/session"),
        (&ann, "/preferences"),
    ] {
        let page = scraper::Html::parse_document(&browser.get(path).await.body);
        for form in page.select(&forms).filter(|form| form.select(&secrets).next().is_some()) {
            assert_eq!(form.attr("method"), Some("post"), "{path}: {}", form.html());
            assert!(form.attr("action").is_some_and(|action| !action.contains('?')), "{path}");
            found += 1;
        }
    }
    assert!(found > 8, "{found}");
}

#[tokio::test]
async fn nothing_but_the_bundle_and_public_files_is_served() {
    let directory = tempfile::tempdir().unwrap();
    let files = site(directory.path());
    fs::create_dir(files.join(".git")).unwrap();
    for hidden in [".git/config", ".env", "../canary.txt", "pkg/../bundle.json"] {
        fs::write(files.join(hidden), "{\"canary\":1}").unwrap();
    }
    site(directory.path());
    let app = Setup::default().var("SITE_ROOT", files.to_str().unwrap()).spawn().await;
    assert_eq!(app.browser().get("/robots.txt").await.status, 200);
    for path in [
        "/.git/config",
        "/.git/",
        "/.env",
        "/bundle.json",
        "/pkg",
        "/pkg/",
        "/fonts/",
        "/pkg/../bundle.json",
        "/pkg/../../canary.txt",
        "/pkg/%2e%2e/bundle.json",
        "/pkg/..%2f..%2fcanary.txt",
        "/pkg/..%5c..%5ccanary.txt",
        "//etc/passwd",
        "/pkg//etc/passwd",
    ] {
        // By hand, because a client resolves dots before it asks.
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = rest(sent(&app, &request).await).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(!answer.contains("canary") && !answer.contains("root:"), "{path}: {answer}");
    }
}
