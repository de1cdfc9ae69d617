//! A public demonstration: everybody has an account of their own.

use domain::account::EmailAddress;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::support::helpers::{Browser, PASSWORD, Setup, TestApp};
use crate::support::watched::Watch;

pub(super) const ORIGIN: &str = "http://127.0.0.1:1";
const DAY: i64 = 24 * 60 * 60;

pub(super) fn demonstration() -> Setup {
    Setup::default().var("APP_ENV", "demo").var("PUBLIC_URL", ORIGIN)
}

/// Address and password as the account page shows them.
async fn shown_login(browser: &Browser) -> Option<(String, String)> {
    let page = scraper::Html::parse_document(&browser.get("/account").await.body);
    let codes = scraper::Selector::parse("#demo-login ~ dl code").unwrap();
    let texts: Vec<String> = page.select(&codes).map(|code| code.text().collect()).collect();
    let [email, password] = <[String; 2]>::try_from(texts).ok()?;
    Some((email, password))
}

/// A visitor with a demo account, and how to log in to it.
async fn visitor(app: &TestApp) -> (Browser, String, String) {
    let browser = app.browser();
    browser.post("/api/auth/demo", &[]).await.assert_redirect("/account?done=demo");
    let (email, password) = shown_login(&browser).await.unwrap();
    (browser, email, password)
}

#[tokio::test]
async fn a_visitor_gets_an_account_of_their_own() {
    let app = demonstration().spawn().await;
    let page = app.browser().get("/login").await;
    assert!(page.body.contains("Use a demo account"));
    assert!(!page.body.contains("workout-demo"), "nothing shared is offered");
    assert_eq!(app.browser().log_in("demo@example.com", "workout-demo").await.status, 422, "or seeded");

    let ann = app.browser();
    ann.post("/api/auth/demo", &[("return_to", "/preferences")])
        .await
        .assert_redirect("/account?done=demo&return_to=%2Fpreferences");
    let page = ann.get("/account?done=demo&return_to=%2Fpreferences").await;
    assert!(page.role("status").contains("account of your own"), "{}", page.body);
    assert!(page.body.contains("href=\"/preferences\""));
    let info = ann.info().await;
    assert_eq!(info["authenticated"], true);
    assert_eq!(info["user"]["provider"], "password");
    // slim: trainer
    let history = ann.get("/history").await.body;
    assert!(history.matches("<tr").count() > 10, "{history}");
    // slim: end
}

#[tokio::test]
async fn the_same_person_can_log_in_elsewhere_and_end_sessions_from_there() {
    let app = demonstration().spawn().await;
    let (laptop, email, password) = visitor(&app).await;
    let phone = app.browser();
    phone.log_in(&email, &password).await.assert_redirect("/");
    assert_eq!(shown_login(&phone).await, Some((email, password)), "there too");
    phone.post("/api/sessions/end-others", &[]).await.assert_redirect("/session?done=others_ended");
    assert!(!laptop.is_signed_in().await);
    phone.post("/api/auth/logout-everywhere", &[]).await.assert_redirect("/login");
    assert!(!phone.is_signed_in().await);
}

#[tokio::test]
async fn no_visitor_sees_or_ends_anything_of_another() {
    let app = demonstration().spawn().await;
    let (ann, ann_email, _) = visitor(&app).await;
    let (bob, bob_email, _) = visitor(&app).await;
    assert_ne!(ann_email, bob_email);
    let sessions = ann.json().get("/sessions").await.json();
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    assert_eq!(sessions[0]["ip_address"], "127.0.0.1", "of the person's own sessions nothing is cut off");
    for path in ["/api/sessions/end-others", "/api/auth/logout-everywhere"] {
        bob.post(path, &[]).await;
        assert!(ann.is_signed_in().await, "{path}");
    }
    let (bob, ..) = visitor(&app).await;
    bob.post("/api/account/profile", &[("display_name", "Mallory")]).await;
    assert!(!ann.get("/").await.body.contains("Mallory"));
}

