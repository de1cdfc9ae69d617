//! A store that fails between two steps of one request: responses never claim anything untrue.

use crate::support::helpers::{Browser, PASSWORD, Setup, TestApp};
use crate::support::watched::Watch;

const NEW_PASSWORD: &str = "another walk at dawn";

async fn watched() -> (TestApp, std::sync::Arc<Watch>, Browser) {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    (app, watch, ann)
}

async fn kinds_of_events(app: &TestApp) -> Vec<String> {
    let email = domain::account::EmailAddress::parse("ann@example.com").unwrap();
    let user = app.app.db.user_by_email(&email).await.unwrap().unwrap();
    app.app.db.events(&user.id, 100).await.unwrap().into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn a_login_whose_session_cannot_be_made_is_no_login() {
    let (app, watch, _ann) = watched().await;
    let before = kinds_of_events(&app).await;
    watch.fail_at(&["create"]);
    let stranger = app.browser();
    let answer = stranger.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 503);
    assert!(!answer.role("alert").is_empty() && !answer.header("retry-after").is_empty());
    assert!(answer.set_cookies().is_empty());
    assert_eq!(kinds_of_events(&app).await, before, "no success is noted");
    watch.fail_at(&[]);
    stranger.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn a_session_that_cannot_be_taken_back_gets_no_cookie() {
    let (sessions, database) = (Watch::new(), Watch::new());
    let app = Setup::default().watched(&sessions).watched_database(&database).spawn().await;
    app.registered("ann@example.com").await;
    sessions.fail_at(&["delete"]);
    database.fail_at(&["user"]);
    let stranger = app.browser();
    let answer = stranger.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 503);
    assert_eq!(stranger.session_cookie(), None, "a client told to retry is not logged in");
    sessions.fail_at(&[]);
    database.fail_at(&[]);
}

#[tokio::test]
async fn an_account_whose_owner_is_told_to_try_again_is_not_made() {
    let (app, watch, _ann) = watched().await;
    watch.fail_at(&["create"]);
    let bob = app.browser();
    assert_eq!(bob.register("Bob", "bob@example.com", PASSWORD).await.status, 503);
    watch.fail_at(&[]);
    bob.register("Bob", "bob@example.com", PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn a_log_out_that_failed_is_not_noted_as_one() {
    let (app, watch, ann) = watched().await;
    let token = ann.csrf_token().await.unwrap();
    watch.fail_at(&["delete", "end_all"]);
    for path in ["/api/auth/logout", "/api/auth/logout-everywhere"] {
        let answer = ann.post_bare(path, &[("csrf_token", &token)]).await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(answer.body.contains("still logged in"), "{path}");
        assert!(answer.set_cookies().is_empty(), "{path}");
    }
    assert!(!kinds_of_events(&app).await.iter().any(|kind| kind.starts_with("session_logout")));
    watch.fail_at(&[]);
    assert!(ann.is_signed_in().await);
    ann.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await.assert_redirect("/login");
    assert_eq!(kinds_of_events(&app).await[0], "session_logout");
}

#[tokio::test]
async fn an_id_that_cannot_be_replaced_stays_the_only_one() {
    let (app, watch, ann) = watched().await;
    let token = ann.csrf_token().await.unwrap();
    let cookie = ann.session_cookie();
    let fields = [("csrf_token", token.as_str()), ("current_password", PASSWORD)];
    watch.fail_at(&["replace"]);
    let answer = ann.post_bare("/api/account/confirm", &fields).await;
    assert_eq!(answer.status, 503);
    watch.fail_at(&[]);
    assert_eq!(ann.session_cookie(), cookie);
    assert!(ann.is_signed_in().await);
    assert_eq!(app.stats().await.live, 1);
}

#[tokio::test]
async fn a_password_change_that_leaves_other_sessions_alive_says_so() {
    let (app, watch, ann) = watched().await;
    let other = app.logged_in("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    let fields =
        [("csrf_token", token.as_str()), ("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
    // Known to be unavailable beforehand: nothing is changed.
    watch.fail_at(&["ping"]);
    assert_eq!(ann.post_bare("/api/account/password", &fields).await.status, 503);
    app.browser().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    // Failing in the middle: the response says what was done, and what was not.
    watch.fail_at(&["end_all"]);
    let answer = ann.post_bare("/api/account/password", &fields).await;
    assert_eq!(answer.status, 503);
    assert!(answer.role("alert").contains("may still be logged in"), "{}", answer.role("alert"));
    watch.fail_at(&[]);
    assert!(other.is_signed_in().await);
    app.browser().log_in("ann@example.com", NEW_PASSWORD).await.assert_redirect("/");
    ann.post("/api/auth/logout-everywhere", &[]).await.assert_redirect("/login");
    assert!(!other.is_signed_in().await);
}
