//! Visitors without a session cannot fill the store: what they may leave in it is limited per address.

use http::{HeaderMap, Method, StatusCode};
use server::anonymous_limit::{AnonymousLimits, Rate};
use time::Duration;

use crate::support::helpers::{Answer, PASSWORD, Setup, TestApp, preferences};

fn limits(per_address: u32) -> AnonymousLimits {
    let rate = |burst| Rate { burst, refill: Duration::seconds(10) };
    AnonymousLimits {
        starts: rate(per_address),
        all_starts: rate(100),
        sessions: rate(per_address),
        all_sessions: rate(100),
    }
}

/// A new visitor from this address starts a login.
async fn start(app: &TestApp, address: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("x-forwarded-for", address.parse().unwrap());
    app.browser().send(Method::GET, "/auth/demo", headers, None).await
}

#[tokio::test]
async fn logins_begun_at_a_provider_are_limited_per_address() {
    let app = Setup::default().anonymous_limits(limits(3)).var("TRUST_PROXY", "1").spawn().await;
    for _ in 0..3 {
        assert_eq!(start(&app, "192.0.2.1").await.status, StatusCode::SEE_OTHER);
    }
    let refused = start(&app, "192.0.2.1").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "10");
    assert!(refused.body.contains("Too many attempts") && refused.set_cookies().is_empty());
    assert_eq!(app.browser().json().get("/auth/demo").await.status, StatusCode::SEE_OTHER, "another address");
    assert_eq!(app.stats().await.live, 4, "one row each, and none for a refusal");

    for host in ["1", "2", "3"] {
        assert_eq!(start(&app, &format!("2001:db8:1:2::{host}")).await.status, StatusCode::SEE_OTHER);
    }
    let same_network = start(&app, "2001:db8:1:2:ffff::1").await;
    assert_eq!(same_network.status, StatusCode::TOO_MANY_REQUESTS, "a /64 is one customer");
    assert_eq!(start(&app, "2001:db8:1:3::1").await.status, StatusCode::SEE_OTHER);

    app.wait(10);
    assert_eq!(start(&app, "192.0.2.1").await.status, StatusCode::SEE_OTHER, "after the time it was told");
    assert_eq!(start(&app, "192.0.2.1").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn anonymous_sessions_are_limited_per_address() {
    let app = Setup::default().anonymous_limits(limits(2)).spawn().await;
    let regular = app.browser();
    regular.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    app.browser().save_preferences(&[]).await.assert_redirect("/preferences?saved=true");

    let refused = app.browser().post_bare("/api/preferences", &preferences(&[])).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "10");
    assert!(refused.set_cookies().is_empty());
    let program = app.browser().json().post_bare("/api/preferences", &preferences(&[])).await;
    assert_eq!(program.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(program.json()["error"], "too_many_attempts");
    assert_eq!(app.stats().await.live, 2);
    // Visitors with a session are not limited.
    regular.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
}

#[tokio::test]
async fn people_log_in_whatever_strangers_do() {
    let app = Setup::default().anonymous_limits(limits(1)).spawn().await;
    let ann = app.registered("ann@example.com").await;
    for _ in 0..5 {
        app.browser().get("/auth/demo").await;
        app.browser().post_bare("/api/preferences", &preferences(&[])).await;
    }
    assert_eq!(app.browser().get("/auth/demo").await.status, StatusCode::TOO_MANY_REQUESTS);
    app.browser().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    app.registered("bob@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
}

#[tokio::test]
async fn people_behind_one_address_do_not_notice() {
    let app = TestApp::spawn().await;
    for _ in 0..150 {
        assert_eq!(app.browser().get("/auth/demo").await.status, StatusCode::SEE_OTHER);
    }
    for _ in 0..50 {
        app.browser().save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    }
}