#[tokio::test]
async fn everything_works_on_a_demo_account() {
    let app = demonstration().spawn().await;
    let (ann, email, password) = visitor(&app).await;
    ann.post("/api/account/profile", &[("display_name", "Ann")])
        .await
        .assert_redirect("/account?done=profile");
    assert_eq!(ann.post("/api/account/export", &[]).await.json()["account"]["email"], email.as_str());
    ann.post("/api/identities/link", &[("provider", "demo")]).await.assert_redirect("/account/link/demo");
    let change = [("current_password", password.as_str()), ("new_password", PASSWORD)];
    ann.post("/api/account/password", &change).await.assert_redirect("/account?done=password");
    let page = ann.get("/account").await.body;
    assert!(!page.contains(&password) && page.contains("no longer known here"), "{page}");
    app.browser().log_in(&email, PASSWORD).await.assert_redirect("/");
    ann.post("/api/account/delete", &[("confirm", email.as_str())]).await.assert_redirect("/");
    assert_eq!(app.browser().log_in(&email, PASSWORD).await.status, 422);
}

#[tokio::test]
async fn the_password_is_nowhere_in_the_export_and_no_other_account_has_one_to_show() {
    let app = demonstration().spawn().await;
    let (ann, _, password) = visitor(&app).await;
    assert!(!ann.post("/api/account/export", &[]).await.body.contains(&password));
    let olga = app.registered("olga@example.com").await;
    assert_eq!(shown_login(&olga).await, None);
}

#[tokio::test]
async fn after_a_rotation_of_the_secrets_the_password_is_still_known() {
    const OLD: &str = "an old secret of more than thirty-two bytes";
    const NEW: &str = "a new secret of more than thirty-two bytes!";
    let Some(setup) = crate::support::helpers::shared_by_instances() else { return };
    let demo = |setup: Setup, secrets: &str| {
        setup.var("APP_ENV", "demo").var("PUBLIC_URL", ORIGIN).var("SESSION_SECRETS", secrets)
    };
    let before = demo(setup, OLD).spawn().await;
    let (ann, email, password) = visitor(&before).await;
    let after = demo(Setup::default().on(&before.urls), &format!("{NEW},{OLD}")).spawn().await;
    let ann = ann.by_way_of(&after.url);
    assert_eq!(shown_login(&ann).await, Some((email, password)));
    // Once the old one is gone, a wrong password must not be shown.
    let later = demo(Setup::default().on(&before.urls), NEW).spawn().await;
    let user = ann.info().await["user"]["email"].as_str().unwrap().to_owned();
    let user = later.app.db.user_by_email(&EmailAddress::parse(&user).unwrap()).await.unwrap().unwrap();
    assert_eq!(later.app.accounts.demo_login(&user).unwrap().password, None);
}

