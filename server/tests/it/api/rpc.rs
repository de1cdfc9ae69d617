//! The functions that islands call: what holds for each of them.

// slim: trainer
mod workouts;
// slim: instead
// mod theme;
// slim: end

use api::{ApiError, Code};
use http::header::{ACCEPT, CONTENT_TYPE, ORIGIN, REFERER};
use http::{HeaderMap, HeaderValue, Method};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use time::Duration;
use web::anonymous_limit::{AnonymousLimits, Rate};

use crate::support::helpers::{Answer, Browser, Setup, TestApp};
use crate::support::watched::Watch;

/// Every function, with arguments that it takes. A new one fails the first test until it stands here.
// slim: trainer
fn functions() -> [(&'static str, Value); 2] {
    let workout = "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60";
    [
        ("/rpc/log", json!({ "owner": null, "workout": workout, "operations": [] })),
        ("/rpc/workout_state", json!({ "owner": null, "workout": workout })),
    ]
}
// slim: instead
// fn functions() -> [(&'static str, Value); 1] {
//     [("/rpc/save_theme", json!({ "owner": null, "theme": "dark" }))]
// }
// slim: end

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

/// Somebody with a page that calls functions.
async fn person(app: &TestApp, email: &str) -> (Browser, String) {
    let person = app.registered(email).await;
    person.post("/api/workouts/start", &[]).await.assert_redirect("/workout"); // slim: trainer
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
        let (ann, owner) = person(&app, "ann@example.com").await;
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
    let (_, owner) = person(&app, "ann@example.com").await;
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
        let page = format!("{}/preferences", app.origin);
        let html = Call::of(&app, &ann).await.with("accept", "text/html").with("referer", &page);
        assert!(html.headers.contains_key(REFERER));
        assert_eq!(html.send(path, &arguments).await.status, 200, "{path}");
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
        for wrong in [json!(null), json!({}), json!([1]), json!({ "owner": 1, "theme": 1 })] {
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
    let got = ann.get(functions()[0].0).await;
    assert_eq!(got.status, 405, "{}", got.body);
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
