use serde_json::Value;

use crate::support::helpers::{Setup, TestApp};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

#[tokio::test]
async fn idle_people_are_signed_out_and_told_why() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await;
    let before = ann.session_cookie();
    app.wait(30 * MINUTE);
    ann.get("/account").await.assert_redirect("/login?return_to=/account&expired=true");
    assert_ne!(ann.session_cookie(), before, "the anonymous session has a new id");
    let page = ann.get("/login?return_to=/account&expired=true").await;
    assert!(page.role("status").contains("logged out"), "{}", page.role("status"));
    let info = ann.info().await;
    assert_eq!(info["authenticated"], false);
    assert_eq!(info["preferences"]["theme"], "dark", "the visitor's choices are kept");
}

#[tokio::test]
async fn activity_keeps_a_session_alive() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for _ in 0..8 {
        app.wait(29 * MINUTE);
        assert_eq!(ann.get("/account").await.status, 200);
    }
}

#[tokio::test]
async fn the_cookie_slides_with_activity() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(30);
    assert!(ann.get("/").await.session_cookie().is_none(), "not every answer carries it");
    app.wait(31);
    let cookie = ann.get("/").await.session_cookie().unwrap();
    assert_eq!(cookie.max_age(), Some(time::Duration::hours(24)));
}

#[tokio::test]
async fn the_absolute_lifetime_ends_a_session_whatever_its_activity() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for _ in 0..(12 * 60 / 20 - 1) {
        app.wait(20 * MINUTE);
        assert_eq!(ann.get("/account").await.status, 200);
    }
    app.wait(20 * MINUTE);
    ann.get("/account").await.assert_redirect("/login?return_to=/account&expired=true");
}

#[tokio::test]
async fn the_reason_is_kept_until_login_has_shown_it_once() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(31 * MINUTE);
    assert_eq!(ann.get("/").await.status, 200);
    assert!(!ann.get("/login").await.role("status").is_empty());
    assert_eq!(ann.session_cookie(), None, "with neither preferences nor a reason the session is deleted");
    assert_eq!(app.stats().await.live, 0);
    assert!(ann.get("/login").await.role("status").is_empty());
}

#[tokio::test]
async fn programs_get_401_after_a_timeout() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await.json();
    let token = ann.csrf_token().await.unwrap();
    app.wait(31 * MINUTE);
    let answer = ann.copy().get("/sessions").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["error"], "unauthenticated");
    let mut fields = crate::support::helpers::preferences(&[]);
    fields.push(("csrf_token", &token));
    assert_eq!(ann.post_bare("/api/preferences", &fields).await.status, 401);
}

#[tokio::test]
async fn a_form_posted_after_the_timeout_leads_to_login_with_the_reason() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    app.wait(31 * MINUTE);
    let mut fields = crate::support::helpers::preferences(&[]);
    fields.push(("csrf_token", &token));
    let answer = ann.post_bare("/api/preferences", &fields).await;
    answer.assert_redirect("/login?return_to=/preferences&expired=true");
}

#[tokio::test]
async fn after_its_whole_lifetime_the_row_is_gone_and_the_mark_says_expired() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(25 * HOUR);
    ann.get("/account").await.assert_redirect("/login?return_to=/account&expired=true");
    assert_eq!(ann.session_cookie(), None);
}

#[tokio::test]
async fn an_anonymous_session_that_is_gone_gets_no_mark() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    app.app.sessions.rows.end_everyone().await.unwrap();
    visitor.get("/account").await.assert_redirect("/login?return_to=/account");
    assert_eq!(visitor.session_cookie(), None);
}

#[tokio::test]
async fn expired_sessions_are_neither_listed_nor_counted() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    app.wait(20 * MINUTE);
    let phone = app.logged_in("ann@example.com").await;
    app.wait(15 * MINUTE);
    let listed = phone.json().get("/sessions").await;
    assert_eq!(listed.json().as_array().unwrap().len(), 1);
    assert_eq!(listed.header("x-total-count"), "1");
    assert_eq!(app.stats().await.signed_in, 1);
    drop(laptop);
}

