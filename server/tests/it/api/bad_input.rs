use domain::account::EmailAddress;
use http::header::{CONTENT_TYPE, ORIGIN};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::support::helpers::{PASSWORD, TestApp, forms};

fn posts() -> impl Iterator<Item = &'static str> {
    forms().into_iter().map(|form| form.path)
}

fn headers(app: &TestApp, content_type: Option<&'static str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ORIGIN, app.url.parse().unwrap());
    if let Some(kind) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    headers
}

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

#[tokio::test]
async fn other_content_types_are_refused_everywhere() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for path in posts() {
        for kind in
            [None, Some("text/plain"), Some("application/json"), Some("multipart/form-data; boundary=x")]
        {
            let answer = ann.send(Method::POST, path, headers(&app, kind), Some(b"a=1".to_vec())).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {kind:?}");
        }
    }
}

#[tokio::test]
async fn no_bytes_make_a_server_error() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    let long = format!("email={0}&password={0}&display_name={0}", "x".repeat(20_000));
    let bodies: Vec<Vec<u8>> = vec![
        vec![],
        b"=&&==&%".to_vec(),
        b"email=%FF%FE&password=%00".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        b"email=a%00b%40example.com&password=a%00b45678&display_name=a%00b&handle=%00&confirm=%00".to_vec(),
        b"email=a@b.example&email=c@d.example&password=x&password=y&display_name=1&display_name=2".to_vec(),
        b"theme=&theme=dark&handle=-1&click=99999999999999999999".to_vec(),
        b"units=kg&units=lb&goal=x&level=&days_per_week=99999999999999999999&session_minutes=-1".to_vec(), // slim: trainer
        b"days_per_week=1e3&rest_seconds=0x10&started_at=yesterday&sets_done=many&workout=".to_vec(), // slim: trainer
        "display_name=\u{202e}evil&return_to=//evil.example&provider=\u{0}".as_bytes().to_vec(),
        // What a statement would be ended by, and what makes objects of fields elsewhere.
        b"display_name=O'Neill%27%3B--&email=o%27neill%40example.com&password=%27%27&handle=%27".to_vec(),
        b"current_password=%27%3B--&confirm=%27&theme=%27&provider=%27&return_to=/%27".to_vec(),
        b"email[$ne]=&password[$gt]=&handle[$ne]=x&email={\"$ne\":1}&password={\"$gt\":\"\"}".to_vec(),
        long.into_bytes(),
    ];
    for path in posts().filter(|path| !path.contains("logout") && !path.contains("end-others")) {
        for body in &bodies {
            let mut with_token = body.clone();
            with_token.extend_from_slice(format!("&csrf_token={token}").as_bytes());
            for body in [body.clone(), with_token] {
                let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
                let form = ann.copy().send(Method::POST, path, headers(&app, FORM), Some(body.clone())).await;
                assert!(!form.status.is_server_error(), "{path} {shown}: {}", form.status);
                let json = ann.json().send(Method::POST, path, headers(&app, FORM), Some(body)).await;
                assert!(!json.status.is_server_error(), "{path} {shown}: {}", json.status);
            }
        }
    }
    assert!(ann.is_signed_in().await, "nothing of it did anything");
}

#[tokio::test]
async fn repeated_fields_are_refused() {
    let app = TestApp::spawn().await;
    let body = format!(
        "display_name=Ann&email=a%40example.com&email=b%40example.com&password={}",
        PASSWORD.replace(' ', "+")
    );
    let answer = app
        .browser()
        .json()
        .send(Method::POST, "/api/auth/register", headers(&app, FORM), Some(body.into_bytes()))
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["fields"]["email"], "repeated");
}

