//! Linking, unlinking, and confirming one's identity through a provider.

use crate::api::oauth::allow;
use crate::support::helpers::{Browser, TestApp};

fn local<'a>(app: &TestApp, location: &'a str) -> &'a str {
    location.strip_prefix(&app.url).unwrap_or(location)
}

/// From `/auth/demo…` to where the callback leads.
pub(crate) async fn over_demo(app: &TestApp, browser: &Browser, start: &str) -> String {
    let start = browser.get(start).await;
    let back = allow(browser, local(app, start.location()), "Ann", "ann@elsewhere.example").await;
    browser.get(local(app, back.location())).await.location().to_owned()
}

async fn link(app: &TestApp, browser: &Browser) -> String {
    let asked = browser.post("/api/identities/link", &[("provider", "demo")]).await;
    asked.assert_redirect("/account/link/demo");
    let page = browser.get("/account/link/demo").await;
    assert!(page.body.contains("/auth/demo"), "{}", page.body);
    over_demo(app, browser, "/auth/demo").await
}

#[tokio::test]
async fn a_linked_identity_is_a_second_way_in() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let before = ann.session_cookie();
    assert_eq!(link(&app, &ann).await, "/account?done=linked");
    assert_ne!(ann.session_cookie(), before, "a new id at a change of credentials");
    let id = ann.info().await["user"]["id"].clone();
    ann.post("/api/auth/logout", &[]).await;
    assert_eq!(over_demo(&app, &ann, "/auth/demo").await, "/");
    assert_eq!(ann.info().await["user"]["id"], id);
}

#[tokio::test]
async fn nothing_is_linked_that_nobody_asked_for() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.get("/account/link/demo").await.assert_redirect("/account");
    for start in ["/auth/demo", "/auth/demo?intent=link", "/auth/demo?return_to=/account"] {
        ann.get(start).await.assert_redirect("/account");
    }
    assert_eq!(ann.json().post("/api/identities/link", &[("provider", "nobody")]).await.status, 404);
}

#[tokio::test]
async fn an_identity_of_another_account_stays_there() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    over_demo(&app, &olga, "/auth/demo").await;
    olga.post("/api/auth/logout", &[]).await;
    olga.register("Ann", "ann@example.com", crate::support::helpers::PASSWORD).await.assert_redirect("/");
    assert_eq!(link(&app, &olga).await, "/account?error=identity_taken");
    assert!(!olga.get("/account?error=identity_taken").await.role("alert").is_empty());
}

#[tokio::test]
async fn the_last_way_in_is_never_unlinked() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    over_demo(&app, &olga, "/auth/demo").await;
    let answer = olga.post("/api/identities/unlink", &[("provider", "demo")]).await;
    answer.assert_redirect("/account?error=last_way_in");
    let answer = olga.json().post("/api/identities/unlink", &[("provider", "demo")]).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (422, &"last_way_in".into()));
    // With a password there is another way to log in. The fresh login replaces the missing password.
    olga.post("/api/account/password", &[("new_password", "another long walk")]).await;
    let answer = olga.post("/api/identities/unlink", &[("provider", "demo")]).await;
    answer.assert_redirect("/account?done=unlinked");
    assert_eq!(olga.post("/api/identities/unlink", &[("provider", "demo")]).await.status, 404);
}

#[tokio::test]
async fn without_a_password_the_provider_proves_who_it_is() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    over_demo(&app, &olga, "/auth/demo").await;
    app.wait(601);
    let change = [("new_password", "another long walk")];
    let confirm = "/account/confirm?return_to=/account";
    olga.post("/api/account/password", &change).await.assert_redirect(confirm);
    assert!(olga.get(confirm).await.body.contains("intent=fresh"));
    let done = over_demo(&app, &olga, "/auth/demo?return_to=/account&intent=fresh").await;
    assert_eq!(done, "/account");
    olga.post("/api/account/password", &change).await.assert_redirect("/account?done=password");
}

#[tokio::test]
async fn another_persons_proof_proves_nothing() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(601);
    let done = over_demo(&app, &ann, "/auth/demo?return_to=/account&intent=fresh").await;
    assert_eq!(done, "/login?error=oauth_failed");
    ann.get(&done).await.assert_redirect("/account?error=oauth_failed");
    let answer = ann.post("/api/account/delete", &[("confirm", "ann@example.com")]).await;
    answer.assert_redirect("/account/confirm?return_to=/account");
}
