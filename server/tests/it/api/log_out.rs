use http::StatusCode;

use crate::support::helpers::{PASSWORD, TestApp};

#[tokio::test]
async fn logging_out_kills_the_session_on_the_server() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let stolen = ann.copy();
    let answer = ann.post("/api/auth/logout", &[]).await;
    answer.assert_redirect("/login");
    assert_eq!(ann.session_cookie(), None);
    assert!(!stolen.is_signed_in().await);
    stolen.get("/account").await.assert_redirect("/login?return_to=/account&ended=true");
    assert_eq!(app.stats().await.live, 0);
}

/// Sets that wait for a connection are in the browser's storage, and may be another account's.
#[tokio::test]
async fn logging_out_clears_the_cache_and_not_what_waits_to_be_saved() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    for path in ["/api/auth/logout", "/api/auth/logout-everywhere", "/api/sessions/end"] {
        let ann = app.logged_in("ann@example.com").await;
        let handle = ann.info().await["session"]["handle"].as_str().unwrap().to_owned();
        let answer = ann.post(path, &[("handle", &handle)]).await;
        answer.assert_redirect("/login");
        assert_eq!(answer.header("clear-site-data"), "\"cache\"", "{path}");
    }
}

#[tokio::test]
async fn the_removal_cookie_has_the_attributes_of_the_cookie_it_removes() {
    let app = crate::support::helpers::Setup::default()
        .var("APP_ENV", "production")
        .var("PUBLIC_URL", "https://site.example")
        .spawn()
        .await;
    let ann = app.browser();
    let set = ann.register("Ann", "ann@example.com", PASSWORD).await.session_cookie().unwrap();
    let removed = ann.post("/api/auth/logout", &[]).await.session_cookie().unwrap();
    assert_eq!(set.name(), "__Host-sessionId");
    for cookie in [&set, &removed] {
        assert_eq!(cookie.name(), set.name());
        assert_eq!(cookie.path(), Some("/"));
        assert_eq!(cookie.secure(), Some(true));
        assert_eq!(cookie.http_only(), Some(true));
        assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax));
        assert_eq!(cookie.domain(), None);
    }
    assert_eq!(set.max_age(), Some(time::Duration::hours(24)));
    assert_eq!(removed.max_age(), Some(time::Duration::ZERO));
}

#[tokio::test]
async fn logging_out_without_a_session_is_no_error() {
    let app = TestApp::spawn().await;
    app.browser().post("/api/auth/logout", &[]).await.assert_redirect("/login");
    let json = app.browser().json().post("/api/auth/logout", &[]).await;
    assert_eq!(json.json()["location"], "/login");
}

#[tokio::test]
async fn a_get_logs_nobody_out() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    assert_eq!(ann.get("/logout").await.status, StatusCode::NOT_FOUND);
    for path in ["/api/auth/logout", "/api/auth/logout-everywhere"] {
        // The address of a form leads to its page.
        assert_eq!(ann.get(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn log_out_everywhere_ends_every_device() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    let phone = app.logged_in("ann@example.com").await;
    let bob = app.registered("bob@example.com").await;
    laptop.post("/api/auth/logout-everywhere", &[]).await.assert_redirect("/login");
    assert_eq!(laptop.session_cookie(), None);
    phone.get("/session").await; // public, but no longer signed in
    assert!(!phone.is_signed_in().await);
    assert!(bob.is_signed_in().await, "other people's sessions are unaffected");
}

#[tokio::test]
async fn preferences_start_from_the_defaults_for_the_next_visitor() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await;
    ann.post("/api/auth/logout", &[]).await;
    assert!(ann.get("/").await.body.contains("data-theme=\"system\""));
}
