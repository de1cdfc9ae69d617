//! The functions that islands call.

use app::api::{ApiError, Code, Progress};
use domain::workout::document::{Outcome, Refusal};
use http::header::{ACCEPT, CONTENT_TYPE, ORIGIN, REFERER};
use http::{HeaderMap, HeaderValue, Method};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use server::anonymous_limit::{AnonymousLimits, Rate};
use time::Duration;

use crate::support::helpers::{Answer, Browser, PASSWORD, Setup, TestApp};
use crate::support::watched::Watch;
use crate::support::workout::value;

/// Every function, with arguments that it takes. A new one fails the first test until it stands here.
fn functions() -> [(&'static str, Value); 2] {
    let workout = "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60";
    [
        ("/rpc/log", json!({ "owner": null, "workout": workout, "operations": [] })),
        ("/rpc/workout_state", json!({ "owner": null, "workout": workout })),
    ]
}

/// A call as the browser sends it, with other headers where the test says so.
struct Call<'a> {
    browser: &'a Browser,
    headers: HeaderMap,
}

impl<'a> Call<'a> {
    async fn of(app: &TestApp, browser: &'a Browser) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, app.origin.parse().unwrap());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = browser.csrf_token().await {
            headers.insert("x-csrf-token", token.parse().unwrap());
        }
        Self { browser, headers }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }

    async fn send(&self, path: &str, arguments: &Value) -> Answer {
        let body = Some(arguments.to_string().into_bytes());
        self.browser.send(Method::POST, path, self.headers.clone(), body).await
    }
}

/// The error as the island reads it.
fn error(answer: &Answer) -> ApiError {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

fn progress(answer: &Answer) -> Progress {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The operation that a row's form would send.
async fn operation(browser: &Browser, slot: &str, id: u8) -> (String, Value) {
    let row = browser.row(slot).await;
    let operation = json!({
        "id": format!("00000000-0000-0000-0000-0000000000{id:02x}"),
        "entry": format!("{slot}\t1772388000000\t{}\tbody \t12\t\t", value(&row, "exercise")),
    });
    (value(&row, "workout").to_owned(), operation)
}

/// Somebody who has begun to train, with body weight alone.
async fn training(app: &TestApp, email: &str) -> (Browser, String) {
    let person = app.registered(email).await;
    person.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
    let id = person.info().await["user"]["id"].as_str().unwrap().to_owned();
    (person, id)
}

#[test]
fn every_registered_function_is_tried_here() {
    let mut paths: Vec<_> = server_fn_paths().map(|(path, method)| (path, method.to_string())).collect();
    paths.sort();
    assert_eq!(paths, functions().map(|(path, _)| (path, "POST".to_owned())));
}

#[tokio::test]
async fn a_set_is_logged_once_however_often_it_is_sent() {
    let app = TestApp::spawn().await;
    let (ann, owner) = training(&app, "ann@example.com").await;
    let call = Call::of(&app, &ann).await;
    let (workout, first) = operation(&ann, "b1s1", 1).await;
    let (_, second) = operation(&ann, "b1s2", 2).await;
    let arguments = json!({ "owner": owner, "workout": workout, "operations": [first, second] });
    for outcome in [Outcome::Applied, Outcome::Duplicate] {
        let progress = progress(&call.send("/rpc/log", &arguments).await);
        assert_eq!(progress.outcomes, [outcome; 2]);
        let held = progress.workout.unwrap();
        assert_eq!((held.finished, held.sets.len()), (false, 2));
    }
    assert!(ann.get("/workout").await.body.contains("2 of "));
    let asked = json!({ "owner": owner, "workout": workout });
    let state = progress(&call.send("/rpc/workout_state", &asked).await);
    assert_eq!((state.outcomes.len(), state.workout.unwrap().sets.len()), (0, 2));
}

#[tokio::test]
async fn a_visitor_logs_into_the_session() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
    let (workout, operation) = operation(&visitor, "b1s1", 1).await;
    let arguments = json!({ "owner": null, "workout": workout, "operations": [operation] });
    let call = Call::of(&app, &visitor).await;
    assert_eq!(progress(&call.send("/rpc/log", &arguments).await).outcomes, [Outcome::Applied]);
    assert!(visitor.get("/workout").await.body.contains("1 of "));
    // The page was opened before the login; the workout has moved to the account.
    visitor.register("Ann", "ann@example.com", PASSWORD).await.assert_redirect("/");
    let call = Call::of(&app, &visitor).await;
    assert_eq!(progress(&call.send("/rpc/log", &arguments).await).outcomes, [Outcome::Duplicate]);
}

#[tokio::test]
async fn of_a_workout_that_is_gone_or_somebody_elses_nothing_is_told() {
    let app = TestApp::spawn().await;
    let (ann, _) = training(&app, "ann@example.com").await;
    let (workout, operation) = operation(&ann, "b1s1", 1).await;
    let (bob, owner) = training(&app, "bob@example.com").await;
    let arguments = json!({ "owner": owner, "workout": workout, "operations": [operation] });
    let call = Call::of(&app, &bob).await;
    for path in ["/rpc/log", "/rpc/workout_state"] {
        let progress = progress(&call.send(path, &arguments).await);
        assert_eq!(progress.workout, None);
        assert!(progress.outcomes.iter().all(|outcome| *outcome == Outcome::Gone));
    }
    assert!(ann.get("/workout").await.body.contains("0 of "));
}

#[tokio::test]
async fn what_cannot_be_applied_is_refused_by_itself() {
    let app = TestApp::spawn().await;
    let (ann, owner) = training(&app, "ann@example.com").await;
    let (workout, good) = operation(&ann, "b1s1", 1).await;
    let (_, mut bad) = operation(&ann, "b1s2", 2).await;
    bad["entry"] = bad["entry"].as_str().unwrap().replace("\t12\t", "\t20s\t").into();
    let arguments = json!({ "owner": owner, "workout": workout, "operations": [bad, good] });
    let progress = progress(&Call::of(&app, &ann).await.send("/rpc/log", &arguments).await);
    assert_eq!(progress.outcomes, [Outcome::Refused(Refusal::DoesNotFit), Outcome::Applied]);
}

/// In the field `at` of a row.
async fn logged_at(browser: &Browser, slot: &str) -> String {
    value(&browser.row(slot).await, "at").to_owned()
}

#[tokio::test]
async fn a_device_whose_clock_is_hours_wrong_moves_neither_its_sets_nor_the_rest() {
    const HOURS: i64 = 9 * 3600 * 1000;
    let app = TestApp::spawn().await;
    let (ann, owner) = training(&app, "ann@example.com").await;
    app.wait(20 * 60);
    let call = Call::of(&app, &ann).await;
    let now = app.clock.now().unix_timestamp() * 1000;
    for (slot, id, by, at, until) in [
        // Before the start, as near as a clock may be wrong.
        ("b1s1", 1, -HOURS, "2026-03-01T08:55:00", "08:5"),
        ("b1s2", 2, HOURS, "2026-03-01T09:25:00", "09:2"),
    ] {
        let (workout, mut sent) = operation(&ann, slot, id).await;
        let entry = sent["entry"].as_str().unwrap().replace("1772388000000", &(now + by).to_string());
        sent["entry"] = entry.into();
        let arguments = json!({ "owner": owner, "workout": workout, "operations": [sent] });
        assert_eq!(progress(&call.send("/rpc/log", &arguments).await).outcomes, [Outcome::Applied]);
        let held = logged_at(&ann, slot).await;
        assert!(held.starts_with(at), "{held}");
        // Leptos puts empty comments between texts.
        let page = ann.get("/workout").await.body.replace("<!>", "");
        assert_eq!(page.contains(&format!("Rest until {until}")), by > 0, "{slot}");
    }
}

#[tokio::test]
async fn foreign_origins_are_refused_as_for_every_form() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for (path, arguments) in functions() {
        let foreign = Call::of(&app, &ann).await.with("origin", "https://evil.example");
        let silent = Call::of(&app, &ann).await.without("origin");
        for call in [foreign, silent] {
            let answer = call.send(path, &arguments).await;
            assert_eq!((answer.status.as_u16(), error(&answer).error), (403, Code::CrossOrigin), "{path}");
        }
    }
}

