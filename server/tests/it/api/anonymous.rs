use crate::support::helpers::{Setup, TestApp};
use crate::support::watched::Watch;

const PUBLIC: &[&str] = &[
    "/",
    "/login",
    "/register",
    "/preferences",
    "/session",
    "/session-info",
    "/workout", // slim: trainer
];

#[tokio::test]
async fn looking_around_costs_no_cookie_and_no_store_operation() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let visitor = app.browser();
    for path in PUBLIC {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.set_cookies().is_empty(), "{path}");
    }
    assert!(watch.take().is_empty());
    assert_eq!(app.stats().await.live, 0);
}

#[tokio::test]
async fn a_failed_login_gives_no_session_either() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    assert!(visitor.log_in("ann@example.com", "wrong password").await.set_cookies().is_empty());
    assert_eq!(app.stats().await.live, 0);
}

#[tokio::test]
async fn a_signed_in_request_costs_one_read_and_a_write_a_minute() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    watch.take();
    for path in [
        "/",
        "/preferences",
        "/account",
        "/session-info",
        "/history", // slim: trainer
    ] {
        ann.get(path).await;
        let operations = watch.take();
        assert_eq!(operations.into_iter().collect::<Vec<_>>(), [("load", 1)], "{path}");
    }
    app.wait(61);
    ann.get("/").await;
    assert_eq!(watch.take().into_iter().collect::<Vec<_>>(), [("load", 1), ("touch", 1)]);
    ann.get("/").await;
    assert_eq!(watch.take().into_iter().collect::<Vec<_>>(), [("load", 1)]);
}

#[tokio::test]
async fn saving_what_is_saved_already_writes_the_new_time_only_once() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    let token = visitor.csrf_token().await.unwrap();
    watch.take();
    let mut fields = crate::support::helpers::preferences(&[]);
    fields.push(("csrf_token", &token));
    visitor.post_bare("/api/preferences", &fields).await;
    assert_eq!(watch.take().get("save"), None, "nothing changed, not even the time");
}
