//! Linking, unlinking, and confirming one's identity through a provider.

use crate::support::helpers::{Browser, TestApp};
use crate::support::provider::allow;

fn local<'a>(app: &TestApp, location: &'a str) -> &'a str {
    location.strip_prefix(&app.url).unwrap_or(location)
}

/// From `/auth/elsewhere…` to where the callback leads.
pub(crate) async fn over_provider(app: &TestApp, browser: &Browser, start: &str) -> String {
    let start = browser.get(start).await;
    let back = allow(browser, local(app, start.location()), "Ann", "ann@elsewhere.example");
    browser.get(local(app, back.location())).await.location().to_owned()
}

async fn link(app: &TestApp, browser: &Browser) -> String {
    let asked = browser.post("/api/identities/link", &[("provider", "elsewhere")]).await;
    asked.assert_redirect("/account/link/elsewhere");
    let page = browser.get("/account/link/elsewhere").await;
    assert!(page.body.contains("/auth/elsewhere"), "{}", page.body);
    over_provider(app, browser, "/auth/elsewhere").await
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
    assert_eq!(over_provider(&app, &ann, "/auth/elsewhere").await, "/");
    assert_eq!(ann.info().await["user"]["id"], id);
}

#[tokio::test]
async fn nothing_is_linked_that_nobody_asked_for() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.get("/account/link/elsewhere").await.assert_redirect("/account");
    for start in ["/auth/elsewhere", "/auth/elsewhere?intent=link", "/auth/elsewhere?return_to=/account"] {
        ann.get(start).await.assert_redirect("/account");
    }
    assert_eq!(ann.json().post("/api/identities/link", &[("provider", "nobody")]).await.status, 404);
}

#[tokio::test]
async fn an_identity_of_another_account_stays_there() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    over_provider(&app, &olga, "/auth/elsewhere").await;
    olga.post("/api/auth/logout", &[]).await;
    olga.register("Ann", "ann@example.com", crate::support::helpers::PASSWORD).await.assert_redirect("/");
    assert_eq!(link(&app, &olga).await, "/account?error=identity_taken");
    assert!(!olga.get("/account?error=identity_taken").await.role("alert").is_empty());
}

#[tokio::test]
async fn the_last_way_in_is_never_unlinked() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    over_provider(&app, &olga, "/auth/elsewhere").await;
    let answer = olga.post("/api/identities/unlink", &[("provider", "elsewhere")]).await;
    answer.assert_redirect("/account?error=last_way_in");
    let answer = olga.json().post("/api/identities/unlink", &[("provider", "elsewhere")]).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (422, &"last_way_in".into()));
    // With a password there is another way to log in. The fresh login replaces the missing password.
    olga.post("/api/account/password", &[("new_password", "another long walk")]).await;
    let answer = olga.post("/api/identities/unlink", &[("provider", "elsewhere")]).await;
    answer.assert_redirect("/account?done=unlinked");
    assert_eq!(olga.post("/api/identities/unlink", &[("provider", "elsewhere")]).await.status, 404);
}

#[tokio::test]
async fn without_a_password_the_provider_proves_who_it_is() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    over_provider(&app, &olga, "/auth/elsewhere").await;
    app.wait(601);
    let change = [("new_password", "another long walk")];
    let confirm = "/account/confirm?return_to=/account";
    olga.post("/api/account/password", &change).await.assert_redirect(confirm);
    assert!(olga.get(confirm).await.body.contains("intent=fresh"));
    let done = over_provider(&app, &olga, "/auth/elsewhere?return_to=/account&intent=fresh").await;
    assert_eq!(done, "/account");
    olga.post("/api/account/password", &change).await.assert_redirect("/account?done=password");
}

#[tokio::test]
async fn another_persons_proof_proves_nothing() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(601);
    let done = over_provider(&app, &ann, "/auth/elsewhere?return_to=/account&intent=fresh").await;
    assert_eq!(done, "/login?error=oauth_failed");
    ann.get(&done).await.assert_redirect("/account?error=oauth_failed");
    let answer = ann.post("/api/account/delete", &[("confirm", "ann@example.com")]).await;
    answer.assert_redirect("/account/confirm?return_to=/account");
}

#[tokio::test]
async fn neither_linking_nor_unlinking_goes_without_a_fresh_login() {
    let app = TestApp::spawn().await;
    let confirm = "/account/confirm?return_to=/account";
    let is_linked = async |person: &Browser| {
        person.get("/account").await.body.contains(r#"action="/api/identities/unlink""#)
    };
    let ann = app.registered("ann@example.com").await;
    link(&app, &ann).await;
    app.wait(601);
    ann.post("/api/identities/unlink", &[("provider", "elsewhere")]).await.assert_redirect(confirm);
    assert!(is_linked(&ann).await);

    let bob = app.registered("bob@example.com").await;
    app.wait(601);
    bob.post("/api/identities/link", &[("provider", "elsewhere")]).await.assert_redirect(confirm);

    // Fresh when it was asked for, and no longer when the provider answers.
    let eve = app.registered("eve@example.com").await;
    app.wait(10);
    eve.post("/api/identities/link", &[("provider", "elsewhere")]).await;
    let start = eve.get("/auth/elsewhere").await;
    let back = allow(&eve, local(&app, start.location()), "Eve", "eve@elsewhere.example");
    app.wait(595);
    let led = eve.get(local(&app, back.location())).await.location().to_owned();
    assert!(led.starts_with("/account/confirm"), "{led}");
    assert!(!is_linked(&eve).await && is_linked(&ann).await);
}
