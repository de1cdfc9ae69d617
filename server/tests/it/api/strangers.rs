//! Visitors without a session cannot fill the store: what they may leave in it is limited per address, and a
//! login begun at a provider leaves nothing.

use futures::future::join_all;
use http::StatusCode;
use session_rows::Stats;
use time::Duration;
use web::anonymous_limit::{AnonymousLimits, Rate};

use crate::api::broken_off::begin;
use crate::api::oauth::local;
use crate::support::helpers::{Browser, PASSWORD, Setup, TestApp, preferences};
use crate::support::provider::{allow, decide};
use crate::support::slow_provider::{START, SlowProvider};
use crate::support::watched::Watch;

fn limits(per_address: u32) -> AnonymousLimits {
    let rate = |burst| Rate { burst, refill: Duration::seconds(10) };
    AnonymousLimits { sessions: rate(per_address), all_sessions: rate(100), ..AnonymousLimits::default() }
}

#[tokio::test]
async fn logins_begun_at_a_provider_cost_the_store_nothing() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    for _ in 0..100 {
        let starts = (0..20).map(|_| async { app.browser().get("/auth/elsewhere").await });
        for answer in join_all(starts).await {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "none of them is refused");
            assert!(answer.session_cookie().is_none() && answer.attempt_cookie().is_some());
        }
    }
    assert!(watch.take().is_empty());
    assert_eq!(app.stats().await, Stats::default());
}

/// A stranger who has begun at this provider, and a callback with an invented code.
async fn with_invented_code(app: &TestApp, provider: &str) -> (Browser, String) {
    let stranger = app.browser();
    let start = stranger.get(&format!("/auth/{provider}")).await;
    let callback = format!("/auth/{provider}/callback?code=invented&state={}", start.state());
    (stranger, callback)
}

/// A provider that is not there.
async fn with_absent_provider(setup: Setup) -> Setup {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    setup
        .var("OAUTH_ACME_AUTH_URL", &format!("{url}/authorize"))
        .var("OAUTH_ACME_TOKEN_URL", &format!("{url}/token"))
        .var("OAUTH_ACME_USERINFO_URL", &format!("{url}/userinfo"))
        .var("OAUTH_ACME_CLIENT_ID", "client")
        .var("OAUTH_ACME_CLIENT_SECRET", "secret")
}

#[tokio::test]
async fn codes_that_strangers_invent_leave_rows_of_a_minute_and_no_more_than_their_address_may() {
    for provider in ["elsewhere", "acme"] {
        let exchanges = Rate { burst: 5, refill: Duration::seconds(10) };
        let setup = Setup::default().anonymous_limits(AnonymousLimits { exchanges, ..limits(100) });
        let app = with_absent_provider(setup).await.spawn().await;
        let mut refused = None;
        for _ in 0..20 {
            let (stranger, callback) = with_invented_code(&app, provider).await;
            let answer = stranger.get(&callback).await;
            answer.assert_redirect("/login?error=oauth_failed");
            assert!(answer.session_cookie().is_none());
            refused = Some((stranger, callback));
        }
        assert_eq!(app.stats().await.live, 5, "{provider}");
        let (stranger, callback) = refused.unwrap();
        assert_eq!(stranger.attempt_cookies().len(), 1, "what was refused is not used up");
        app.wait(10);
        stranger.get(&callback).await.assert_redirect("/login?error=oauth_failed");
        assert!(stranger.attempt_cookies().is_empty());
        assert_eq!(app.stats().await.live, 6, "{provider}");
        app.wait(60);
        assert_eq!(app.stats().await.live, 0, "{provider}");
    }
}

#[tokio::test]
async fn one_saved_preference_is_no_way_around_the_limit() {
    let provider = SlowProvider::spawn().await;
    let exchanges = Rate { burst: 1, refill: Duration::DAY };
    let setup = Setup::default().anonymous_limits(AnonymousLimits { exchanges, ..limits(100) });
    let app = provider.configure(setup).spawn().await;
    provider.refuse();
    let stranger = app.browser();
    stranger.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    for _ in 0..3 {
        provider.answer();
        let callback = begin(&stranger, START).await;
        stranger.get(&callback).await.assert_redirect("/login?error=oauth_failed");
    }
    assert_eq!(provider.token_requests(), 1);
}

