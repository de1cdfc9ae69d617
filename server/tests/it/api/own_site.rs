//! Links from other sites, to which a browser sends no `SameSite=Strict` cookie.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::support::helpers::{Answer, Browser, Setup, TestApp};

/// What browsers send with a link that is followed from another site.
const LINK: &[(&str, &str)] =
    &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

async fn with(browser: &Browser, path: &str, pairs: &[(&'static str, &'static str)]) -> Answer {
    let header = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let headers: HeaderMap = pairs.iter().map(header).collect();
    browser.send(Method::GET, path, headers, None).await
}

/// Where an empty page leads by itself.
fn refreshed(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.set_cookies().is_empty());
    assert!(answer.body.ends_with("<body></body></html>"), "{}", answer.body);
    let url = answer.body.split("content=\"0;url=").nth(1).unwrap().split('"').next().unwrap();
    url.replace("&amp;", "&")
}

#[tokio::test]
async fn a_page_asks_for_itself_once_more_from_our_own_site() {
    let app = Setup::default().var("SESSION_COOKIE_SAMESITE", "strict").spawn().await;
    let ann = app.registered("ann@example.com").await;
    for path in [
        "/",
        "/session",
        "/history?page=2&x=%22",
        "/login?return_to=%2Faccount",
        "/nowhere",
        "/auth/elsewhere",
    ] {
        let page = with(&app.browser(), path, LINK).await;
        let url = refreshed(&page);
        assert_eq!(url, format!("{}{path}", app.origin), "{path}");
        // The browser sends the cookie now, and says that the page came from here.
        let own = &[("sec-fetch-site", "same-origin"), LINK[1], LINK[2]];
        assert!(!with(&ann, path, own).await.body.contains("http-equiv"), "{path}");
        assert!(
            !with(&app.browser(), path, own).await.body.contains("http-equiv"),
            "once, without a session too"
        );
    }
}

#[tokio::test]
async fn an_address_with_two_slashes_leads_to_no_other_site() {
    let app = Setup::default().var("SESSION_COOKIE_SAMESITE", "strict").spawn().await;
    let url = refreshed(&with(&app.browser(), "//evil.example/", LINK).await);
    assert_eq!(url, format!("{}//evil.example/", app.origin));
}

#[tokio::test]
async fn everything_else_is_answered_at_once() {
    let strict = Setup::default().var("SESSION_COOKIE_SAMESITE", "strict").spawn().await;
    let ann = strict.registered("ann@example.com").await;
    assert!(with(&ann, "/session", LINK).await.body.contains("Your session"), "the cookie came along");
    for headers in [
        &[][..],
        &[("sec-fetch-site", "none")],
        // The same site, though another origin: the cookie would have been sent.
        &[("sec-fetch-site", "same-site"), LINK[1], LINK[2]],
        &[LINK[0], ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
        &[LINK[0], LINK[1], ("sec-fetch-dest", "iframe")],
        &[LINK[0], LINK[1], LINK[2], ("sec-purpose", "prefetch")],
    ] {
        let page = with(&strict.browser(), "/session", headers).await;
        assert!(page.body.contains("Your session"), "{headers:?}");
    }
    let lax = TestApp::spawn().await;
    assert!(
        with(&lax.browser(), "/session", LINK).await.body.contains("Your session"),
        "lax cookies are sent"
    );
}
