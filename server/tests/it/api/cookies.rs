use serde_json::Value;

use crate::support::helpers::{Setup, TestApp, shared_by_instances};

const OLD: &str = "an old secret of more than thirty-two bytes";
const NEW: &str = "a new secret of more than thirty-two bytes!";

#[tokio::test]
async fn the_cookie_has_the_attributes_the_session_page_tells() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    let cookie = visitor.save_preferences(&[]).await.session_cookie().unwrap();
    assert_eq!(cookie.name(), "sessionId");
    assert_eq!(cookie.http_only(), Some(true));
    assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax));
    assert_eq!(cookie.path(), Some("/"));
    assert_eq!(cookie.max_age(), Some(time::Duration::hours(24)));
    assert_ne!(cookie.secure(), Some(true), "http in development");
    let page = visitor.get("/session").await;
    for word in ["sessionId", "HttpOnly", "SameSite", "Lax", "24 hours"] {
        assert!(page.body.contains(word), "{word}");
    }
}

#[tokio::test]
async fn name_samesite_and_lifetime_can_be_chosen() {
    let app = Setup::default()
        .var("SESSION_COOKIE_NAME", "trainer_sessionId")
        .var("SESSION_COOKIE_SAMESITE", "strict")
        .var("SESSION_TTL", "2h")
        .spawn()
        .await;
    let cookie = app.browser().save_preferences(&[]).await.session_cookie().unwrap();
    assert_eq!(cookie.name(), "trainer_sessionId");
    assert_eq!(cookie.same_site(), Some(cookie::SameSite::Strict));
    assert_eq!(cookie.max_age(), Some(time::Duration::hours(2)));
}

/// Two servers on the same stores: before and after a change of secrets. `None` if the stores cannot be
/// shared.
async fn pair(second: &str) -> Option<(TestApp, TestApp)> {
    let before = shared_by_instances()?.var("SESSION_SECRETS", OLD).spawn().await;
    let after = Setup::default().on(&before.urls).var("SESSION_SECRETS", second).spawn().await;
    Some((before, after))
}

#[tokio::test]
async fn rotating_secrets_logs_nobody_out() {
    let Some((before, after)) = pair(&format!("{NEW},{OLD}")).await else { return };
    let ann = before.registered("ann@example.com").await;
    let moved = after.browser();
    moved.set_cookie("sessionId", &ann.session_cookie().unwrap());
    let first = moved.get("/account").await;
    assert_eq!(first.status, 200);
    assert!(first.session_cookie().is_some(), "signed again, with the newest secret");
    assert!(moved.get("/account").await.session_cookie().is_none(), "once is enough");
    moved.save_preferences(&[("goal", "mobility")]).await.assert_redirect("/preferences?saved=true");
}

#[tokio::test]
async fn one_visit_is_enough_to_need_the_old_secret_no_more() {
    let Some(setup) = shared_by_instances() else { return };
    let old = setup.var("SESSION_SECRETS", OLD).spawn().await;
    let with = |secrets: &str| Setup::default().on(&old.urls).var("SESSION_SECRETS", secrets).spawn();
    let ann = old.registered("ann@example.com").await;
    let both = with(&format!("{NEW},{OLD}")).await;
    let during = both.browser();
    during.set_cookie("sessionId", &ann.session_cookie().unwrap());
    assert_eq!(during.get("/account").await.status, 200);
    let new = with(NEW).await;
    let after = new.browser();
    after.set_cookie("sessionId", &during.session_cookie().unwrap());
    assert_eq!(after.get("/account").await.status, 200, "cookie and row are those of the new secret");
}

#[tokio::test]
async fn a_form_opened_before_the_rotation_can_still_be_sent() {
    let Some((before, after)) = pair(&format!("{NEW},{OLD}")).await else { return };
    let ann = before.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    let moved = after.browser();
    moved.set_cookie("sessionId", &ann.session_cookie().unwrap());
    moved.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await.assert_redirect("/login");
}

#[tokio::test]
async fn without_the_old_secret_its_cookies_are_forged_ones() {
    let Some((before, after)) = pair(NEW).await else { return };
    let ann = before.registered("ann@example.com").await;
    let moved = after.browser();
    moved.set_cookie("sessionId", &ann.session_cookie().unwrap());
    let answer = moved.get("/account").await;
    answer.assert_redirect("/login?return_to=/account");
    assert!(answer.set_cookies().is_empty(), "the other instance may have the right secrets");
    assert!(ann.is_signed_in().await, "and nothing was destroyed");
}

#[tokio::test]
async fn two_cookies_of_the_name_are_sorted_out() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let cookie = ann.session_cookie().unwrap();
    let mut headers = http::HeaderMap::new();
    headers.insert("accept", "application/json".parse().unwrap());
    let thief = app.browser();
    // Our jar would send only one; a parent domain's cookie comes first in the header.
    thief.set_cookie("sessionId", &format!("v1.forged.0.s.AAAA; sessionId={cookie}"));
    let info = thief.send(http::Method::GET, "/session-info", headers, None).await.json();
    assert_eq!(info["authenticated"], true);
}

#[tokio::test]
async fn ids_are_all_different() {
    let app = TestApp::spawn().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let visitor = app.browser();
        visitor.save_preferences(&[]).await;
        assert!(seen.insert(visitor.session_cookie().unwrap().split('.').nth(1).unwrap().to_owned()));
        assert_eq!(visitor.info().await["user"], Value::Null);
    }
}