#[tokio::test]
async fn demo_accounts_are_limited_per_address() {
    let app = demonstration().var("TRUST_PROXY", "1").spawn().await;
    let ask = async |from: &'static str, accept: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("origin", HeaderValue::from_static(ORIGIN));
        headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert("accept", HeaderValue::from_static(accept));
        headers.insert("x-forwarded-for", HeaderValue::from_static(from));
        app.browser().send(Method::POST, "/api/auth/demo", headers, Some(Vec::new())).await
    };
    for _ in 0..30 {
        assert_eq!(ask("192.0.2.1", "text/html").await.status, StatusCode::SEE_OTHER);
    }
    let refused = ask("192.0.2.1", "text/html").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "3600");
    assert!(refused.role("alert").contains("Too many demo accounts"), "{}", refused.body);
    assert!(refused.session_cookie().is_none());
    let program = ask("192.0.2.1", "application/json").await;
    assert_eq!((program.status.as_u16(), &program.json()["error"]), (429, &"too_many_attempts".into()));
    assert_eq!(ask("192.0.2.2", "text/html").await.status, StatusCode::SEE_OTHER, "others are not affected");
    // Logging in and registering are not affected either.
    assert_eq!(app.registered("ann@example.com").await.info().await["authenticated"], true);
    app.wait(3600);
    assert_eq!(ask("192.0.2.1", "text/html").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn after_a_day_the_account_is_gone_with_all_that_is_theirs() {
    let app = demonstration()
        .var("SESSION_TTL", "7d")
        .var("SESSION_IDLE_TIMEOUT", "3d")
        .var("SESSION_ABSOLUTE_LIFETIME", "7d");
    let app = app.spawn().await;
    let (ann, email, password) = visitor(&app).await;
    let phone = app.browser();
    phone.log_in(&email, &password).await.assert_redirect("/");
    let olga = app.registered("olga@example.com").await;
    let delete = async || app.app.accounts.delete_expired(app.clock.now()).await.unwrap();
    app.wait(DAY - 1);
    assert_eq!(delete().await, 0);
    assert!(ann.is_signed_in().await);
    for _ in 0..10 {
        app.browser().log_in(&email, "wrong").await;
    }
    assert_eq!(app.browser().log_in(&email, "wrong").await.status, 429);
    app.wait(1);
    assert_eq!(delete().await, 1);
    assert_eq!(delete().await, 0);
    assert!(!ann.is_signed_in().await && !phone.is_signed_in().await);
    assert_eq!(app.stats().await.signed_in, 1, "only that of another account is left");
    assert!(olga.is_signed_in().await);
    let address = EmailAddress::parse(&email).unwrap();
    assert_eq!(app.app.db.user_by_email(&address).await.unwrap(), None);
    assert_eq!(app.browser().log_in(&email, "wrong").await.status, 422, "its failed logins are forgotten");
}

#[tokio::test]
async fn somebody_who_is_signed_in_keeps_their_account() {
    let app = demonstration().spawn().await;
    let (ann, email, _) = visitor(&app).await;
    ann.post("/api/auth/demo", &[]).await.assert_redirect("/account");
    assert_eq!(ann.info().await["user"]["email"], email.as_str());
}

#[tokio::test]
async fn a_visitor_with_a_session_sends_its_token() {
    let app = demonstration().spawn().await;
    let ann = app.browser();
    ann.save_preferences(&[("theme", "dark")]).await;
    let page = scraper::Html::parse_document(&ann.get("/login").await.body);
    let token = scraper::Selector::parse("form[action='/api/auth/demo'] input[name=csrf_token]").unwrap();
    let token = page.select(&token).next().unwrap().attr("value").unwrap();
    assert_eq!(ann.post_bare("/api/auth/demo", &[]).await.status, StatusCode::FORBIDDEN);
    assert!(!ann.is_signed_in().await);
    ann.post_bare("/api/auth/demo", &[("csrf_token", token)]).await.assert_redirect("/account?done=demo");
    assert_eq!(ann.info().await["preferences"]["theme"], "dark");
    // Who is signed in needs it too, before being told that there is an account already.
    assert_eq!(ann.post_bare("/api/auth/demo", &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn clicks_on_one_page_lead_to_one_account_with_a_session_and_without() {
    let app = demonstration().spawn().await;
    for has_session in [true, false] {
        let ann = app.browser();
        if has_session {
            ann.save_preferences(&[]).await;
        }
        let token = ann.csrf_token().await.unwrap_or_default();
        let (page, another) = (ann.get("/login").await, ann.get("/login").await);
        let (click, another) = (page.input("click").unwrap(), another.input("click").unwrap());
        assert!(click.len() >= 32, "128 bits: {click}");
        let fields = [("csrf_token", token.as_str()), ("click", click.as_str())];
        // Two at once, and one for which the answer came too late.
        let [one, two, late, other] = [ann.copy(), ann.copy(), ann.copy(), ann.copy()];
        let at_once =
            tokio::join!(one.post_bare("/api/auth/demo", &fields), two.post_bare("/api/auth/demo", &fields));
        at_once.0.assert_redirect("/account?done=demo");
        at_once.1.assert_redirect("/account?done=demo");
        late.post_bare("/api/auth/demo", &fields).await.assert_redirect("/account?done=demo");
        let shown = shown_login(&one).await.unwrap();
        assert_eq!(shown_login(&two).await.unwrap(), shown);
        assert_eq!(shown_login(&late).await.unwrap(), shown);
        // The old cookie alone is not enough: an attacker who planted it knows no page of this visitor.
        for fields in [&[("click", another.as_str())][..], &[("click", "")], &[]] {
            let other = other.copy();
            other.post_bare("/api/auth/demo", fields).await.assert_redirect("/account?done=demo");
            assert_ne!(shown_login(&other).await.unwrap(), shown);
        }
    }
    app.wait(DAY);
    assert_eq!(app.app.accounts.delete_expired(app.clock.now()).await.unwrap(), 8);
}

#[tokio::test]
async fn clicks_on_two_instances_lead_to_one_account() {
    let Some(setup) = crate::support::helpers::shared_by_instances() else { return };
    let first = setup.var("APP_ENV", "demo").var("PUBLIC_URL", ORIGIN).spawn().await;
    let second = demonstration().on(&first.urls).spawn().await;
    let click = first.browser().get("/login").await.input("click").unwrap();
    let fields = [("click", click.as_str())];
    let (one, two) = (first.browser(), second.browser());
    let answers =
        tokio::join!(one.post_bare("/api/auth/demo", &fields), two.post_bare("/api/auth/demo", &fields));
    answers.0.assert_redirect("/account?done=demo");
    answers.1.assert_redirect("/account?done=demo");
    let shown = shown_login(&one).await;
    assert!(shown.is_some() && shown == shown_login(&two).await);
}

#[tokio::test]
async fn the_shared_account_of_earlier_demonstrations_is_removed() {
    let Some(setup) = crate::support::helpers::shared_by_instances() else { return };
    let before = setup.spawn().await;
    let ann = before.browser();
    ann.log_in("demo@example.com", "workout-demo").await.assert_redirect("/");
    let olga = before.registered("olga@example.com").await;
    let on = || demonstration().on(&before.urls);
    let app = on().spawn().await;
    let address = EmailAddress::parse("demo@example.com").unwrap();
    assert_eq!(app.app.db.user_by_email(&address).await.unwrap(), None);
    assert!(!ann.is_signed_in().await, "nor is anybody signed in to it");
    assert!(olga.is_signed_in().await);
    // With a password of its own it is somebody's.
    let kim = app.registered("demo@example.com").await;
    let again = on().spawn().await;
    assert!(again.app.db.user_by_email(&address).await.unwrap().is_some());
    assert!(kim.is_signed_in().await);
}

#[tokio::test]
async fn there_is_no_demo_account_to_be_had_elsewhere() {
    let production =
        Setup::default().var("APP_ENV", "production").var("PUBLIC_URL", "https://site.example").spawn().await;
    for app in [TestApp::spawn().await, production] {
        assert_eq!(app.browser().post("/api/auth/demo", &[]).await.status, StatusCode::NOT_FOUND);
        let json = app.browser().json().post("/api/auth/demo", &[]).await;
        assert_eq!((json.status.as_u16(), &json.json()["error"]), (404, &"not_found".into()));
        assert!(!app.browser().get("/login").await.body.contains("Use a demo account"));
    }
}

#[tokio::test]
async fn a_store_that_fails_half_way_leaves_no_account() {
    let watch = Watch::new();
    let app = demonstration().watched(&watch).spawn().await;
    for operation in ["ping", "create"] {
        watch.fail_at(&[operation]);
        let answer = app.browser().post("/api/auth/demo", &[]).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{operation}");
        assert!(!answer.header("retry-after").is_empty() && !answer.role("alert").is_empty());
        watch.fail_at(&[]);
    }
    app.wait(DAY);
    assert_eq!(app.app.accounts.delete_expired(app.clock.now()).await.unwrap(), 0, "there is none to delete");
}
