use crate::support::helpers::{PASSWORD, Setup, TestApp, preferences};
use crate::support::watched::Watch;

async fn away() -> (TestApp, std::sync::Arc<Watch>, crate::support::helpers::Browser) {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    watch.set_away(true);
    (app, watch, ann)
}

#[tokio::test]
async fn what_needs_the_session_answers_503_and_keeps_the_cookie() {
    let (_app, watch, ann) = away().await;
    let cookie = ann.session_cookie();
    assert!(ann.get("/session-info").await.header("content-type").starts_with("application/json"));
    for path in [
        "/preferences",
        "/session",
        "/account",
        "/session-info",
        "/sessions",
        "/history", // slim: trainer
    ] {
        let answer = ann.get(path).await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(!answer.header("retry-after").is_empty(), "{path}");
        assert!(answer.set_cookies().is_empty(), "{path}");
        let json = ann.json().get(path).await;
        // The cause is for the log.
        assert!(!format!("{} {}", answer.body, json.body).contains("says the test"), "{path}");
        assert_eq!(json.status, 503, "{path}");
        assert_eq!(json.json()["error"], "store_unavailable", "{path}");
    }
    watch.set_away(false);
    assert_eq!(ann.session_cookie(), cookie);
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn public_pages_go_on_with_a_notice() {
    let (app, _watch, ann) = away().await;
    for path in ["/", "/login", "/register", /* slim: trainer */ "/workout" /* slim: end */] {
        let answer = ann.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.role("status").is_empty(), "{path}: a notice");
        let stranger = app.browser().get(path).await;
        assert_eq!(stranger.status, 200, "{path}");
    }
    assert_eq!(app.browser().get("/preferences").await.status, 200, "no session is needed");
}

#[tokio::test]
async fn nobody_is_told_to_be_logged_out_who_is_not() {
    let (_app, watch, ann) = away().await;
    let token = "whatever";
    let answer = ann.post_bare("/api/auth/logout", &[("csrf_token", token)]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("still logged in"));
    assert!(answer.set_cookies().is_empty());
    assert_eq!(ann.json().post_bare("/api/auth/logout", &[]).await.json()["error"], "logout_not_done");
    let everywhere = ann.post_bare("/api/auth/logout-everywhere", &[("csrf_token", token)]).await;
    assert_eq!(everywhere.status, 503);
    assert!(everywhere.body.contains("still logged in"));
    watch.set_away(false);
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn a_store_that_fails_in_the_middle_of_a_logout_is_told() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    let gate = watch.pause_at("delete");
    let fields = [("csrf_token", token.as_str())];
    let post = ann.post_bare("/api/auth/logout", &fields);
    let fail = async {
        gate.reached().await;
        watch.set_away(true);
        gate.open();
    };
    let (answer, ()) = tokio::join!(post, fail);
    assert_eq!(answer.status, 503);
    assert!(answer.set_cookies().is_empty());
    watch.set_away(false);
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn logging_in_says_so_too() {
    let (app, watch, ann) = away().await;
    let answer = ann.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 503);
    assert!(!answer.role("alert").is_empty());
    // Without a cookie the outage only shows when the session is to be created.
    let stranger = app.browser();
    let answer = stranger.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(!answer.role("alert").is_empty());
    assert!(stranger.session_cookie().is_none());
    assert_eq!(app.browser().post_bare("/api/preferences", &preferences(&[])).await.status, 503);
    assert_eq!(app.browser().get("/readyz").await.status, 503);
    let newcomer = app.browser().register("Bob", "bob@example.com", PASSWORD).await;
    assert_eq!(newcomer.status, 503);
    assert!(!newcomer.header("retry-after").is_empty() && !newcomer.role("alert").is_empty());
    assert_eq!(newcomer.input("email").as_deref(), Some("bob@example.com"), "the input is kept");
    watch.set_away(false);
    app.browser().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    // No account was created for the person who was told that none was.
    app.browser().register("Bob", "bob@example.com", PASSWORD).await.assert_redirect("/");
}
