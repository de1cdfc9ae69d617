//! Refusals have one order: origin, token, login, fields.

use http::header::{CONTENT_TYPE, ORIGIN};
use http::{HeaderMap, Method, StatusCode};
use web::form::Guard;

use crate::support::helpers::{Answer, Browser, TestApp, forms};

/// Forms for the signed in, with the page that people are sent to if they are not.
fn protected() -> Vec<(&'static str, String)> {
    let forms = forms().into_iter().filter(|form| match form.guard {
        Guard::SignedIn => true,
        Guard::TokenToLogOut => form.path != "/api/auth/logout",
        Guard::Token | Guard::None => false,
    });
    let protected: Vec<_> =
        forms.map(|form| (form.path, format!("/login?return_to={}", form.page))).collect();
    assert!(protected.len() > 8);
    protected
}

async fn post(app: &TestApp, browser: &Browser, path: &str, body: Option<&[u8]>) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(ORIGIN, app.origin.parse().unwrap());
    if body.is_some() {
        headers.insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    }
    browser.send(Method::POST, path, headers, body.map(<[u8]>::to_vec)).await
}

#[tokio::test]
async fn without_a_login_nobody_reads_the_fields() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let bodies: [Option<&[u8]>; 5] =
        [None, Some(b""), Some(b"sets_done=many"), Some(b"a=%FF"), Some(b"csrf_token=x")];
    for (path, page) in protected() {
        for body in bodies {
            let json = post(&app, &browser.json(), path, body).await;
            assert_eq!(json.status, StatusCode::UNAUTHORIZED, "{path} {body:?}");
            assert_eq!(json.json()["error"], "unauthenticated", "{path}");
            post(&app, &browser, path, body).await.assert_redirect(&page);
        }
    }
}

#[tokio::test]
async fn an_anonymous_session_is_asked_for_its_token_and_then_for_a_login() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    for (path, page) in protected() {
        assert_eq!(visitor.json().post_bare(path, &[]).await.json()["error"], "stale_form", "{path}");
        assert_eq!(visitor.json().post(path, &[]).await.status, StatusCode::UNAUTHORIZED, "{path}");
        visitor.post(path, &[]).await.assert_redirect(&page);
    }
}

#[tokio::test]
async fn the_origin_comes_first() {
    let app = TestApp::spawn().await;
    let browser = app.browser().json();
    for (path, _) in protected() {
        let answer = browser.send(Method::POST, path, HeaderMap::new(), None).await;
        assert_eq!(answer.json()["error"], "cross_origin", "{path}");
    }
}

#[tokio::test]
async fn whose_session_has_timed_out_is_told_so_whatever_the_fields_hold() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(3601);
    // slim: trainer
    let (form, fields) = ("/api/workouts/edit", [("day", "someday")]);
    // slim: instead
    // let (form, fields) = ("/api/account/profile", [("display_name", "")]);
    // slim: end
    let answer = ann.copy().post_bare(form, &fields).await;
    assert!(answer.location().starts_with("/login") && answer.location().contains("expired=true"));
    assert_eq!(ann.json().post_bare("/api/preferences", &[]).await.status, StatusCode::UNAUTHORIZED);
}

/// What visitors may see. Every other page is for the signed in.
const PUBLIC: &[&str] = &[
    "/",
    "/.well-known/change-password",
    "/auth/{provider}",
    "/auth/{provider}/callback",
    "/demo-provider/authorize", // slim: demo-provider
    "/login",
    "/preferences",
    "/register",
    "/session",
    "/session-info",
    "/workout",        // slim: trainer
    "/workout/review", // slim: trainer
];

#[tokio::test]
async fn every_page_is_public_on_purpose_or_needs_a_login() {
    let app = TestApp::spawn().await;
    let pages = web::routes::table().pages();
    for page in PUBLIC {
        assert!(pages.contains(page), "{page} is gone");
    }
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    for page in pages.iter().filter(|page| !PUBLIC.contains(page)) {
        let path =
            page.replace("{id}", "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60").replace("{provider}", "elsewhere");
        for browser in [&app.browser(), &visitor] {
            let answer = browser.get(&path).await;
            let is_refused = answer.status == StatusCode::UNAUTHORIZED
                || answer.location() == format!("/login?return_to={path}");
            assert!(is_refused, "{page}: {} {}", answer.status, answer.location());
            assert!(!answer.body.contains("<main"), "{page}");
        }
    }
}

#[tokio::test]
async fn every_page_of_a_signed_in_person_can_log_out() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let log_out =
        scraper::Selector::parse("header form[method=post][action='/api/auth/logout'] button").unwrap();
    let mut shown = 0;
    let others = [
        // Has no end.
        ::model::EVENTS,
        // slim: demo-provider
        // Stands for another site.
        "/demo-provider/authorize",
        // slim: end
    ];
    for page in web::routes::table().pages().iter().filter(|page| !others.contains(page)) {
        let answer = ann.get(page).await;
        if answer.status.is_success() && answer.header("content-type").starts_with("text/html") {
            let html = scraper::Html::parse_document(&answer.body);
            assert!(html.select(&log_out).next().is_some(), "{page}");
            shown += 1;
        }
    }
    assert!(shown > 6, "{shown}");
}
