//! A login whose answer never arrived, and the second click on `Log in`.

use crate::api::oauth::local;
use crate::support::helpers::{PASSWORD, Setup, TestApp};
use crate::support::provider::allow;
use crate::support::watched::Watch;

#[tokio::test]
async fn a_login_whose_answer_was_lost_can_be_repeated_at_once() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    // The browser never sees the new cookie.
    visitor.copy().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    let again = visitor.log_in("ann@example.com", PASSWORD).await;
    again.assert_redirect("/");
    assert!(again.session_cookie().is_some());
    assert!(visitor.is_signed_in().await);
}

#[tokio::test]
async fn after_a_login_whose_answer_was_lost_every_other_way_in_works_too() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let lost = async || {
        let visitor = app.browser();
        visitor.save_preferences(&[]).await;
        visitor.copy().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
        visitor
    };
    let by_provider = lost().await;
    let start = by_provider.get("/auth/elsewhere").await;
    assert!(start.attempt_cookie().is_some() && start.session_cookie().is_none());
    let location = local(&app, start.location());
    let back = allow(&by_provider, location, "Olga", "olga@example.com");
    by_provider.get(local(&app, back.location())).await.assert_redirect("/");
    assert!(by_provider.is_signed_in().await);

    let by_registration = lost().await;
    by_registration.register("Bob", "bob@example.com", PASSWORD).await.assert_redirect("/");
    assert!(by_registration.is_signed_in().await);
}

#[tokio::test]
async fn a_double_click_on_log_in_signs_in_whichever_answer_arrives() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    app.registered("ann@example.com").await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    let (first, second) = (visitor.copy(), visitor.copy());
    // The second click arrives before the first has replaced the id, and is overtaken by it.
    let gate = watch.pause_at("replace");
    let overtake = async {
        gate.reached().await;
        first.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
        gate.open();
    };
    let (answer, ()) = tokio::join!(second.log_in("ann@example.com", PASSWORD), overtake);
    answer.assert_redirect("/");
    assert!(first.is_signed_in().await && second.is_signed_in().await);
}
