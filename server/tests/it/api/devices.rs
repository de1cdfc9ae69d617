//! The cookie of a known device: who gets it, what it is good for, and what it is not.

use accounts::ports::Identity;
use domain::account::EmailAddress;
use http::StatusCode;
use time::Duration;

use crate::api::oauth::local;
use crate::support::helpers::{Answer, Browser, PASSWORD, Setup, TestApp};
use crate::support::provider::allow;
use crate::support::watched::Watch;

const ANN: &str = "ann@example.com";

async fn behind_a_proxy() -> TestApp {
    Setup::default().var("TRUST_PROXY", "1").spawn().await
}

fn device_of(answer: &Answer) -> Option<cookie::Cookie<'static>> {
    answer.set_cookies().into_iter().find(|cookie| cookie.name().ends_with("device"))
}

/// A browser that has this cookie and no other.
fn with_device(app: &TestApp, device: &str) -> Browser {
    let browser = app.browser();
    browser.set_cookie("device", device);
    browser
}

/// So many failures of Ann's account from so many addresses that it is slowed down.
async fn guess_from_everywhere(app: &TestApp) {
    for n in 0..100 {
        let guess = app.browser().at(&format!("198.51.100.{n}")).log_in(ANN, "wrong").await;
        assert_eq!(guess.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
}

#[tokio::test]
async fn its_owner_gets_in_at_a_new_address_at_once_and_a_stranger_waits() {
    let app = behind_a_proxy().await;
    let device = app.registered(ANN).await.cookies()["device"].clone();
    guess_from_everywhere(&app).await;
    let stranger = app.browser().at("203.0.113.9").log_in(ANN, PASSWORD).await;
    assert_eq!((stranger.status.as_u16(), stranger.header("retry-after")), (429, "1"));
    let owner = with_device(&app, &device).at("203.0.113.9");
    // Cookies of other applications may contain any bytes, before it and after it.
    owner.set_cookie("a", "Zo\u{eb}");
    owner.set_cookie("promo", "Zo\u{eb}");
    owner.log_in(ANN, PASSWORD).await.assert_redirect("/");
    assert!(owner.is_signed_in().await);
}

#[tokio::test]
async fn that_of_another_account_a_forged_one_and_an_expired_one_do_not_help() {
    let app = behind_a_proxy().await;
    let old = app.registered(ANN).await.cookies()["device"].clone();
    app.wait(Duration::days(180).whole_seconds());
    let other = app.registered("bob@example.com").await.cookies()["device"].clone();
    let forged = format!("{other}x");
    guess_from_everywhere(&app).await;
    for useless in [&old, &other, &forged] {
        let answer = with_device(&app, useless).at("203.0.113.9").log_in(ANN, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{useless}");
        assert_eq!(device_of(&answer), None);
    }
}

#[tokio::test]
async fn guesses_with_it_are_limited_from_whatever_addresses() {
    let app = behind_a_proxy().await;
    let stolen = app.registered(ANN).await.cookies()["device"].clone();
    guess_from_everywhere(&app).await;
    for n in 0..10 {
        let guess = with_device(&app, &stolen).at(&format!("203.0.113.{n}")).log_in(ANN, "wrong").await;
        assert_eq!(guess.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    let refused = with_device(&app, &stolen).at("203.0.113.99").log_in(ANN, PASSWORD).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "60"));
    // Where she has been before it makes no difference.
    let at_home = with_device(&app, &stolen);
    at_home.log_in(ANN, PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn only_this_browser_and_this_site_can_read_it() {
    let app = TestApp::spawn().await;
    let set = app.browser().register("Ann", ANN, PASSWORD).await;
    let cookie = device_of(&set).unwrap();
    assert_eq!((cookie.name(), cookie.path(), cookie.domain()), ("device", Some("/"), None));
    assert_eq!((cookie.http_only(), cookie.same_site()), (Some(true), Some(cookie::SameSite::Lax)));
    assert_eq!((cookie.max_age(), cookie.secure()), (Some(Duration::days(180)), None));
    assert_eq!(set.set_cookies()[0].name(), "sessionId", "the session comes first");
    for domain in ["", "site.example"] {
        let app = Setup::default()
            .var("APP_ENV", "production")
            .var("PUBLIC_URL", "https://app.site.example")
            .var("SESSION_COOKIE_DOMAIN", domain)
            .spawn()
            .await;
        let cookie = device_of(&app.browser().register("Ann", ANN, PASSWORD).await).unwrap();
        assert_eq!((cookie.name(), cookie.path(), cookie.domain()), ("__Host-device", Some("/"), None));
        assert_eq!((cookie.http_only(), cookie.secure()), (Some(true), Some(true)));
    }
}

#[tokio::test]
async fn a_login_gives_it_when_it_changes() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    assert!(device_of(&browser.log_in(ANN, "wrong").await).is_none());
    assert!(device_of(&browser.register("Ann", ANN, PASSWORD).await).is_some());
    assert!(device_of(&browser.register("Ann", ANN, PASSWORD).await).is_none(), "the address is taken");
    assert!(device_of(&browser.log_in(ANN, PASSWORD).await).is_none(), "it has this one");
    app.registered("bob@example.com").await;
    assert!(device_of(&browser.log_in("bob@example.com", PASSWORD).await).is_some(), "a new account");
    app.wait(Duration::days(30).whole_seconds());
    assert!(device_of(&browser.log_in(ANN, PASSWORD).await).is_some(), "it is old");
    assert!(device_of(&app.browser().json().log_in(ANN, PASSWORD).await).is_some(), "to programs too");
}

#[tokio::test]
async fn a_login_at_a_provider_gives_it_and_no_other_get_does() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    assert!(device_of(&start).is_none());
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    let done = olga.get(local(&app, back.location())).await;
    done.assert_redirect("/");
    let device = device_of(&done).unwrap();
    for path in ["/", "/login", "/register", "/account", "/account/confirm", "/session", "/session-info"] {
        for browser in [&olga, &app.browser(), &with_device(&app, device.value())] {
            assert!(device_of(&browser.get(path).await).is_none(), "{path}");
        }
    }
}

#[tokio::test]
async fn a_login_that_is_taken_back_gives_none() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let log_in = async |browser: &Browser| {
        let start = browser.get("/auth/elsewhere").await;
        let back = allow(browser, local(&app, start.location()), "Olga", "olga@example.com");
        browser.get(local(&app, back.location())).await
    };
    let olga = app.browser();
    log_in(&olga).await.assert_redirect("/");
    let email = EmailAddress::parse("olga@example.com").unwrap();
    let id = app.app.db.user_by_email(&email).await.unwrap().unwrap().id;
    let other = Identity { provider: "other".to_owned(), subject: "1".to_owned() };
    app.app.db.link_identity(&id, &other, app.clock.now()).await.unwrap();
    let elsewhere = app.browser().of_person(&olga);
    let gate = watch.pause_at("replace");
    let unlink = async {
        gate.reached().await;
        app.app.db.unlink_identity(&id, "elsewhere").await.unwrap();
        gate.open();
    };
    let (answer, ()) = tokio::join!(log_in(&elsewhere), unlink);
    assert!(answer.location().starts_with("/login"), "{}", answer.location());
    assert_eq!(device_of(&answer), None);
}

#[tokio::test]
async fn it_is_no_login() {
    let app = TestApp::spawn().await;
    let device = app.registered(ANN).await.cookies()["device"].clone();
    let browser = with_device(&app, &device);
    let answer = browser.get("/account").await;
    answer.assert_redirect("/login?return_to=/account");
    assert!(answer.set_cookies().is_empty());
    assert_eq!(browser.info().await["session"], serde_json::Value::Null);
    browser.set_cookie("sessionId", &device);
    assert!(!browser.is_signed_in().await);
    assert_eq!(browser.log_in(ANN, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn logging_out_leaves_it() {
    let app = TestApp::spawn().await;
    for path in ["/api/auth/logout", "/api/auth/logout-everywhere"] {
        let browser = app.browser();
        if browser.register("Ann", ANN, PASSWORD).await.status != StatusCode::SEE_OTHER {
            browser.log_in(ANN, PASSWORD).await.assert_redirect("/");
        }
        let before = browser.cookies()["device"].clone();
        let answer = browser.post(path, &[]).await;
        answer.assert_redirect("/login");
        assert!(!answer.header("clear-site-data").contains("cookies"));
        assert_eq!(browser.session_cookie(), None);
        assert_eq!(browser.cookies()["device"], before, "{path}");
    }
}
