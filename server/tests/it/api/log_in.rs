use accounts::password::Purpose;
use http::StatusCode;

use crate::support::helpers::{Browser, PASSWORD, Setup, TestApp};

#[tokio::test]
async fn unknown_account_and_wrong_password_get_the_same_answer() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let wrong = app.browser().log_in("ann@example.com", "not the password").await;
    let unknown = app.browser().log_in("bob@example.com", "not the password").await;
    let malformed = app.browser().log_in("not an address", "not the password").await;
    for answer in [&wrong, &unknown, &malformed] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.role("alert").contains("Email or password is incorrect."), "{}", answer.body);
    }
    assert_eq!(wrong.input("email").as_deref(), Some("ann@example.com"));
    assert_eq!(wrong.input("password"), None);
    let neutral = |body: &str| body.replace("ann@example.com", "X").replace("bob@example.com", "X");
    let strip = |body: String| {
        let nonce = body.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next().map(str::to_owned));
        nonce.map_or(body.clone(), |nonce| body.replace(&nonce, "N"))
    };
    assert_eq!(strip(neutral(&wrong.body)), strip(neutral(&unknown.body)));
}

#[tokio::test]
async fn the_session_id_changes_at_login_and_the_old_one_is_dead() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let ann = app.browser();
    ann.save_preferences(&[("theme", "dark")]).await;
    let before = ann.copy();
    ann.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    assert_ne!(before.session_cookie(), ann.session_cookie());
    assert!(ann.is_signed_in().await);
    assert!(!before.is_signed_in().await);
    assert_eq!(before.info().await["session"], serde_json::Value::Null);
}

#[tokio::test]
async fn logging_in_again_replaces_the_session_too() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let first = ann.copy();
    ann.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    assert!(!first.is_signed_in().await);
    assert_eq!(app.stats().await.signed_in, 1);
}

#[tokio::test]
async fn another_person_in_the_same_browser_finds_nothing_of_the_first() {
    let app = TestApp::spawn().await;
    app.registered("bob@example.com").await;
    let browser = app.registered("ann@example.com").await;
    browser.save_preferences(&[("theme", "dark")]).await;
    browser.log_in("bob@example.com", PASSWORD).await.assert_redirect("/");
    let info = browser.info().await;
    assert_eq!(info["user"]["email"], "bob@example.com");
    assert_eq!(info["preferences"]["theme"], "system");
    assert_eq!(info["preferences"]["updated_at"], serde_json::Value::Null);
}

async fn fail(browser: &Browser, email: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(browser.log_in(email, "wrong password").await.status, 422);
    }
}

#[tokio::test]
async fn failed_logins_are_slowed_for_the_right_password_and_unknown_accounts_alike() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let browser = app.browser();
    for email in ["ann@example.com", "nobody@example.com"] {
        fail(&browser, email, 10).await;
        let answer = browser.log_in(email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        let wait: i64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        assert!(!answer.role("alert").is_empty());
        assert_eq!(browser.json().log_in(email, PASSWORD).await.json()["error"], "too_many_attempts");
    }
    app.wait(61);
    browser.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn another_account_from_the_same_address_is_not_affected_until_its_own_limit() {
    let app = Setup::default().var("LOGIN_LIMIT_ADDRESS", "12/1m").spawn().await;
    app.registered("bob@example.com").await;
    let browser = app.browser();
    fail(&browser, "ann@example.com", 10).await;
    app.browser().log_in("bob@example.com", PASSWORD).await.assert_redirect("/");
    fail(&browser, "carl@example.com", 2).await;
    assert_eq!(browser.log_in("dora@example.com", "x").await.status, 429);
}

#[tokio::test]
async fn another_address_is_not_affected_behind_a_trusted_proxy() {
    let app = Setup::default().var("TRUST_PROXY", "1").spawn().await;
    app.registered("ann@example.com").await;
    let from = |ip: &'static str| {
        let mut headers = http::HeaderMap::new();
        headers.insert("x-forwarded-for", http::HeaderValue::from_static(ip));
        headers.insert("content-type", http::HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert("sec-fetch-site", http::HeaderValue::from_static("same-origin"));
        headers
    };
    let wrong = b"email=ann%40example.com&password=wrong".to_vec();
    let right = format!("email=ann%40example.com&password={}", PASSWORD.replace(' ', "+")).into_bytes();
    let browser = app.browser();
    for _ in 0..10 {
        browser.send(http::Method::POST, "/api/auth/login", from("192.0.2.1"), Some(wrong.clone())).await;
    }
    let path = "/api/auth/login";
    let throttled = browser.send(http::Method::POST, path, from("192.0.2.1"), Some(right.clone())).await;
    assert_eq!(throttled.status, 429);
    let elsewhere = browser.send(http::Method::POST, path, from("198.51.100.7"), Some(right)).await;
    assert_eq!(elsewhere.status, 303);
    assert_eq!(browser.info().await["session"]["ip_address"], "198.51.100.7");
}

#[tokio::test]
async fn a_crowd_at_one_address_keeps_nobody_else_from_logging_in() {
    let app = Setup::default().var("TRUST_PROXY", "1").spawn().await;
    app.registered("ann@example.com").await;
    let crowd = || app.passwords.place(Purpose::LogIn, [192, 0, 2, 1].into()).ok();
    let places: Vec<_> = std::iter::from_fn(crowd).collect();
    let log_in = async |address: &str| app.browser().at(address).log_in("ann@example.com", PASSWORD).await;
    let refused = log_in("192.0.2.1").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!refused.header("retry-after").is_empty() && !refused.role("alert").is_empty());
    assert_eq!(log_in("192.0.2.2").await.status, StatusCode::SEE_OTHER);
    drop(places);
    assert_eq!(log_in("192.0.2.1").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_success_forgets_earlier_failures() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let browser = app.browser();
    for _ in 0..3 {
        fail(&browser, "ann@example.com", 8).await;
        app.browser().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    }
}

#[tokio::test]
async fn the_demo_account_works_in_development_and_is_told_on_the_login_page() {
    let app = TestApp::spawn().await;
    let page = app.browser().get("/login").await;
    assert!(page.body.contains("demo@example.com") && page.body.contains("workout-demo"));
    app.browser().log_in("demo@example.com", "workout-demo").await.assert_redirect("/");
}

#[tokio::test]
async fn nothing_is_seeded_in_production() {
    let app =
        Setup::default().var("APP_ENV", "production").var("PUBLIC_URL", "https://site.example").spawn().await;
    assert!(!app.browser().get("/login").await.body.contains("workout-demo"));
    let email = domain::account::EmailAddress::parse("demo@example.com").unwrap();
    assert!(app.app.db.user_by_email(&email).await.unwrap().is_none());
}
