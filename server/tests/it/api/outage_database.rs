//! The database is unavailable while the session store responds.

use std::sync::Arc;

use crate::support::helpers::{Browser, PASSWORD, Setup, TestApp};
use crate::support::watched::Watch;

/// Ann is signed in, no longer cached, and the database is unavailable.
async fn away() -> (TestApp, Arc<Watch>, Browser) {
    let watch = Watch::new();
    let app = Setup::default().watched_database(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(301);
    watch.set_away(true);
    (app, watch, ann)
}

#[tokio::test]
async fn nobody_becomes_anonymous_because_their_account_cannot_be_read() {
    let (_app, watch, ann) = away().await;
    for path in [
        "/preferences",
        "/session",
        "/account",
        "/session-info",
        "/sessions",
        "/history", // slim: trainer
    ] {
        for answer in [ann.get(path).await, ann.json().get(path).await] {
            assert_eq!(answer.status, 503, "{path}: {}", answer.body);
            assert!(!answer.header("retry-after").is_empty(), "{path}");
            assert!(answer.set_cookies().iter().all(|cookie| cookie.max_age() != Some(time::Duration::ZERO)));
        }
    }
    for path in ["/", "/login", "/register", /* slim: trainer */ "/workout" /* slim: end */] {
        let answer = ann.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.role("status").is_empty(), "{path}: a notice");
    }
    watch.set_away(false);
    assert!(ann.is_signed_in().await);
}

// slim: trainer
#[tokio::test]
async fn a_workout_that_cannot_be_read_is_not_replaced_by_a_fresh_plan() {
    let watch = Watch::new();
    let app = Setup::default().watched_database(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.log("b1s1").await.assert_redirect("/workout#b1s1");
    // Her profile is cached at first, so that it is known who she is.
    for seconds in [0, 301] {
        app.wait(seconds);
        watch.set_away(true);
        for path in ["/workout", "/workout?sheet"] {
            let page = ann.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.role("status").contains("We can’t reach your workouts at the moment"), "{path}");
            assert!(!page.body.contains("/api/workouts/"), "{path}: no form of another workout");
        }
        watch.set_away(false);
        assert!(ann.get("/workout").await.body.contains("1 of "));
    }
}
// slim: end

#[tokio::test]
async fn what_needs_only_the_session_store_is_done() {
    let (app, watch, ann) = away().await;
    watch.set_away(false);
    let (bob, token) = (app.logged_in("ann@example.com").await, ann.csrf_token().await.unwrap());
    let bobs_token = bob.csrf_token().await.unwrap();
    app.wait(301);
    watch.set_away(true);
    bob.post_bare("/api/auth/logout", &[("csrf_token", &bobs_token)]).await.assert_redirect("/login");
    assert_eq!(app.stats().await.live, 1, "logged out is logged out");
    let answer = ann.post_bare("/api/auth/logout-everywhere", &[("csrf_token", &token)]).await;
    answer.assert_redirect("/login");
    assert_eq!(app.stats().await.live, 0);
}

#[tokio::test]
async fn a_login_says_so_and_leaves_nothing_behind() {
    let (app, watch, _ann) = away().await;
    let live = app.stats().await.live;
    let stranger = app.browser();
    let answer = stranger.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 503);
    assert!(!answer.role("alert").is_empty());
    // Unavailable from the moment the session exists: its account cannot be read again, so the session must
    // not stay.
    for operation in ["user", "set_preferences"] {
        watch.set_away(false);
        let visitor = app.browser();
        visitor.save_preferences(&[("theme", "dark")]).await;
        watch.fail_at(&[operation]);
        let answer = visitor.log_in("ann@example.com", PASSWORD).await;
        assert_eq!(answer.status, 503, "{operation}: {}", answer.body);
        watch.fail_at(&[]);
        assert!(!visitor.is_signed_in().await, "{operation}");
        assert_eq!(app.stats().await.live, live, "{operation}");
        let events = app.app.db.events(&user_id(&app).await, 100).await.unwrap();
        let successes = events.iter().filter(|event| event.kind == "authn_login_success").count();
        assert_eq!(successes, 1, "{operation}: the one of the registration");
    }
}

async fn user_id(app: &TestApp) -> domain::account::UserId {
    let email = domain::account::EmailAddress::parse("ann@example.com").unwrap();
    app.app.db.user_by_email(&email).await.unwrap().unwrap().id
}

#[tokio::test]
async fn ready_says_which_store_is_away() {
    let (sessions, database) = (Watch::new(), Watch::new());
    let app = Setup::default().watched(&sessions).watched_database(&database).spawn().await;
    let probe = app.browser();
    for (sessions_away, database_away, says) in [
        (false, false, "ready\n"),
        (true, false, "the session store does not answer\n"),
        (false, true, "the database does not answer\n"),
        (true, true, "the session store does not answer\nthe database does not answer\n"),
        (false, false, "ready\n"),
    ] {
        sessions.set_away(sessions_away);
        database.set_away(database_away);
        let answer = probe.get("/readyz").await;
        assert_eq!(answer.status, if sessions_away || database_away { 503 } else { 200 });
        assert_eq!(answer.body, says);
        assert_eq!(probe.get("/healthz").await.status, 200);
    }
}
