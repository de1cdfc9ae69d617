//! The OAuth flow over HTTP, as a browser goes through it.

use http::StatusCode;

use crate::support::helpers::{Answer, Browser, PASSWORD, Setup, TestApp};
use crate::support::provider::{self, allow, decide};

pub(crate) fn local<'a>(app: &TestApp, location: &'a str) -> &'a str {
    location.strip_prefix(&app.url).unwrap_or(location)
}

/// The whole flow, up to the response of the callback.
async fn continue_elsewhere(app: &TestApp, browser: &Browser, email: &str) -> Answer {
    let start = browser.get("/auth/elsewhere").await;
    assert_eq!(start.status, StatusCode::SEE_OTHER);
    let back = allow(browser, local(app, start.location()), "Olga", email);
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    browser.get(local(app, back.location())).await
}

#[tokio::test]
async fn the_whole_way() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere?return_to=/history").await;
    assert!(start.session_cookie().is_none() && start.attempt_cookie().is_some());
    for part in ["response_type=code", "code_challenge_method=S256", "code_challenge=", "state="] {
        assert!(start.location().contains(part), "{}", start.location());
    }
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    let done = olga.get(local(&app, back.location())).await;
    done.assert_redirect("/history");
    assert_eq!(done.header("referrer-policy"), "no-referrer");
    assert!(olga.session_cookie().is_some() && olga.attempt_cookies().is_empty());
    let info = olga.info().await;
    assert_eq!(info["user"]["provider"], "elsewhere");
    assert_eq!(info["user"]["display_name"], "Olga");
}

#[tokio::test]
async fn a_session_that_began_before_gets_a_new_id() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    olga.save_preferences(&[]).await;
    let before = olga.session_cookie().unwrap();
    continue_elsewhere(&app, &olga, "olga@example.com").await.assert_redirect("/");
    assert_ne!(olga.session_cookie().as_ref(), Some(&before));
    let late = app.browser();
    late.set_cookie("sessionId", &before);
    assert!(late.get("/").await.set_cookies().is_empty(), "a late answer must not remove the new cookie");
}

#[tokio::test]
async fn the_same_person_gets_the_same_account() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    continue_elsewhere(&app, &olga, "olga@example.com").await.assert_redirect("/");
    let first = olga.info().await["user"]["id"].clone();
    olga.post("/api/auth/logout", &[]).await;
    continue_elsewhere(&app, &olga, "other@example.com").await.assert_redirect("/");
    assert_eq!(olga.info().await["user"]["id"], first, "by subject, never by address");
}

#[tokio::test]
async fn preferences_come_along() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    olga.save_preferences(&[("theme", "dark")]).await;
    continue_elsewhere(&app, &olga, "olga@example.com").await;
    assert_eq!(olga.info().await["preferences"]["theme"], "dark");
}

#[tokio::test]
async fn saying_no_leads_to_login_with_an_alert_and_changes_nothing() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    olga.save_preferences(&[("theme", "dark")]).await;
    let start = olga.get("/auth/elsewhere").await;
    let back = decide(&olga, local(&app, start.location()), "Olga", "olga@example.com", "deny");
    let done = olga.get(local(&app, back.location())).await;
    done.assert_redirect("/login?error=oauth_denied");
    assert!(!olga.get(done.location()).await.role("alert").is_empty());
    let info = olga.info().await;
    assert_eq!(info["authenticated"], false);
    assert_eq!(info["preferences"]["theme"], "dark");
}

#[tokio::test]
async fn an_equal_address_opens_no_account() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let thief = app.browser();
    let done = continue_elsewhere(&app, &thief, "ANN@example.com").await;
    done.assert_redirect("/login?error=oauth_email_taken");
    assert!(thief.get(done.location()).await.role("alert").contains("already"));
    assert!(!thief.is_signed_in().await);
}

#[tokio::test]
async fn a_callback_works_once_and_only_for_its_own_browser_and_provider() {
    let app = Setup { vars: provider::under_another_name().into(), ..Setup::default() }.spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    let callback = local(&app, back.location()).to_owned();

    let stranger = app.browser();
    stranger.get("/auth/elsewhere").await;
    stranger.get(&callback).await.assert_redirect("/login?error=oauth_expired");
    app.browser().get(&callback).await.assert_redirect("/login?error=oauth_expired");
    // Both have the same address and client: it is the attempt alone that says where an answer belongs.
    assert_eq!(app.browser().get("/auth/other").await.status, StatusCode::SEE_OTHER);
    let other = callback.replace("/auth/elsewhere/", "/auth/other/");
    assert_ne!(other, callback);
    olga.get(&other).await.assert_redirect("/login?error=oauth_expired");

    let before = olga.copy();
    olga.get(&callback).await.assert_redirect("/");
    app.wait(61);
    assert_eq!(
        before.get(&callback).await.location(),
        "/login?error=oauth_expired",
        "the old id is replaced"
    );
    let again = olga.get(&callback).await;
    again.assert_redirect("/login?error=oauth_expired");
    assert!(olga.is_signed_in().await, "and nothing is lost by trying");
}