#[tokio::test]
async fn a_body_that_is_too_large_gets_413() {
    let app = TestApp::spawn().await;
    let body = format!("email={}", "x".repeat(70_000)).into_bytes();
    let browser = app.browser();
    let path = "/api/auth/login";
    let page = browser.send(Method::POST, path, headers(&app, FORM), Some(body.clone())).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    let json = browser.json().send(Method::POST, path, headers(&app, FORM), Some(body)).await;
    assert_eq!(json.json()["error"], "too_large");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_answered_in_kind() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let page = browser.get("/no/such/page").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("<h1"));
    assert_eq!(browser.json().get("/no/such/page").await.json()["error"], "not_found");
    for (method, path) in
        [(Method::POST, "/"), (Method::PUT, "/api/preferences"), (Method::DELETE, "/account")]
    {
        let answer = browser.send(method.clone(), path, headers(&app, FORM), None).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert!(!answer.header("allow").is_empty());
    }
}

#[tokio::test]
async fn the_address_of_a_form_leads_to_its_page() {
    let app = TestApp::spawn().await;
    let failed = app.browser().log_in("ann@example.com", "x").await;
    assert_eq!(failed.status, 422, "now the address bar shows the form's address");
    // A form that posts to its own page has nowhere else to lead to.
    for form in forms().into_iter().filter(|form| form.path != form.page) {
        let answer = app.browser().get(form.path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", form.path);
        assert_eq!(answer.location(), form.page);
        assert!(answer.set_cookies().is_empty());
        let page = app.browser().get(form.page).await;
        assert!(page.status.is_success() || page.location().starts_with("/login"), "{}", form.page);
    }
}

#[tokio::test]
async fn methods_that_no_route_has_are_refused_without_an_echo() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let long = "X".repeat(200);
    for method in ["TRACE", "TRACK", "PROPFIND", "BREW", "get", long.as_str()] {
        for path in ["/", "/api/auth/login", "/pkg/main.css", "/healthz", "/no/such/path"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let mut headers = headers(&app, None);
            headers.insert("x-canary", HeaderValue::from_static("canary-value"));
            let answer = ann.send(method.clone(), path, headers, None).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert!(!answer.body.contains("canary-value") && !answer.body.contains(&long));
            assert_eq!(answer.header("allow"), "GET, HEAD, POST");
        }
    }
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_page_and_nowhere_else() {
    let app = TestApp::spawn().await;
    for (path, to) in [
        ("/login/", "/login"),
        ("/login/?return_to=/account", "/login?return_to=/account"),
        ("/account/confirm/", "/account/confirm"),
        ("/auth/elsewhere/", "/auth/elsewhere"),
        ("/preferences//", "/preferences"),
    ] {
        let answer = app.browser().get(path).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (308, to), "{path}");
        assert!(answer.set_cookies().is_empty());
    }
    for path in ["//", "//evil/", "//evil.example/", "/%5Cevil.example/", "/no/such/page/", "/pkg/"] {
        let answer = app.browser().get(path).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (404, ""), "{path}");
    }
    let posted = app.browser().post_bare("/login/", &[]).await;
    assert_eq!((posted.status.as_u16(), posted.location()), (404, ""));
}

#[tokio::test]
async fn what_people_type_is_text_on_every_page() {
    let app = TestApp::spawn().await;
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let ann = app.browser();
    ann.register(evil, "ann@example.com", PASSWORD).await.assert_redirect("/");
    for path in ["/", "/account", "/session", "/preferences", "/login?return_to=%22%3E%3Cscript%3E"] {
        let page = ann.get(path).await;
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{path}");
    }
    let failed = app.browser().log_in(evil, "x").await;
    assert!(!failed.body.contains("<script>alert"));
    assert_eq!(failed.input("email").as_deref(), Some(evil), "kept, as text");
}

#[tokio::test]
async fn fields_nobody_asked_for_change_nothing() {
    let app = TestApp::spawn().await;
    let ann = app.browser();
    let fields = [
        ("display_name", "Ann"),
        ("email", "ann@example.com"),
        ("password", PASSWORD),
        ("email_verified", "true"),
        ("id", "00000000000000000000000000000000"),
        ("role", "admin"),
    ];
    ann.post_bare("/api/auth/register", &fields).await.assert_redirect("/");
    let info = ann.info().await;
    assert_ne!(info["user"]["id"], "00000000000000000000000000000000");
    let email = EmailAddress::parse("ann@example.com").unwrap();
    assert!(!app.app.db.user_by_email(&email).await.unwrap().unwrap().email_verified);
}
