//! What is suspicious is told to the owner of the account, once, and ends nothing.

use std::collections::BTreeMap;

use accounts::ports::SecurityEvent;
use domain::account::EmailAddress;

use crate::support::helpers::{Browser, PASSWORD, Setup, TestApp, shared_by_instances};
use crate::support::watched::Watch;

const ANN: &str = "ann@example.com";
const USED_ELSEWHERE: &str = "authn_impossible_travel";
const STATE_REFUSED: &str = "sequence_fail";

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const NEWER_FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
const CHROME: &str =
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const HOME: &str = "192.0.2.1";

fn behind_a_proxy() -> Setup {
    Setup::default().var("TRUST_PROXY", "1")
}

/// Ann, in Firefox at home.
async fn ann(app: &TestApp) -> Browser {
    let ann = app.browser().at(HOME).in_browser(FIREFOX);
    ann.register("Ann", ANN, PASSWORD).await.assert_redirect("/");
    ann
}

async fn told(app: &TestApp, kind: &str) -> Vec<SecurityEvent> {
    let user = app.app.db.user_by_email(&EmailAddress::parse(ANN).unwrap()).await.unwrap().unwrap();
    app.app.db.events_of(&user.id, kind, 100).await.unwrap()
}

fn addresses(events: &[SecurityEvent]) -> Vec<&str> {
    events.iter().map(|event| event.ip_address.as_deref().unwrap()).collect()
}

#[tokio::test]
async fn a_session_in_other_hands_is_told_to_its_owner_once() {
    let app = behind_a_proxy().spawn().await;
    let ann = ann(&app).await;
    for (address, browser) in [
        (HOME, FIREFOX),
        (HOME, CHROME),
        ("192.0.2.200", CHROME),
        ("198.51.100.7", FIREFOX),
        ("198.51.100.7", NEWER_FIREFOX),
    ] {
        ann.at(address).in_browser(browser).get("/account").await;
        assert_eq!(told(&app, USED_ELSEWHERE).await, [], "{address} {browser}");
    }
    let thief = ann.copy().at("198.51.100.7").in_browser(CHROME);
    for path in ["/account", "/", "/session-info", "/session"] {
        assert_eq!(thief.get(path).await.status, 200, "{path}");
    }
    thief.at("198.51.100.99").get("/").await;
    assert_eq!(addresses(&told(&app, USED_ELSEWHERE).await), ["198.51.100.7"]);
    // Another change.
    thief.at("2001:db8:1::7").get("/").await;
    thief.at("2001:db8:1:2::7").get("/").await;
    assert_eq!(told(&app, USED_ELSEWHERE).await.len(), 2);
    let page = ann.get("/account").await;
    assert!(page.body.contains("used from another network and in another browser"), "{}", page.body);
    assert!(page.body.contains("198.51.100.7"));
    assert!(ann.is_signed_in().await && thief.is_signed_in().await, "nobody is signed out by it");
}

/// A session is told of even if some of its requests are prefetches or have no browser's name.
#[tokio::test]
async fn a_prefetch_or_a_program_without_a_name_hides_nothing() {
    let app = behind_a_proxy().spawn().await;
    let ann = ann(&app).await;
    let thief = app.browser().at("198.51.100.7");
    thief.set_cookie("sessionId", &ann.session_cookie().unwrap());
    let prefetch =
        http::HeaderMap::from_iter([("sec-purpose".parse().unwrap(), "prefetch".parse().unwrap())]);
    thief.send(http::Method::GET, "/account", prefetch, None).await;
    assert_eq!(told(&app, USED_ELSEWHERE).await.len(), 1);
}

#[tokio::test]
async fn an_ordinary_request_asks_the_database_nothing_for_it() {
    let watch = Watch::new();
    let app = behind_a_proxy().watched_database(&watch).spawn().await;
    let ann = ann(&app).await;
    ann.get("/").await;
    watch.take();
    for address in [HOME, "198.51.100.7"] {
        ann.at(address).get("/session-info").await;
    }
    assert_eq!(watch.take(), BTreeMap::new());
    let thief = ann.copy().at("198.51.100.7").in_browser(CHROME);
    thief.get("/session-info").await;
    assert_eq!(watch.take(), BTreeMap::from([("add_event", 1), ("events_behind", 1)]));
    thief.get("/session-info").await;
    assert_eq!(watch.take(), BTreeMap::new());
    // If it cannot be told, the request is answered all the same.
    watch.fail_at(&["events_behind", "add_event"]);
    assert!(thief.at("203.0.113.9").is_signed_in().await);
    watch.fail_at(&[]);
}

#[tokio::test]
async fn a_thief_who_changes_the_network_fills_no_list() {
    let app = behind_a_proxy().spawn().await;
    let ann = ann(&app).await;
    let thief = ann.copy().in_browser(CHROME);
    for n in 0..20 {
        thief.at(&format!("198.51.{n}.7")).get("/session-info").await;
    }
    assert_eq!(told(&app, USED_ELSEWHERE).await.len(), 5);
    // The next login has its own.
    app.wait(1);
    let again = app.browser().at(HOME).in_browser(FIREFOX);
    again.log_in(ANN, PASSWORD).await.assert_redirect("/");
    again.at("203.0.113.9").in_browser(CHROME).get("/").await;
    assert_eq!(told(&app, USED_ELSEWHERE).await.len(), 6);
}

#[tokio::test]
async fn several_instances_tell_it_once() {
    let Some(setup) = shared_by_instances() else { return };
    let one = setup.var("TRUST_PROXY", "1").spawn().await;
    let ann = ann(&one).await;
    let other = behind_a_proxy().on(&one.urls).clock(&one.clock).var("PUBLIC_URL", &one.origin).spawn().await;
    let thief = ann.copy().at("198.51.100.7").in_browser(CHROME);
    for url in [&one.url, &other.url, &one.url] {
        assert!(thief.by_way_of(url).is_signed_in().await);
    }
    assert_eq!(told(&one, USED_ELSEWHERE).await.len(), 1);
}

#[tokio::test]
async fn who_is_logged_in_is_told_of_an_invented_state() {
    let app = behind_a_proxy().spawn().await;
    let ann = ann(&app).await;
    let invented = "/auth/elsewhere/callback?code=invented&state=invented";
    app.browser().get(invented).await.assert_redirect("/login?error=oauth_expired");
    assert_eq!(told(&app, STATE_REFUSED).await, []);
    for _ in 0..3 {
        ann.get(invented).await.assert_redirect("/login?error=oauth_expired");
    }
    assert_eq!(addresses(&told(&app, STATE_REFUSED).await), [HOME]);
    let page = ann.get("/account").await;
    assert!(page.body.contains("An answer of a provider was refused"), "{}", page.body);
    assert!(ann.is_signed_in().await);
}

/// She has begun at the provider, changed her mind, and logged in with her password in another tab.
#[tokio::test]
async fn an_answer_to_what_the_browser_did_begin_is_beyond_suspicion() {
    let app = behind_a_proxy().spawn().await;
    app.registered(ANN).await;
    let ann = app.browser();
    let start = ann.get("/auth/elsewhere").await;
    let attempt = ann.attempt_cookies();
    ann.log_in(ANN, PASSWORD).await.assert_redirect("/");
    // The login has removed it; a browser may send the request before it hears of that.
    for (name, value) in &attempt {
        ann.set_cookie(name, value);
    }
    let callback = format!("/auth/elsewhere/callback?code=late&state={}", start.state());
    ann.get(&callback).await.assert_redirect("/login?error=oauth_expired");
    assert_eq!(told(&app, STATE_REFUSED).await, []);
}