#[tokio::test]
async fn twelve_callbacks_at_once_are_one_login() {
    let app = TestApp::spawn().await;
    for round in 0..3_u64 {
        let olga = app.browser();
        let start = olga.get("/auth/elsewhere").await;
        let email = format!("olga{round}@example.com");
        let back = allow(&olga, local(&app, start.location()), "Olga", &email);
        let callback = local(&app, back.location()).to_owned();
        let answers = futures::future::join_all((0..12).map(|_| {
            let (tab, callback) = (olga.copy(), callback.clone());
            async move { tab.get(&callback).await }
        }))
        .await;
        assert!(answers.iter().all(|answer| answer.location() == "/"), "{answers:?}");
        let id = |answer: &Answer| {
            let cookie = answer.session_cookie().unwrap();
            cookie.value().split('.').nth(1).unwrap().to_owned()
        };
        assert!(answers.iter().all(|answer| id(answer) == id(&answers[0])), "{answers:?}");
        assert_eq!(app.stats().await.signed_in, round + 1);
    }
}

#[tokio::test]
async fn a_state_is_used_up_by_whatever_came_back() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    let callback = local(&app, back.location()).to_owned();
    let wrong = format!("/auth/elsewhere/callback?code=wrong&state={}", back.state());
    let before = olga.copy();
    assert!(olga.get(&wrong).await.location().starts_with("/login?error=oauth_failed"));
    olga.get(&callback).await.assert_redirect("/login?error=oauth_expired");
    // Nor does it help to keep the cookie that the answer removed.
    before.copy().get(&callback).await.assert_redirect("/login?error=oauth_expired");
    before.get(&wrong).await.assert_redirect("/login?error=oauth_failed");
}

#[tokio::test]
async fn an_attempt_is_too_old_after_ten_minutes() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    app.wait(590);
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    app.wait(20);
    olga.get(local(&app, back.location())).await.assert_redirect("/login?error=oauth_expired");
    assert!(olga.attempt_cookies().is_empty());
    assert_eq!(app.stats().await.live, 0);
}

#[tokio::test]
async fn broken_callbacks_end_at_login() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    for query in [
        "",
        "?code=x",
        "?state=x",
        "?code=x&state=",
        "?code=x&state=y&state=z",
        "?error=%3Cb%3E&state=x",
        // Answers of flows that we do not use.
        "?access_token=x&token_type=bearer&state=x",
        "?id_token=x.y.z&state=x",
    ] {
        let answer = olga.get(&format!("/auth/elsewhere/callback{query}")).await;
        assert!(answer.location().starts_with("/login?error=oauth_"), "{query}: {}", answer.status);
    }
    for unknown in ["/auth/unknown", "/auth/unknown/callback?code=x&state=y"] {
        assert_eq!(olga.get(unknown).await.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn an_unknown_error_code_shows_nothing() {
    let app = TestApp::spawn().await;
    for path in ["/login?error=call+0900", "/login?__path=/api/auth/login&__err=Q2FsbCBtZQ"] {
        let page = app.browser().get(path).await;
        assert!(page.role("alert").is_empty());
        assert!(!page.body.contains("0900") && !page.body.contains("Call me"));
    }
}

#[tokio::test]
async fn asking_for_the_head_starts_nothing() {
    let app = TestApp::spawn().await;
    let answer =
        app.browser().send(http::Method::HEAD, "/auth/elsewhere", http::HeaderMap::new(), None).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.set_cookies().is_empty());
}

#[tokio::test]
async fn signed_in_without_an_intent_nothing_is_started() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.get("/auth/elsewhere").await.assert_redirect("/account");
}

#[tokio::test]
async fn an_account_without_a_password_opens_to_no_password() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    continue_elsewhere(&app, &olga, "olga@example.com").await;
    let answer = app.browser().log_in("olga@example.com", PASSWORD).await;
    assert_eq!(answer.status, 422);
    assert!(answer.role("alert").contains("Email or password is incorrect."));
}

#[tokio::test]
async fn with_strict_cookies_the_callback_comes_back_once_from_our_own_site() {
    let app = Setup::default().var("SESSION_COOKIE_SAMESITE", "strict").spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    let callback = local(&app, back.location()).to_owned();
    // Coming from the provider, the browser does not send the cookie.
    let page = app.browser().get(&callback).await;
    assert_eq!(page.status, StatusCode::OK);
    // The cookie of the attempt is sent, but a session may still be missing.
    let with_attempt = olga.get(&callback).await;
    assert_eq!((with_attempt.status, &with_attempt.body), (StatusCode::OK, &page.body));
    assert!(with_attempt.set_cookies().is_empty());
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let content = page.body.split("content=\"0;url=").nth(1).unwrap().split('"').next().unwrap();
    let again = content.replace("&amp;", "&");
    app.browser().get(&again).await.assert_redirect("/login?error=oauth_expired");
    olga.get(&again).await.assert_redirect("/");
    // Nothing causes a redirect loop.
    for query in ["code=a&state=b&x=%FF&again=1", "code=a&state=b&again=1&again=1", "x=%FF"] {
        let answer = app.browser().get(&format!("/auth/elsewhere/callback?{query}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{query}");
    }
    assert_eq!(app.browser().get("/auth/nobody/callback?code=a&state=b").await.status, StatusCode::NOT_FOUND);
}
