//! `/metrics` of the binary. A process of its own, because metrics belong to a process: what other tests do at the same
//! time is not in them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod operated;
mod scrape;

use http::StatusCode;

use self::operated::Operated;
use self::scrape::Scrape;
use crate::support::helpers::Browser;
use crate::support::provider::decide;
use crate::support::stack::AWAY; // slim: mongodb/postgres/redis

const PASSWORD: &str = "a canary in a coal mine";

/// What the page says there is: name and kind.
fn documented() -> Vec<(&'static str, &'static str)> {
    let page = include_str!("../../README.md");
    let section = page.split("\n## ").find(|section| section.starts_with("Metrics\n")).unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let found: Vec<_> = rows.map(|(name, rest)| (name, rest.split(' ').next().unwrap())).collect();
    assert!(found.len() > 20);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_served_on_their_own_address_alone() {
    let server = Operated::start(&[]);
    for path in ["/metrics", "/metrics/", "/METRICS"] {
        let public = server.running.request(&format!("GET {path}"), "", "");
        assert!(!public.contains("# TYPE"), "{public}");
        assert!(public.starts_with("HTTP/1.1 404") || public.starts_with("HTTP/1.1 308"), "{public}");
    }
    let answer = server.get("/metrics").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(server.get("/healthz").await.status(), StatusCode::OK);
    for path in ["/", "/login", "/readyz", "/metrics/x", "/session-info"] {
        assert_eq!(server.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let post = server.client.post(format!("{}/metrics", server.admin)).send().await.unwrap();
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
}

/// A person who mistypes, logs in, saves and registers, a stranger who guesses, and one who comes by a provider.
async fn a_day(server: &Operated) -> Vec<String> {
    let person = server.browser();
    for path in [
        "/",
        "/",
        "/no-such-canary",
        "/another-canary?q=canary",
        "/pkg/canary.js",
        "/history/canary", // slim: trainer
    ] {
        person.get(path).await;
    }
    // The name of a method is text of the client's choice too.
    server.running.request("CANARY /", "", "");
    for status in [422, 422, 422, 429] {
        assert_eq!(person.log_in("canary@example.com", PASSWORD).await.status, status);
    }
    person.log_in("demo@example.com", "workout-demo").await.assert_redirect("/");
    person.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    let fields = [("current_password", PASSWORD), ("new_password", "another canary 4711")];
    assert_eq!(person.post("/api/account/password", &fields).await.status, 422);

    let other = server.browser();
    other.register("Canary", "canary.two@example.com", PASSWORD).await.assert_redirect("/");
    let answers = [("allow", "/"), ("deny", "/login")];
    let by_provider = server.browser();
    for (decision, path) in answers {
        let browser = if decision == "allow" { &by_provider } else { &server.browser() };
        through_the_provider(server, browser, decision, path).await;
    }
    server.browser().get("/auth/elsewhere/callback?code=canary&state=canary").await;
    server.browser().get("/auth/canary").await;
    [person, other, by_provider].iter().filter_map(Browser::session_cookie).collect()
}

async fn through_the_provider(server: &Operated, browser: &Browser, decision: &str, path: &str) {
    let local = |location: &str| location.strip_prefix(&server.running.url()).unwrap_or(location).to_owned();
    let start = browser.get("/auth/elsewhere").await;
    let back = decide(browser, &local(start.location()), "Canary", "canary.three@example.com", decision);
    let done = browser.get(&local(back.location())).await;
    assert_eq!(done.location().split('?').next(), Some(path));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_and_nobody_is_named() {
    let server = Operated::start(&[("LOGIN_LIMIT", "3/1h"), ("SESSION_SWEEP_INTERVAL", "1s")]);
    let cookies = a_day(&server).await;
    assert_eq!(cookies.len(), 3);
    let swept = "session_cleanup_last_success_timestamp_seconds";
    let scrape = server.until(|scrape| scrape.has(swept)).await;

    for (metric, count) in [
        (r#"http_requests_total{method="GET",route="/",status="2xx"}"#, 2),
        (r#"http_requests_total{method="GET",route="none",status="4xx"}"#, 2),
        (r#"http_requests_total{method="GET",route="/pkg/{*file}",status="4xx"}"#, 1),
        (r#"http_requests_total{method="GET",route="/history/{id}",status="3xx"}"#, 1), // slim: trainer
        (r#"http_requests_total{method="other",route="/",status="4xx"}"#, 1),
        (r#"http_requests_total{method="POST",route="/api/auth/login",status="4xx"}"#, 4),
        (r#"http_requests_total{method="POST",route="/api/auth/login",status="3xx"}"#, 1),
        (r#"http_requests_total{method="POST",route="/api/preferences",status="3xx"}"#, 1),
        (r#"http_request_duration_seconds_count{route="/api/auth/login"}"#, 5),
        (r#"http_request_duration_seconds_bucket{route="/api/auth/login",le="+Inf"}"#, 5),
        ("http_requests_in_flight", 0),
        (r#"logins_total{way="password",outcome="wrong"}"#, 3),
        (r#"logins_total{way="password",outcome="throttled"}"#, 1),
        (r#"logins_total{way="password",outcome="success"}"#, 1),
        (r#"logins_total{way="elsewhere",outcome="success"}"#, 1),
        (r#"registrations_total{outcome="success"}"#, 1),
        (r#"password_checks_total{outcome="wrong"}"#, 1),
        (r#"throttled_total{rule="login"}"#, 1),
        (r#"oauth_starts_total{provider="elsewhere",outcome="success"}"#, 2),
        (r#"oauth_callbacks_total{provider="elsewhere",outcome="confirmed"}"#, 1),
        (r#"oauth_callbacks_total{provider="elsewhere",outcome="denied"}"#, 1),
        (r#"oauth_callbacks_total{provider="elsewhere",outcome="expired"}"#, 1),
        (r#"suspicious_activity_total{sign="state_refused"}"#, 1),
        (r#"log_events_total{event="authn_login_fail_max"}"#, 1),
        (r#"password_hashes_waiting{purpose="log_in"}"#, 0),
        ("password_hashes_running", 0),
        ("oauth_exchanges_running", 0),
        ("session_store_up", 1),
        ("session_event_streams", 0),
    ] {
        assert_eq!(scrape.value(metric), f64::from(count), "{metric}\n{}", scrape.text);
    }
    // The account of the demonstration is hashed, and again checked; so are five logins, a check and a registration.
    assert!(scrape.value("password_hash_duration_seconds_count") >= 6.0, "{}", scrape.text);
    let create =
        r#"store_operation_duration_seconds_count{store="sessions",kind="sqlite",operation="create"}"#;
    assert!(scrape.value(create) >= 3.0, "{}", scrape.text);

    for secret in cookies.iter().map(String::as_str).chain(["canary", "Canary", "@", PASSWORD, "127.0.0.1"]) {
        assert!(!scrape.text.contains(secret), "{secret}: {}", scrape.text);
    }
    scrape.follows(&documented());
    shown_by_the_dashboard(&[scrape, away().await]);
}

/// With a session store that cannot be used.
async fn away() -> Scrape {
    // slim: mongodb/postgres/redis
    let more = [("SESSION_STORE", AWAY[0]), ("STORE_TIMEOUT", "200ms"), ("SESSION_SWEEP_INTERVAL", "1s")];
    let server = Operated::start(&more);
    let kind = AWAY[0].split("://").next().unwrap();
    // slim: instead
    // let more = [("SESSION_STORE", "sqlite://sessions.db"), ("SESSION_SWEEP_INTERVAL", "1s")];
    // let server = Operated::start(&more);
    // let kind = "sqlite";
    // // Another file takes its place.
    // let file = server.directory.path().join("sessions.db");
    // std::fs::rename(&file, file.with_extension("old")).unwrap();
    // std::fs::write(&file, "").unwrap();
    // slim: end
    let is_known = |scrape: &Scrape| {
        let is_away = scrape.has("session_store_up") && scrape.value("session_store_up") == 0.0;
        is_away && scrape.has("session_cleanup_failures_total")
    };
    let scrape = server.until(is_known).await;
    assert!(scrape.value("sessions_live").is_nan(), "an old count would look like a new one");
    let ping =
        format!(r#"store_operation_errors_total{{store="sessions",kind="{kind}",operation="ping",error="#);
    assert!(scrape.text.contains(&ping), "{}", scrape.text);
    scrape.follows(&documented());
    scrape
}

/// Whether all that is documented, and all that the dashboard asks for, exists.
fn shown_by_the_dashboard(scrapes: &[Scrape]) {
    let exists = |name: &str| scrapes.iter().any(|scrape| scrape.kinds.contains_key(name));
    let dashboard: serde_json::Value = serde_json::from_str(include_str!("../../dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let asked: Vec<_> = targets.map(|target| target["expr"].as_str().unwrap()).collect();
    assert!(asked.len() > 20);
    for expr in &asked {
        let names = scrape::names_in(expr);
        assert!(!names.is_empty(), "{expr}");
        for name in names {
            assert!(exists(name), "{name} of {expr}");
        }
    }
    for (name, _) in documented() {
        assert!(exists(name), "{name} is documented");
        let is_shown = asked.iter().any(|expr| scrape::names_in(expr).contains(&name));
        assert!(is_shown || name == "build_info", "{name} is not on the dashboard");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_counted_while_it_is() {
    let server = Operated::start(&[]);
    let person = server.browser();
    person.log_in("demo@example.com", "workout-demo").await.assert_redirect("/");
    let stream = person.begin_get("/session/events").await;
    server.until(|scrape| scrape.value("session_event_streams") == 1.0).await;
    drop(stream);
    server.until(|scrape| scrape.value("session_event_streams") == 0.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_sessions_are_counted_in_the_background() {
    let server = Operated::start(&[]);
    server.browser().log_in("demo@example.com", "workout-demo").await.assert_redirect("/");
    server.browser().save_preferences(&[]).await;
    // It counts at its start, and then every half minute.
    let server = server.restart();
    let scrape = server.until(|scrape| scrape.has("session_store_up")).await;
    let counts = ["sessions_live", "sessions_signed_in", "sessions_expired"].map(|name| scrape.value(name));
    assert_eq!(counts, [2.0, 1.0, 0.0], "{}", scrape.text);
    let scans = r#"store_operation_duration_seconds_count{store="sessions",kind="sqlite",operation="stats"}"#;
    for _ in 0..20 {
        let scrape = server.scrape().await;
        assert!(scrape.value(scans) < 5.0, "asking for metrics counts no sessions: {}", scrape.text);
    }
}
