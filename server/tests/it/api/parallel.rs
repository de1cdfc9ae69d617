//! Many requests that change one session at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::future::join_all;
use serde_json::json;
use time::Duration;

use crate::api::oauth::local;
use crate::support::helpers::{PASSWORD, TestApp, preferences};
use crate::support::provider::decide;

/// Neither is the default.
const THEMES: [&str; 2] = ["dark", "light"];

#[tokio::test]
async fn a_hundred_parallel_saves_all_succeed() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
    let before = ann.preferences_saved_at().await;
    let token = ann.csrf_token().await.unwrap();
    let saves = (0..100).map(|i| {
        let (browser, token) = (ann.copy(), token.clone());
        async move {
            let mut fields = preferences(&[("theme", THEMES[i % 2])]);
            fields.push(("csrf_token", &token));
            browser.post_bare("/api/preferences", &fields).await.status.as_u16()
        }
    });
    let statuses = join_all(saves).await;
    let saved = statuses.iter().filter(|status| **status == 303).count();
    assert_eq!(saved, 100, "{statuses:?}");
    // The clock stands still, so each save is a millisecond later than the one it found. Where one has overwritten
    // another without having seen it, a millisecond is missing.
    assert_eq!(ann.preferences_saved_at().await - before, Duration::milliseconds(100));
    let phone = app.logged_in("ann@example.com").await;
    assert_eq!(phone.info().await["preferences"], ann.info().await["preferences"]);
}

#[tokio::test]
async fn after_parallel_saves_session_and_account_hold_the_same() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    for _ in 0..4 {
        join_all((0..50).map(|i| {
            let (browser, token) = (ann.copy(), token.clone());
            async move {
                let mut fields = preferences(&[("theme", THEMES[i % 2])]);
                fields.push(("csrf_token", &token));
                browser
                    .post_bare("/api/preferences", &fields)
                    .await
                    .assert_redirect("/preferences?saved=true");
            }
        }))
        .await;
        let phone = app.logged_in("ann@example.com").await;
        assert_eq!(ann.info().await["preferences"], phone.info().await["preferences"]);
    }
}

#[tokio::test]
async fn a_login_among_clients_that_save_without_a_pause_gets_in() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    let token = visitor.csrf_token().await.unwrap();
    let (saved, logged_in) = (AtomicUsize::new(0), AtomicBool::new(false));
    let saves = (0..5).map(|i| {
        let (browser, token, saved, logged_in) = (visitor.copy(), &token, &saved, &logged_in);
        async move {
            let mut fields = preferences(&[("theme", THEMES[i % 2])]);
            fields.push(("csrf_token", token));
            while !logged_in.load(Ordering::Relaxed) {
                let answer = browser.post_bare("/api/preferences", &fields).await;
                assert_eq!(answer.status, 303, "{}", answer.body);
                saved.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let log_in = async {
        while saved.load(Ordering::Relaxed) < 20 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        let answer = visitor.log_in("ann@example.com", PASSWORD).await;
        logged_in.store(true, Ordering::Relaxed);
        answer
    };
    let (_, answer) = tokio::join!(join_all(saves), log_in);
    answer.assert_redirect("/");
    assert!(visitor.is_signed_in().await);
}

#[tokio::test]
async fn parallel_changes_of_different_things_lose_none() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    // Two OAuth logins begin and preferences are saved concurrently, in one session.
    let token = visitor.csrf_token().await.unwrap();
    let mut fields = preferences(&[("theme", "dark")]);
    fields.push(("csrf_token", &token));
    let (a, b, c) = (visitor.copy(), visitor.copy(), visitor.copy());
    let (first, second, saved) = tokio::join!(
        a.get("/auth/elsewhere"),
        b.get("/auth/elsewhere"),
        c.post_bare("/api/preferences", &fields)
    );
    assert_eq!((first.status.as_u16(), second.status.as_u16(), saved.status.as_u16()), (303, 303, 303));
    assert_eq!(visitor.info().await["preferences"]["theme"], json!("dark"));
    // A refusal first: it uses up its own attempt and leaves the session as it is.
    for (started, decision, ends_at) in [(first, "deny", "/login?error=oauth_denied"), (second, "allow", "/")]
    {
        let location = local(&app, started.location());
        let back = decide(&visitor, location, "Ann", "ann@example.com", decision);
        visitor.get(local(&app, back.location())).await.assert_redirect(ends_at);
    }
    assert!(visitor.is_signed_in().await);
}
