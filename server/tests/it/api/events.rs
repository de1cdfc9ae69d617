//! `/session/events`: open pages learn that their session has ended.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use connections::Limits;
use http::header::{ACCEPT, ACCEPT_ENCODING};
use http::{HeaderMap, Method};

use crate::support::events::Events;
use crate::support::helpers::{Answer, Browser, PASSWORD, Setup, TestApp};
use crate::support::watched::Watch;

const PATH: &str = "/session/events";
const ANN: &str = "ann@example.com";
const NEW_PASSWORD: &str = "another walk at dawn";

/// So rarely that no test waits for it: what is noticed all the same is noticed at once.
const NEVER: u64 = 3_600_000;
const OFTEN: u64 = 50;

fn ended(word: &str) -> Option<String> {
    Some(word.to_owned())
}

/// Waits until the server has asked the store about the open streams some times more.
async fn looks(watch: &Watch, count: usize) {
    let begun = Instant::now();
    let mut seen = 0;
    while seen < count {
        assert!(begun.elapsed() < Duration::from_secs(60), "the store is not asked");
        tokio::time::sleep(Duration::from_millis(5)).await;
        seen += watch.take().get("lifetimes").copied().unwrap_or_default();
    }
}

fn assert_refused(answer: &Answer, who: &str) {
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (401, &"unauthenticated".into()), "{who}");
    assert!(answer.set_cookies().is_empty(), "{who}");
}

#[tokio::test]
async fn who_is_not_signed_in_gets_401_and_keeps_the_cookie() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    let forged = app.browser();
    forged.set_cookie("sessionId", "v1.x.y.z");
    let ann = app.registered(ANN).await;
    let replaced = ann.copy();
    ann.log_in(ANN, PASSWORD).await;
    let gone = ann.copy();
    ann.post("/api/auth/logout", &[]).await;
    for (who, browser) in [
        ("without a cookie", &app.browser()),
        ("anonymous", &visitor),
        ("forged", &forged),
        ("replaced", &replaced),
        ("logged out", &gone),
    ] {
        assert_refused(&browser.get(PATH).await, who);
        assert_refused(&browser.json().get(PATH).await, who);
        assert_eq!(browser.send(Method::HEAD, PATH, HeaderMap::new(), None).await.status, 401, "{who}");
    }
    gone.get("/account").await.assert_redirect("/login?return_to=/account&ended=true");
}

#[tokio::test]
async fn nothing_on_the_way_holds_it_back() {
    let app = TestApp::spawn().await;
    let ann = app.registered(ANN).await;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, "text/event-stream".parse().unwrap());
    headers.insert(ACCEPT_ENCODING, "br, gzip".parse().unwrap());
    // `HEAD` has the same headers, and leaves no stream behind.
    let answer = ann.send(Method::HEAD, PATH, headers, None).await;
    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
        ("content-encoding", ""),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let stream = ann.begin_get(PATH).await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(stream.headers().get("content-length"), None);
}

/// When an instance stops, the browsers of all its pages connect to the others.
#[tokio::test]
async fn browsers_come_back_within_some_seconds_and_not_all_at_once() {
    let app = TestApp::spawn().await;
    let ann = app.registered(ANN).await;
    let mut pauses = BTreeSet::new();
    for _ in 0..4 {
        let first = ann.begin_get(PATH).await.chunk().await.unwrap().unwrap();
        let pause = String::from_utf8_lossy(&first).trim_end().replace("retry: ", "").parse().unwrap();
        assert!((1_000..5_000).contains(&pause), "{pause}");
        pauses.insert(pause);
    }
    assert!(pauses.len() > 1, "{pauses:?}");
}

/// Ends all sessions of Ann but that of `other`, and perhaps that one too.
async fn end_by(way: &str, phone: &Browser, other: &Browser) {
    let answer = match way {
        "log out" => phone.copy().post("/api/auth/logout", &[]).await,
        "end" => {
            let handle = phone.info().await["session"]["handle"].as_str().unwrap().to_owned();
            other.post("/api/sessions/end", &[("handle", &handle)]).await
        }
        "password" => {
            let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
            other.post("/api/account/password", &fields).await
        }
        "delete" => other.post("/api/account/delete", &[("confirm", ANN)]).await,
        path => other.post(path, &[]).await,
    };
    assert_eq!(answer.status, 303, "{way}: {}", answer.body);
}