#[tokio::test]
async fn invented_codes_of_one_address_are_not_in_the_way_of_another() {
    let exchanges = Rate { burst: 1, refill: Duration::DAY };
    let limits = AnonymousLimits { exchanges, ..limits(100) };
    let app = Setup::default().anonymous_limits(limits).var("TRUST_PROXY", "1").spawn().await;
    for _ in 0..3 {
        let (stranger, callback) = with_invented_code(&app, "elsewhere").await;
        stranger.at("192.0.2.1").get(&callback).await.assert_redirect("/login?error=oauth_failed");
    }
    assert_eq!(app.stats().await.live, 1);
    let olga = app.browser();
    let olga = olga.at("192.0.2.2");
    let start = olga.get("/auth/elsewhere").await;
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    olga.get(local(&app, back.location())).await.assert_redirect("/");
    assert!(olga.is_signed_in().await);
}

#[tokio::test]
async fn a_refusal_at_the_provider_costs_the_store_nothing_either() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let stranger = app.browser();
    let start = stranger.get("/auth/elsewhere").await;
    let back = decide(&stranger, local(&app, start.location()), "Olga", "olga@example.com", "deny");
    let callback = local(&app, back.location());
    let lost = stranger.copy();
    for browser in [lost, stranger] {
        let answer = browser.get(callback).await;
        answer.assert_redirect("/login?error=oauth_denied");
        assert!(answer.session_cookie().is_none());
        assert!(browser.attempt_cookies().is_empty());
    }
    assert!(watch.take().is_empty());
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
async fn an_address_is_that_of_the_client_and_a_whole_network_of_ipv6() {
    let app = Setup::default().anonymous_limits(limits(1)).var("TRUST_PROXY", "1").spawn().await;
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(preferences(&[])).finish();
    let save = async |address: &str| {
        let mut headers = http::HeaderMap::new();
        headers.insert("x-forwarded-for", address.parse().unwrap());
        headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert("origin", app.origin.parse().unwrap());
        let body = Some(body.clone().into_bytes());
        app.browser().send(http::Method::POST, "/api/preferences", headers, body).await.status
    };
    assert_eq!(save("192.0.2.1").await, StatusCode::SEE_OTHER);
    assert_eq!(save("192.0.2.1").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(save("192.0.2.2").await, StatusCode::SEE_OTHER, "another address");
    assert_eq!(save("2001:db8:1:2::1").await, StatusCode::SEE_OTHER);
    assert_eq!(save("2001:db8:1:2:ffff::1").await, StatusCode::TOO_MANY_REQUESTS, "a /64 is one customer");
    assert_eq!(save("2001:db8:1:3::1").await, StatusCode::SEE_OTHER);
    app.wait(10);
    assert_eq!(save("192.0.2.1").await, StatusCode::SEE_OTHER, "after the time it was told");
}

#[tokio::test]
async fn people_log_in_whatever_strangers_do() {
    let app = Setup::default().anonymous_limits(limits(1)).spawn().await;
    let ann = app.registered("ann@example.com").await;
    for _ in 0..5 {
        app.browser().get("/auth/elsewhere").await;
        app.browser().post_bare("/api/preferences", &preferences(&[])).await;
    }
    let refused = app.browser().post_bare("/api/preferences", &preferences(&[])).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    app.browser().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    app.registered("bob@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    olga.get(local(&app, back.location())).await.assert_redirect("/");
    assert!(olga.is_signed_in().await);
}

#[tokio::test]
async fn people_behind_one_address_do_not_notice() {
    let app = TestApp::spawn().await;
    for _ in 0..50 {
        app.browser().save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    }
}