#[tokio::test]
async fn a_call_of_a_session_needs_its_token() {
    let app = TestApp::spawn().await;
    let (ann, bob) = (app.registered("ann@example.com").await, app.registered("bob@example.com").await);
    let foreign = bob.csrf_token().await.unwrap();
    for (path, arguments) in functions() {
        for token in ["", "x", &foreign] {
            let answer = Call::of(&app, &ann).await.with("x-csrf-token", token).send(path, &arguments).await;
            assert_eq!((answer.status.as_u16(), error(&answer).error), (403, Code::StaleForm), "{path}");
        }
        let without = Call::of(&app, &ann).await.without("x-csrf-token");
        assert_eq!(error(&without.send(path, &arguments).await).error, Code::StaleForm, "{path}");
        // Before the arguments are read, and in the body it is not the token that is asked for.
        let in_the_body = json!({ "csrf_token": ann.csrf_token().await.unwrap() });
        assert_eq!(error(&without.send(path, &in_the_body).await).error, Code::StaleForm, "{path}");
    }
}

#[tokio::test]
async fn who_was_signed_out_is_told_so() {
    for (path, mut arguments) in functions() {
        let app = TestApp::spawn().await;
        let (ann, owner) = training(&app, "ann@example.com").await;
        let old = Call::of(&app, &ann).await;
        arguments["owner"] = json!(owner);
        app.wait(31 * 60);
        let expired = old.send(path, &arguments).await;
        assert_eq!((expired.status.as_u16(), error(&expired).error), (401, Code::Unauthenticated), "{path}");
        // The preferences live on in an anonymous session, for which the page was not made.
        let again = old.send(path, &arguments).await;
        assert_eq!((again.status.as_u16(), error(&again).error), (403, Code::StaleForm), "{path}");
        let visitor = app.browser();
        let stranger = Call::of(&app, &visitor).await.send(path, &arguments).await;
        assert_eq!(
            (stranger.status.as_u16(), error(&stranger).error),
            (401, Code::Unauthenticated),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_page_of_another_account_reaches_nothing() {
    let app = TestApp::spawn().await;
    let (_, owner) = training(&app, "ann@example.com").await;
    let bob = app.registered("bob@example.com").await;
    for (path, mut arguments) in functions() {
        arguments["owner"] = json!(owner);
        let answer = Call::of(&app, &bob).await.send(path, &arguments).await;
        assert_eq!((answer.status.as_u16(), error(&answer).error), (403, Code::StaleForm), "{path}");
    }
}

#[tokio::test]
async fn a_client_that_takes_pages_gets_no_redirect_and_no_page() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for (path, arguments) in functions() {
        let page = format!("{}/workout", app.origin);
        let html = Call::of(&app, &ann).await.with("accept", "text/html").with("referer", &page);
        assert!(html.headers.contains_key(REFERER));
        progress(&html.send(path, &arguments).await);
        let refused = html.with("x-csrf-token", "x").send(path, &arguments).await;
        assert_eq!((refused.status.as_u16(), error(&refused).error), (403, Code::StaleForm), "{path}");
        assert!(refused.location().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn only_json_of_the_right_shape_and_size_is_read() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for (path, arguments) in functions() {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let answer = Call::of(&app, &ann).await.with("content-type", kind).send(path, &arguments).await;
            assert_eq!(
                (answer.status.as_u16(), error(&answer).error),
                (415, Code::UnsupportedMediaType),
                "{path}"
            );
        }
        let call = Call::of(&app, &ann).await;
        for wrong in [json!(null), json!({}), json!([1]), json!({ "owner": 1, "workout": "x" })] {
            let answer = call.send(path, &wrong).await;
            assert_eq!(
                (answer.status.as_u16(), error(&answer).error),
                (400, Code::BadRequest),
                "{path} {wrong}"
            );
        }
        let answer = call.send(path, &json!({ "owner": "x".repeat(64 * 1024) })).await;
        assert_eq!((answer.status.as_u16(), error(&answer).error), (413, Code::TooLarge), "{path}");
    }
    let missing = Call::of(&app, &ann).await.send("/rpc/no_such_function", &json!({})).await;
    assert_eq!((missing.status.as_u16(), error(&missing).error), (404, Code::NotFound));
    let got = ann.get("/rpc/log").await;
    assert_eq!(got.status, 405, "{}", got.body);
}

#[tokio::test]
async fn more_operations_than_a_call_may_bring_are_refused() {
    let app = TestApp::spawn().await;
    let (ann, owner) = training(&app, "ann@example.com").await;
    let (workout, _) = operation(&ann, "b1s1", 1).await;
    let mut operations = Vec::new();
    for id in 0..51 {
        let id = format!("00000000-0000-0000-0000-0000000000{id:02x}");
        operations.push(json!({ "id": id, "entry": "b1s1" }));
    }
    let arguments = json!({ "owner": owner, "workout": workout, "operations": operations });
    let answer = Call::of(&app, &ann).await.send("/rpc/log", &arguments).await;
    assert_eq!((answer.status.as_u16(), error(&answer).error), (422, Code::Invalid));
    assert_eq!(answer.json()["fields"]["operations"], "out_of_range");
}

#[tokio::test]
async fn sessions_are_not_begun_without_end() {
    let once = Rate { burst: 1, refill: Duration::HOUR };
    let few = AnonymousLimits { sessions: once, ..AnonymousLimits::default() };
    let app = Setup::default().anonymous_limits(few).spawn().await;
    app.browser().save_preferences(&[]).await;
    let (path, arguments) = functions()[0].clone();
    let visitor = app.browser();
    let answer = Call::of(&app, &visitor).await.send(path, &arguments).await;
    let told = error(&answer);
    assert_eq!((answer.status.as_u16(), told.error), (429, Code::TooManyAttempts));
    assert_eq!(told.retry_after.unwrap().to_string(), answer.header("retry-after"));
}

#[tokio::test]
async fn while_a_store_is_away_the_island_is_told_to_wait() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let call = Call::of(&app, &ann).await;
    watch.set_away(true);
    for (path, arguments) in functions() {
        let answer = call.send(path, &arguments).await;
        let told = error(&answer);
        assert_eq!((answer.status.as_u16(), told.error), (503, Code::StoreUnavailable), "{path}");
        assert_eq!(told.retry_after.unwrap().to_string(), answer.header("retry-after"), "{path}");
        assert!(answer.set_cookies().is_empty(), "{path}");
    }
}