#[tokio::test]
async fn an_end_on_the_same_instance_is_told_at_once() {
    let app = Setup::default().look_every(NEVER).spawn().await;
    let bob = app.registered("bob@example.com").await;
    let bobs = Events::open(&bob).await;
    for way in
        ["log out", "end", "/api/sessions/end-others", "/api/auth/logout-everywhere", "password", "delete"]
    {
        let person = app.browser();
        if person.register("Ann", ANN, PASSWORD).await.status != 303 {
            person.log_in(ANN, PASSWORD).await.assert_redirect("/");
        }
        let phone = app.logged_in(ANN).await;
        let events = Events::open(&phone).await;
        end_by(way, &phone, &person).await;
        assert_eq!(events.end().await, ended("ended"), "{way}");
        assert_refused(&phone.get(PATH).await, way);
        if way == "password" {
            end_by("delete", &phone, &person).await;
        }
    }
    bob.post("/api/auth/logout", &[]).await;
    assert_eq!(bobs.end().await, ended("ended"), "it was open all the time");
}

#[tokio::test]
async fn an_end_by_a_command_is_told_at_the_next_look() {
    let app = Setup::default().look_every(OFTEN).spawn().await;
    let ann = app.registered(ANN).await;
    let (one, other) = (Events::open(&ann).await, Events::open(&ann).await);
    app.app.sessions.rows.end_everyone().await.unwrap();
    assert_eq!(one.end().await, ended("ended"));
    assert_eq!(other.end().await, ended("ended"));
}

#[tokio::test]
async fn timeouts_are_told_as_such() {
    let app = Setup::default()
        .look_every(OFTEN)
        .var("SESSION_IDLE_TIMEOUT", "30m")
        .var("SESSION_ABSOLUTE_LIFETIME", "40m")
        .spawn()
        .await;
    let idle = app.registered(ANN).await;
    let busy = app.logged_in(ANN).await;
    let (of_idle, of_busy) = (Events::open(&idle).await, Events::open(&busy).await);
    app.wait(20 * 60);
    assert_eq!(busy.get("/account").await.status, 200);
    app.wait(10 * 60);
    assert_eq!(of_idle.end().await, ended("expired"));
    app.wait(10 * 60);
    assert_eq!(of_busy.end().await, ended("expired"));
    for browser in [&idle, &busy] {
        assert_refused(&browser.get(PATH).await, "after a timeout");
        browser.get("/account").await.assert_redirect("/login?return_to=/account&expired=true");
    }
}

#[tokio::test]
async fn a_new_id_closes_the_stream_without_an_end() {
    let app = Setup::default().look_every(NEVER).spawn().await;
    let ann = app.registered(ANN).await;
    let events = Events::open(&ann).await;
    let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
    ann.post("/api/account/password", &fields).await.assert_redirect("/account?done=password");
    assert_eq!(events.end().await, None);
    // The browser connects again, with the new one.
    let events = Events::open(&ann).await;
    ann.log_in(ANN, NEW_PASSWORD).await.assert_redirect("/");
    assert_eq!(events.end().await, None);
}

#[tokio::test]
async fn listening_is_no_activity() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).look_every(OFTEN).spawn().await;
    let ann = app.registered(ANN).await;
    app.wait(20 * 60);
    watch.take();
    let stream = ann.begin_get(PATH).await;
    assert!(stream.headers().get("set-cookie").is_none());
    let mut operations = watch.take();
    operations.remove("lifetimes");
    assert_eq!(operations.into_iter().collect::<Vec<_>>(), [("load", 1)]);
    looks(&watch, 2).await;
    app.wait(10 * 60);
    ann.get("/account").await.assert_redirect("/login?return_to=/account&expired=true");
}

