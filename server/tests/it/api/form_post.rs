//! Callbacks by POST (`response_mode=form_post`), as Apple sends them: from another site and without cookies.

use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::api::oauth::local;
use crate::support::helpers::{Answer, Setup, TestApp};
use crate::support::provider::allow;
use crate::support::watched::Watch;

const FORM: &str = "application/x-www-form-urlencoded";

/// As a browser posts a page of the provider: its jar is not asked.
async fn posted(app: &TestApp, path: &str, content_type: &'static str, body: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("origin", HeaderValue::from_static("https://appleid.apple.com"));
    headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    headers.insert("content-type", HeaderValue::from_static(content_type));
    app.browser().send(Method::POST, path, headers, Some(body.as_bytes().to_vec())).await
}

#[tokio::test]
async fn a_callback_by_post_becomes_a_get_of_our_own() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere?return_to=/history").await;
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    let (path, query) = local(&app, back.location()).split_once('?').unwrap();
    let body = format!("{query}&id_token=x.y.z&user=%7B%22name%22%3A1%7D");
    let answer = posted(&app, path, FORM, &body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert!(answer.set_cookies().is_empty());
    for dropped in ["id_token", "user"] {
        assert!(!answer.location().contains(dropped), "{}", answer.location());
    }
    olga.get(answer.location()).await.assert_redirect("/history");
    assert!(olga.is_signed_in().await);
}

#[tokio::test]
async fn it_reads_no_session_and_writes_nothing() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let olga = app.browser();
    olga.get("/auth/elsewhere").await;
    watch.take();
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(FORM));
    let body = Some(b"code=a&state=b".to_vec());
    let answer = olga.send(Method::POST, "/auth/elsewhere/callback", headers, body).await;
    answer.assert_redirect("/auth/elsewhere/callback?code=a&state=b");
    assert!(answer.set_cookies().is_empty());
    assert!(watch.take().is_empty(), "even if a cookie comes along");
}

#[tokio::test]
async fn what_is_no_callback_is_refused() {
    let app = TestApp::spawn().await;
    let long = format!("state=b&code={}", "x".repeat(9_000));
    let huge = format!("state=b&id_token={}", "x".repeat(40_000));
    for (path, kind, body, status) in [
        ("/auth/elsewhere/callback", "application/json", "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("/auth/elsewhere/callback", FORM, "code=%FF", StatusCode::BAD_REQUEST),
        ("/auth/elsewhere/callback", FORM, long.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
        ("/auth/elsewhere/callback", FORM, huge.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
        ("/auth/nobody/callback", FORM, "code=a&state=b", StatusCode::NOT_FOUND),
        // Only this address is open to other sites.
        ("/auth/elsewhere", FORM, "code=a&state=b", StatusCode::FORBIDDEN),
        ("/auth/elsewhere/callback/", FORM, "code=a&state=b", StatusCode::FORBIDDEN),
        ("/api/auth/login", FORM, "email=a&password=b", StatusCode::FORBIDDEN),
    ] {
        let answer = posted(&app, path, kind, body).await;
        assert_eq!(answer.status, status, "{path} {}", &body[..body.len().min(40)]);
        assert!(answer.location().is_empty());
    }
    // Whatever is repeated or missing is refused by the callback itself.
    for body in ["code=a&code=b&state=c", "", "code=a", "error=access_denied&state=x&state=y"] {
        let answer = posted(&app, "/auth/elsewhere/callback", FORM, body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{body}");
        let end = app.browser().get(answer.location()).await;
        assert!(end.location().starts_with("/login?error=oauth_"), "{body}: {}", end.status);
    }
}

#[tokio::test]
async fn other_methods_from_other_sites_are_still_refused() {
    let app = TestApp::spawn().await;
    let mut headers = HeaderMap::new();
    headers.insert("origin", HeaderValue::from_static("https://appleid.apple.com"));
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = app.browser().send(method, "/auth/elsewhere/callback", headers.clone(), None).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}
