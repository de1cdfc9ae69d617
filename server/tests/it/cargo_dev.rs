//! `cargo dev` with a real server. Only what builds is a stand-in: a script in place of Cargo, and a bundle step that copies
//! the style sheet.

mod events;
mod workspace;

use http::StatusCode;
use tokio::sync::watch;
use web::demo_account::{DEMO_EMAIL, DEMO_PASSWORD};

use self::events::Events;
use self::workspace::Workspace;
use crate::support::browser::{Browser, client};

#[tokio::test(flavor = "multi_thread")]
async fn over_a_restart_requests_wait_and_sessions_stay() {
    let dev = Workspace::new().start();
    let person = Browser::new(&client(), &dev.url, &dev.url);
    person.log_in(DEMO_EMAIL, DEMO_PASSWORD).await.assert_redirect("/");
    let mut events = Events::open(&dev.url).await;
    let first = events.next().await.expect("a status")["start"].clone();

    let (asked, mut answered) = watch::channel(0);
    let load = tokio::spawn(ask_until_nobody_counts(asked, format!("{}/healthz", dev.url)));
    answered.wait_for(|answered| *answered > 0).await.expect("no request has failed");
    dev.workspace.write("server/src/main.rs", "// other");
    assert_eq!(events.next().await, None, "the stream ends with the server");
    let second = Events::open(&dev.url).await.next().await.expect("a status")["start"].clone();
    assert!(first.is_string() && second.is_string() && first != second, "{first} {second}");
    // The one under way may have begun before the restart; the next has not.
    let before = *answered.borrow();
    answered.wait_for(|answered| *answered > before + 1).await.expect("no request has failed");
    drop(answered);
    load.await.expect("no request has failed");

    assert_eq!(person.get("/account").await.status, StatusCode::OK, "still signed in");
}

/// Asks again and again, each time by another connection, as a browser without one, and counts the answers.
async fn ask_until_nobody_counts(answered: watch::Sender<usize>, url: String) {
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    while !answered.is_closed() {
        let response = client.get(&url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        answered.send_modify(|answered| *answered += 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_pages_hear_of_style_sheets_and_errors() {
    let dev = Workspace::new().start();
    let visitor = Browser::new(&client(), &dev.url, &dev.url);
    let mut events = Events::open(&dev.url).await;
    let start = events.next().await.expect("a status")["start"].clone();
    let start = start.as_str().expect("text");
    let script = format!("/dev/reload.js?start={start}");
    assert!(visitor.get("/").await.body.contains(&format!(r#"<script type="module" src="{script}">"#)));
    let script = visitor.get(&script).await;
    assert_eq!(
        (script.status, &script.headers["content-type"]),
        (StatusCode::OK, &"text/javascript; charset=utf-8".parse().unwrap())
    );

    dev.workspace.write("style/main.css", "body{color:red}");
    let status = events.next().await.expect("a status");
    let sheet = visitor.get(status["style"].as_str().expect("a URL")).await;
    assert_eq!((sheet.status, sheet.body.as_str()), (StatusCode::OK, "body{color:red}"));
    assert_eq!((&status["start"], &status["error"]), (&start.into(), &serde_json::Value::Null));

    dev.workspace.write("broken", "");
    dev.workspace.write("server/src/main.rs", "nonsense");
    let status = events.next().await.expect("a status");
    assert_eq!((&status["start"], &status["error"]), (&start.into(), &"error: no such thing\n".into()));
    // Who comes later hears of it as well.
    assert_eq!(Events::open(&dev.url).await.next().await, Some(status));
    assert_eq!(visitor.get("/").await.status, StatusCode::OK, "the server of before is still there");

    dev.workspace.remove("broken");
    dev.workspace.write("style/main.css", "body{color:blue}");
    assert_eq!(events.next().await, None, "what failed is built, and another server started");
    let status = Events::open(&dev.url).await.next().await.expect("a status");
    assert_eq!((&status["style"], &status["error"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    assert_eq!(visitor.get("/pkg/main.css").await.body, "body{color:blue}");
    assert!(visitor.session_cookie().is_none(), "nothing of this is activity");
}