#[tokio::test]
async fn every_duration_goes_down_to_milliseconds() {
    let app = Setup::default()
        .var("SESSION_IDLE_TIMEOUT", "400ms")
        .var("SESSION_ABSOLUTE_LIFETIME", "900ms")
        .var("SESSION_TTL", "2s")
        .spawn()
        .await;
    let ann = app.registered("ann@example.com").await;
    app.clock.advance(time::Duration::milliseconds(399));
    assert_eq!(ann.get("/account").await.status, 200);
    app.clock.advance(time::Duration::milliseconds(399));
    assert_eq!(ann.get("/account").await.status, 200);
    app.clock.advance(time::Duration::milliseconds(102));
    assert_eq!(ann.get("/account").await.status, 303);
}

#[tokio::test]
async fn a_forged_cookie_gets_no_mark_and_asks_no_store() {
    let watch = crate::support::watched::Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let cookie = ann.session_cookie().unwrap();
    watch.take();
    let mut flipped = cookie.clone().into_bytes();
    flipped[5] = if flipped[5] == b'A' { b'B' } else { b'A' };
    for forged in [
        String::from_utf8(flipped).unwrap(),
        cookie[..cookie.len() - 2].to_owned(),
        "v1.x.y.z".to_owned(),
        "garbage".to_owned(),
        String::new(),
        "v1.AAAAAAAAAAAAAAAAAAAAAA.1772355600000.s.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
    ] {
        let thief = app.browser();
        thief.set_cookie("sessionId", &forged);
        thief.get("/account").await.assert_redirect("/login?return_to=/account");
    }
    assert!(watch.take().is_empty());
}

#[tokio::test]
async fn info_says_when_the_session_ends() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let session = &ann.info().await["session"];
    assert_eq!(session["login_time"], "2026-03-01T09:00:00Z");
    assert_eq!(session["idle_expires_at"], "2026-03-01T09:30:00Z");
    assert_eq!(session["absolute_expires_at"], "2026-03-01T21:00:00Z");
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    let session = &visitor.info().await["session"];
    assert!(session["handle"].is_string());
    for field in ["login_time", "idle_expires_at", "absolute_expires_at"] {
        assert_eq!(session[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn a_clock_set_back_prolongs_no_login() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await;
    let visitor = app.browser();
    visitor.save_preferences(&[("theme", "light")]).await;
    app.wait(-5 * MINUTE);
    assert_eq!(ann.get("/account").await.status, 200, "clocks may differ a little");
    app.wait(-1);
    ann.get("/account").await.assert_redirect("/login?return_to=/account&expired=true");
    let info = ann.info().await;
    assert_eq!(info["authenticated"], false);
    assert_eq!(info["preferences"]["theme"], "dark", "the visitor's choices are kept");
    assert_eq!(visitor.info().await["preferences"]["theme"], "light", "nobody is signed in there");
}

#[tokio::test]
async fn activity_before_a_clock_was_set_back_prolongs_no_login() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(20 * MINUTE);
    assert_eq!(ann.get("/account").await.status, 200);
    // Not before the login, only before what the session has seen since.
    app.wait(-10 * MINUTE);
    ann.get("/account").await.assert_redirect("/login?return_to=/account&expired=true");
    let again = app.logged_in("ann@example.com").await;
    assert_eq!(again.get("/account").await.status, 200, "a new login is possible at once");
}

#[tokio::test]
async fn a_clock_that_jumps_by_decades_breaks_nothing() {
    const DECADE: i64 = 10 * 365 * 24 * HOUR;
    let app = TestApp::spawn().await;
    let mut ann = app.registered("ann@example.com").await;
    let visitor = app.browser();
    visitor.save_preferences(&[("theme", "dark")]).await;
    for jump in [DECADE, -2 * DECADE, DECADE, HOUR, -HOUR] {
        app.wait(jump);
        for browser in [ann.copy(), visitor.copy(), app.browser()] {
            for path in ["/", "/login", "/preferences", "/account", "/session", "/session-info"] {
                let answer = browser.get(path).await;
                assert!(!answer.status.is_server_error(), "{jump} {path}: {}", answer.status);
                let ages = answer.set_cookies().into_iter().filter_map(|cookie| cookie.max_age());
                assert!(ages.into_iter().all(|age| !age.is_negative()), "{jump} {path}");
            }
        }
        assert_eq!(ann.get("/account").await.status, 303, "{jump}: no login is prolonged");
        ann = app.logged_in("ann@example.com").await;
        assert_eq!(ann.get("/account").await.status, 200, "{jump}: a new login is possible at once");
    }
}
