use http::{HeaderMap, HeaderValue, Method};

use crate::api::identities::over_provider;
use crate::support::helpers::{PASSWORD, TestApp};

const ELSEWHERE: &[&str] = &[
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "https:evil.example",
    "http:///evil.example",
    "https://evil.example/",
    "https://127.0.0.1@evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/\r\nSet-Cookie: a=b",
    "/\u{2044}/evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "evil.example",
    "/login?return_to=/login",
];

#[tokio::test]
async fn login_leads_back_to_where_the_visitor_wanted_to_go() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let visitor = app.browser();
    let to_login = visitor.get("/account").await;
    to_login.assert_redirect("/login?return_to=/account");
    let form = visitor.get(to_login.location()).await;
    assert_eq!(form.input("return_to").as_deref(), Some("/account"));
    let fields = [("email", "ann@example.com"), ("password", PASSWORD), ("return_to", "/account")];
    visitor.post_bare("/api/auth/login", &fields).await.assert_redirect("/account");
}

#[tokio::test]
async fn a_failed_try_does_not_forget_it() {
    let app = TestApp::spawn().await;
    let fields = [("email", "ann@example.com"), ("password", "wrong"), ("return_to", "/account")];
    let answer = app.browser().post_bare("/api/auth/login", &fields).await;
    assert_eq!(answer.input("return_to").as_deref(), Some("/account"));
}

#[tokio::test]
async fn nobody_is_led_elsewhere() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for target in ELSEWHERE {
        let fields = [("email", "ann@example.com"), ("password", PASSWORD), ("return_to", *target)];
        let answer = app.browser().post_bare("/api/auth/login", &fields).await;
        answer.assert_redirect("/");
        let encoded: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        ann.get(&format!("/login?return_to={encoded}")).await.assert_redirect("/");
        let page = app.browser().get(&format!("/login?return_to={encoded}")).await;
        assert_eq!(page.input("return_to"), None, "{target}");
    }
}

/// It is kept in the browser while the person is at the provider, and used when they come back.
#[tokio::test]
async fn nobody_is_led_elsewhere_by_way_of_a_provider() {
    let app = TestApp::spawn().await;
    let ann = app.browser();
    assert_eq!(over_provider(&app, &ann, "/auth/elsewhere?return_to=/account").await, "/account");
    for target in ELSEWHERE {
        let encoded: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let start = format!("/auth/elsewhere?return_to={encoded}");
        let again = app.browser().of_person(&ann);
        assert_eq!(over_provider(&app, &again, &start).await, "/", "{target}");
    }
}

/// Where a form came from decides nothing: Leptos' own actions would lead back there, with the error in the address.
#[tokio::test]
async fn a_referer_leads_nobody_anywhere() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    for accept in ["text/html", "application/json"] {
        for (password, status, location) in [(PASSWORD, 303, "/"), ("wrong", 422, "")] {
            let mut headers = HeaderMap::new();
            for (name, value) in [
                ("accept", accept),
                ("referer", "https://evil.example/login?a=b"),
                ("content-type", "application/x-www-form-urlencoded"),
                ("sec-fetch-site", "same-origin"),
            ] {
                headers.insert(name, HeaderValue::from_static(value));
            }
            let body = format!("email=ann%40example.com&password={}", password.replace(' ', "+"));
            let answer =
                app.browser().send(Method::POST, "/api/auth/login", headers, Some(body.into_bytes())).await;
            assert!(!format!("{answer:?}").contains("evil.example"), "{accept} {password}");
            if accept == "text/html" {
                assert_eq!((answer.status.as_u16(), answer.location()), (status, location), "{password}");
            }
        }
    }
}
