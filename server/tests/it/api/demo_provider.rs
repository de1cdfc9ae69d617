//! The demo provider, as a browser goes through it: on a fresh clone, and in a public demonstration.

use domain::account::EmailAddress;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use web::anonymous_limit::{AnonymousLimits, Rate};

use crate::api::demo::{ORIGIN, demonstration};
use crate::api::form_errors::assert_comes_back;
use crate::api::oauth::local;
use crate::support::helpers::{Answer, Browser, Setup, TestApp};

/// On its page: fills in the form and allows. Returns the redirect back to the application.
async fn allow(browser: &Browser, authorize: &str, name: &str, email: &str) -> Answer {
    decide(browser, authorize, name, email, "allow").await
}

async fn decide(browser: &Browser, authorize: &str, name: &str, email: &str, decision: &str) -> Answer {
    let page = browser.get(authorize).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let html = scraper::Html::parse_document(&page.body);
    let hidden =
        scraper::Selector::parse("form[action='/demo-provider/authorize'] input[type=hidden]").unwrap();
    let mut fields: Vec<(String, String)> = html
        .select(&hidden)
        .map(|input| {
            let value = |name| input.value().attr(name).unwrap_or_default().to_owned();
            (value("name"), value("value"))
        })
        .collect();
    for (field, value) in [("name", name), ("email", email), ("decision", decision)] {
        fields.push((field.to_owned(), value.to_owned()));
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_bare("/demo-provider/authorize", &fields).await
}

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

#[tokio::test]
async fn on_a_fresh_clone_it_logs_people_in_and_recognises_them_whatever_other_cookies_there_are() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let start = olga.get("/auth/demo?return_to=/account").await;
        let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com").await;
        olga.get(local(&app, back.location())).await.assert_redirect("/account");
        let user = olga.info().await["user"].clone();
        assert_eq!((&user["provider"], &user["display_name"]), (&"demo".into(), &"Olga".into()));
        ids.push(user["id"].clone());
        olga.post("/api/auth/logout", &[]).await.assert_redirect("/login");
        olga.set_cookie("promo", "Zo\u{eb}");
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn saying_no_leads_back_to_login() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/demo").await;
    let back = decide(&olga, local(&app, start.location()), "", "", "deny").await;
    olga.get(local(&app, back.location())).await.assert_redirect("/login?error=oauth_denied");
}

#[tokio::test]
async fn the_page_of_the_demo_provider_comes_back_with_a_summary() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/demo").await;
    let answer = allow(&olga, local(&app, start.location()), "", "no address").await;
    assert_eq!(answer.status, 422);
    assert_comes_back("the consent", &answer, &["email", "name"]);
}

#[tokio::test]
async fn the_demo_providers_token_endpoint_authenticates_its_client_instead() {
    let app = TestApp::spawn().await;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, form)]);
    let body = Some(b"grant_type=authorization_code&code=x".to_vec());
    let answer = app.browser().send(Method::POST, "/demo-provider/token", headers, body).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn under_https_its_cookie_is_of_this_host_alone() {
    const HOST: &str = "https://train.example";
    let app = Setup::default().var("APP_ENV", "demo").var("PUBLIC_URL", HOST).spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/demo").await;
    let authorize = start.location().strip_prefix(HOST).unwrap();
    let cookies = allow(&olga, authorize, "Olga", "olga@example.com").await.set_cookies();
    let cookie = cookies.iter().find(|cookie| cookie.name() == "__Host-demo_provider").unwrap();
    assert_eq!((cookie.secure(), cookie.http_only()), (Some(true), Some(true)), "{cookie}");
    assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None), "{cookie}");
    assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax), "{cookie}");
}

#[tokio::test]
async fn the_demo_provider_cannot_be_enabled_in_production() {
    let app =
        Setup::default().var("APP_ENV", "production").var("PUBLIC_URL", "https://site.example").spawn().await;
    assert_eq!(app.browser().get("/auth/demo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.browser().get("/demo-provider/authorize").await.status, StatusCode::NOT_FOUND);
}
