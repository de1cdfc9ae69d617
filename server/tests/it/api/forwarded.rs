//! What a client says in the headers of a proxy. Of all of them only `X-Forwarded-For` is read, and only as many of its
//! addresses as there are proxies.

use http::{HeaderMap, HeaderValue, Method};

use crate::support::helpers::{PASSWORD, Setup, TestApp};

/// As sent by a client that claims to be another one, at another site, over HTTPS.
fn pretending(app: &TestApp) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-for", "192.0.2.65, 192.0.2.66"),
        ("x-real-ip", "192.0.2.67"),
        ("forwarded", "for=192.0.2.68;host=evil.example;proto=https"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-port", "444"),
        ("x-original-url", "/account"),
        ("x-http-method-override", "DELETE"),
        ("content-type", "application/x-www-form-urlencoded"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("origin", app.origin.parse().unwrap());
    headers
}

#[tokio::test]
async fn nothing_but_the_address_depends_on_the_headers_of_a_proxy() {
    for (trusted, address) in [("0", "127.0.0.1"), ("1", "192.0.2.66")] {
        let app = Setup::default().var("TRUST_PROXY", trusted).spawn().await;
        let headers = pretending(&app);
        let visitor = app.browser();
        let page = visitor.send(Method::GET, "/login", headers.clone(), None).await;
        assert_eq!(page.status, 200);
        let start = visitor.send(Method::GET, "/auth/elsewhere", headers.clone(), None).await;
        let callback = format!("{}/auth/elsewhere/callback", app.origin);
        let encoded: String = form_urlencoded::byte_serialize(callback.as_bytes()).collect();
        assert!(start.location().contains(&format!("redirect_uri={encoded}")), "{}", start.location());
        let stranger = visitor.send(Method::GET, "/account", headers.clone(), None).await;
        stranger.assert_redirect("/login?return_to=/account");
        for answer in [page, start, stranger] {
            assert!(!format!("{:?} {}", answer.headers, answer.body).contains("evil.example"));
        }

        let body =
            format!("display_name=Ann&email=ann%40example.com&password={}", PASSWORD.replace(' ', "+"));
        let ann = app.browser();
        let answer = ann.send(Method::POST, "/api/auth/register", headers, Some(body.into_bytes())).await;
        answer.assert_redirect("/");
        assert_ne!(answer.session_cookie().unwrap().secure(), Some(true), "as the public address is");
        assert_eq!(ann.info().await["session"]["ip_address"], address, "{trusted}");
    }
}
