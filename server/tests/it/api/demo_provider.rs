//! The demo provider in a public demonstration.

use domain::account::EmailAddress;
use http::StatusCode;
use server::anonymous_limit::{AnonymousLimits, Rate};

use crate::api::demo::{ORIGIN, demonstration};
use crate::api::oauth::{allow, decide};
use crate::support::helpers::Browser;

/// From the login page through the demo provider.
async fn over_demo(browser: &Browser, email: &str) -> String {
    let local = |location: &str| location.strip_prefix(ORIGIN).unwrap_or(location).to_owned();
    let start = browser.get("/auth/demo").await;
    let back = allow(browser, &local(start.location()), "Ann", email).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    let cookie = back.set_cookies().into_iter().find(|cookie| cookie.name() == "demo_provider");
    if let Some(cookie) = cookie {
        assert_eq!(cookie.http_only(), Some(true));
        assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax));
        assert_eq!(cookie.path(), Some("/demo-provider"));
    }
    browser.get(&local(back.location())).await.location().to_owned()
}

#[tokio::test]
async fn visitors_who_type_the_same_address_at_the_demo_provider_do_not_meet() {
    let app = demonstration().spawn().await;
    let ann = app.browser();
    assert_eq!(over_demo(&ann, "same@example.com").await, "/");
    let id = ann.info().await["user"]["id"].clone();
    let user = EmailAddress::parse("same@example.com").unwrap();
    assert!(!app.app.db.user_by_email(&user).await.unwrap().unwrap().email_verified);
    let bob = app.browser();
    assert_eq!(over_demo(&bob, "same@example.com").await, "/login?error=oauth_email_taken");
    assert!(!bob.is_signed_in().await);
    // In the same browser it is the same person, whatever they type.
    ann.post("/api/auth/logout", &[]).await;
    assert_eq!(over_demo(&ann, "another@example.com").await, "/");
    assert_eq!(ann.info().await["user"]["id"], id);
}

#[tokio::test]
async fn codes_of_the_demo_provider_are_limited_per_address() {
    let codes = Rate { burst: 1, refill: time::Duration::seconds(10) };
    let limits = AnonymousLimits { codes, ..AnonymousLimits::default() };
    let app = demonstration().anonymous_limits(limits).spawn().await;
    assert_eq!(over_demo(&app.browser(), "ann@example.com").await, "/");
    let bob = app.browser();
    let start = bob.get("/auth/demo").await;
    assert_eq!(start.status, StatusCode::SEE_OTHER, "to begin is not limited");
    let authorize = start.location().strip_prefix(ORIGIN).unwrap().to_owned();
    let refused = allow(&bob, &authorize, "Bob", "bob@example.com").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "10");
    app.wait(10);
    assert_eq!(over_demo(&bob, "bob@example.com").await, "/");
}

#[tokio::test]
async fn what_leaves_no_code_does_not_count() {
    let codes = Rate { burst: 1, refill: time::Duration::seconds(10) };
    let limits = AnonymousLimits { codes, all_codes: codes, ..AnonymousLimits::default() };
    let app = demonstration().anonymous_limits(limits).spawn().await;
    let ann = app.browser();
    for _ in 0..3 {
        let start = ann.get("/auth/demo").await;
        let authorize = start.location().strip_prefix(ORIGIN).unwrap().to_owned();
        let denied = decide(&ann, &authorize, "Ann", "ann@example.com", "deny").await;
        assert_eq!(denied.status, StatusCode::SEE_OTHER);
        let invalid = allow(&ann, &authorize, "Ann", "no address").await;
        assert_eq!(invalid.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(over_demo(&ann, "ann@example.com").await, "/");
}

#[tokio::test]
async fn the_demo_provider_knows_its_visitor_whatever_other_cookies_there_are() {
    let app = demonstration().spawn().await;
    let ann = app.browser();
    over_demo(&ann, "ann@example.com").await;
    ann.post("/api/auth/logout", &[]).await;
    // Another application on this host may set cookies of any content.
    ann.set_cookie("aaa", "Zoë");
    let again = app.browser().get("/auth/demo").await;
    let authorize = again.location().strip_prefix(ORIGIN).unwrap().to_owned();
    let back = allow(&ann, &authorize, "Ann", "ann@example.com").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    assert!(back.set_cookies().iter().all(|cookie| cookie.name() != "demo_provider"), "it is known");
}

#[tokio::test]
async fn a_demo_provider_that_is_switched_off_is_not_there() {
    let app = demonstration().var("OAUTH_DEMO", "false").spawn().await;
    let browser = app.browser();
    assert_eq!(browser.get("/demo-provider/authorize").await.status, StatusCode::NOT_FOUND);
    for path in ["/demo-provider/authorize", "/demo-provider/token"] {
        assert_eq!(browser.post_bare(path, &[("decision", "allow")]).await.status, StatusCode::NOT_FOUND);
    }
}