#[tokio::test]
async fn without_streams_the_store_is_not_asked() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).look_every(OFTEN).spawn().await;
    let ann = app.registered(ANN).await;
    let stream = Events::open(&ann).await;
    looks(&watch, 2).await;
    drop(stream);
    // A look may be under way, and the server notices soon that its client has gone.
    let begun = Instant::now();
    loop {
        watch.take();
        tokio::time::sleep(Duration::from_millis(4 * OFTEN)).await;
        if watch.take().is_empty() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it is asked for ever");
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_streams() {
    let app = Setup::default().look_every(NEVER).spawn().await;
    let ann = app.registered(ANN).await;
    let events = Events::open(&ann).await;
    let stopped = tokio::spawn(app.stop());
    // Closed, and not cut off when the time for requests under way is over.
    assert_eq!(events.end().await, None);
    stopped.await.unwrap();
}

#[tokio::test]
async fn an_outage_ends_no_stream_and_opens_none() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).look_every(OFTEN).spawn().await;
    let ann = app.registered(ANN).await;
    let events = Events::open(&ann).await;
    watch.set_away(true);
    looks(&watch, 3).await;
    let answer = ann.get(PATH).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (503, &"store_unavailable".into()));
    assert!(!answer.header("retry-after").is_empty() && answer.set_cookies().is_empty());
    watch.set_away(false);
    ann.post("/api/auth/logout", &[]).await.assert_redirect("/login");
    assert_eq!(events.end().await, ended("ended"));
}

#[tokio::test]
async fn streams_leave_connections_for_requests_and_for_other_addresses() {
    let limits = Limits { connections: 8, ..Limits::default() };
    let app = Setup::default().limits(limits).var("TRUST_PROXY", "1").look_every(OFTEN).spawn().await;
    let ann = app.registered(ANN).await;
    let bob = app.registered("bob@example.com").await.at("192.0.2.2");
    let first = Events::open(&ann).await;
    let _second = Events::open(&ann).await;
    let refused = ann.get(PATH).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (429, &"too_many_attempts".into()));
    assert_eq!(refused.header("retry-after"), "60");
    let _third = Events::open(&bob).await;
    assert_eq!(bob.get(PATH).await.status, 429, "it would have half of what was left");
    assert!(ann.is_signed_in().await);
    drop(first);
    let begun = Instant::now();
    while ann.begin_get(PATH).await.status() != 200 {
        assert!(begun.elapsed() < Duration::from_secs(60), "its place is not free again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_page_that_was_refused_is_sent_to_a_login_that_says_why() {
    let app = TestApp::spawn().await;
    let ann = app.registered(ANN).await;
    let (phone, tablet) = (app.logged_in(ANN).await, app.logged_in(ANN).await);
    ann.post("/api/sessions/end-others", &[]).await;
    let page = phone.get("/login").await;
    assert!(page.role("status").contains("ended"), "{}", page.role("status"));
    assert!(phone.get("/login").await.role("status").is_empty(), "once");
    app.wait(31 * 60);
    let page = tablet.get("/login").await;
    assert!(page.role("status").contains("logged out"), "{}", page.role("status"));
}

/// Proxies cut what is silent, and a client that has gone without a word is noticed when it is written to.
#[tokio::test]
async fn a_stream_on_which_nothing_happens_says_that_it_is_there() {
    let mut setup = Setup::default().look_every(NEVER);
    setup.event_times.heartbeat = Duration::from_millis(50);
    let app = setup.spawn().await;
    let ann = app.registered(ANN).await;
    let mut stream = ann.begin_get(PATH).await;
    let mut text = String::new();
    while text.matches("\n:").count() < 3 {
        let chunk = tokio::time::timeout(Duration::from_secs(60), stream.chunk()).await.unwrap().unwrap();
        text += &String::from_utf8_lossy(&chunk.expect("it stays open"));
    }
    // Comments alone: nothing that a page would take for an event.
    assert!(text.lines().skip(1).all(|line| line.is_empty() || line.starts_with(':')), "{text}");
}
