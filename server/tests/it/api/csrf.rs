use http::{HeaderMap, HeaderValue, Method, StatusCode};
use leptos::server_fn::axum::server_fn_paths;
use web::form::{FormRoute, Guard};

use crate::support::helpers::{PASSWORD, TestApp, forms, preferences};

/// Every form, and one path that does not exist.
fn guarded() -> impl Iterator<Item = &'static str> {
    forms().into_iter().map(|form| form.path).chain(["/no/such/path"])
}

fn from(origin: Option<&'static str>, site: Option<&'static str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    if let Some(origin) = origin {
        headers.insert("origin", HeaderValue::from_static(origin));
    }
    if let Some(site) = site {
        headers.insert("sec-fetch-site", HeaderValue::from_static(site));
    }
    headers
}

#[tokio::test]
async fn requests_from_elsewhere_are_refused_on_every_route() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    let body = format!("csrf_token={token}").into_bytes();
    for path in guarded() {
        for headers in [
            from(None, None),
            from(Some("https://evil.example"), None),
            from(Some("null"), None),
            from(None, Some("cross-site")),
            from(None, Some("same-site")),
            from(Some("http://127.0.0.1"), Some("same-origin")),
        ] {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let answer = ann.send(method, path, headers.clone(), Some(body.clone())).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
                assert!(answer.location().is_empty());
            }
        }
    }
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn a_proxy_that_hides_the_referrer_is_told_from_another_site() {
    let app = TestApp::spawn().await;
    let body = Some(b"email=a%40example.com&password=x".to_vec());
    // `Referrer-Policy: no-referrer` makes Chromium send `Origin: null` from our own pages.
    let headers = from(Some("null"), Some("same-origin"));
    let answer = app.browser().send(Method::POST, "/api/auth/login", headers, body.clone()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for site in [None, Some("none"), Some("cross-site"), Some("same-site")] {
        let headers = from(Some("null"), site);
        let answer = app.browser().send(Method::POST, "/api/auth/login", headers, body.clone()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site:?}");
        for word in ["PUBLIC_URL", "proxy", "Origin", "Sec-Fetch-Site"] {
            assert!(answer.body.contains(word), "an operator can act on it: {word}");
        }
    }
}

#[tokio::test]
async fn opening_a_web_socket_from_elsewhere_is_refused() {
    let app = TestApp::spawn().await;
    let functions = server_fn_paths().map(|(path, _)| path);
    for path in ["/", "/session/events"].into_iter().chain(functions) {
        for origin in [Some("https://evil.example"), None] {
            for method in [Method::GET, Method::POST] {
                let mut headers = from(origin, None);
                headers.insert("connection", HeaderValue::from_static("upgrade"));
                headers.insert("upgrade", HeaderValue::from_static("websocket"));
                let answer = app.browser().send(method.clone(), path, headers, None).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path} {origin:?}");
            }
        }
    }
}

#[test]
fn only_the_forms_on_the_way_in_need_no_token() {
    let without: Vec<_> =
        forms().iter().filter(|form| form.guard == Guard::None).map(|form| form.path).collect();
    let expected = [
        "/api/auth/login",
        "/api/auth/register",
        "/demo-provider/authorize", // slim: demo-provider
    ];
    assert_eq!(without, expected);
}

#[tokio::test]
async fn every_post_of_a_session_needs_its_own_token() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let bob = app.registered("bob@example.com").await;
    let foreign = bob.csrf_token().await.unwrap();
    let own = ann.csrf_token().await.unwrap();
    for FormRoute { path, .. } in forms().into_iter().filter(|form| form.guard != Guard::None) {
        for token in ["", "x", &own[1..], foreign.as_str()] {
            let answer = ann.post_bare(path, &[("csrf_token", token)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}");
        }
        assert_eq!(ann.post_bare(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
        let twice = [("csrf_token", own.as_str()), ("csrf_token", own.as_str())];
        assert_eq!(ann.post_bare(path, &twice).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(ann.json().post_bare(path, &[]).await.json()["error"], "stale_form");
    }
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn a_token_of_before_login_is_not_good_after_it() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let ann = app.browser();
    ann.save_preferences(&[]).await;
    let before = ann.csrf_token().await.unwrap();
    ann.log_in("ann@example.com", PASSWORD).await;
    let mut fields = preferences(&[]);
    fields.push(("csrf_token", &before));
    assert_eq!(ann.post_bare("/api/preferences", &fields).await.status, 403);
}

#[tokio::test]
async fn an_anonymous_session_needs_its_token_and_no_session_needs_none() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.post_bare("/api/preferences", &preferences(&[])).await.assert_redirect("/preferences?saved=true");
    assert_eq!(visitor.post_bare("/api/preferences", &preferences(&[])).await.status, 403);
}

#[tokio::test]
async fn every_form_on_every_page_carries_the_token() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.logged_in("ann@example.com").await;
    for path in [
        "/",
        "/preferences",
        "/session",
        "/account",
        "/account/confirm",
        "/workout", // slim: trainer
        "/history", // slim: trainer
    ] {
        let page = scraper::Html::parse_document(&ann.get(path).await.body);
        let forms = scraper::Selector::parse("form[method=post]").unwrap();
        let token = scraper::Selector::parse("input[name=csrf_token][value]").unwrap();
        for form in page.select(&forms) {
            assert!(form.select(&token).next().is_some(), "{path}: {}", form.html());
        }
    }
}
