//! Logins begun at a provider by visitors without a session, which are kept in cookies of their own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::SameSite;
use futures::future::join_all;
use http::StatusCode;
use time::Duration;

use crate::api::oauth::local;
use crate::support::helpers::{Answer, Browser, PASSWORD, Setup, TestApp};
use crate::support::provider::{allow, decide};
use crate::support::slow_provider::{START, SlowProvider};
use crate::support::watched::Watch;

pub(crate) const EXPIRED: &str = "/login?error=oauth_expired";

/// Through the provider, up to the path of the callback.
pub(crate) async fn until_callback(app: &TestApp, browser: &Browser) -> String {
    let start = browser.get("/auth/elsewhere?return_to=/history").await;
    let back = allow(browser, local(app, start.location()), "Olga", "olga@example.com");
    local(app, back.location()).to_owned()
}

/// The only one of this browser.
fn attempt_cookie(browser: &Browser) -> (String, String) {
    let cookies = browser.attempt_cookies();
    assert_eq!(cookies.len(), 1);
    cookies.into_iter().next().unwrap()
}

fn session_id(answer: &Answer) -> String {
    answer.session_cookie().unwrap().value().split('.').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn it_is_sent_when_the_provider_leads_back_and_never_to_scripts_or_subdomains() {
    let provider = SlowProvider::spawn().await;
    let plain = provider.configure(Setup::default()).spawn().await;
    let production = |setup: Setup| {
        let setup = setup.var("APP_ENV", "production").var("PUBLIC_URL", "https://app.site.example");
        provider.configure(setup)
    };
    let strict = production(Setup::default().var("SESSION_COOKIE_SAMESITE", "strict")).spawn().await;
    let shared = production(Setup::default().var("SESSION_COOKIE_DOMAIN", "site.example")).spawn().await;
    for (app, name, secure) in [
        (plain, "oauthAttempt-", false),
        (strict, "__Host-oauthAttempt-", true),
        (shared, "__Host-oauthAttempt-", true),
    ] {
        let browser = app.browser();
        let start = browser.get(START).await;
        assert_eq!(start.set_cookies().len(), 1, "and no other cookie");
        let kept = start.attempt_cookie().unwrap();
        let callback = format!("/auth/acme/callback?error=access_denied&state={}&again=1", start.state());
        let removed = browser.get(&callback).await.attempt_cookie().unwrap();
        let repeatable = Duration::seconds(90);
        assert_eq!(kept.max_age(), Some(Duration::minutes(10) + repeatable));
        assert_eq!((removed.value(), removed.max_age()), ("", Some(Duration::ZERO)));
        assert_eq!(kept.name(), removed.name());
        for cookie in [kept, removed] {
            assert_eq!(cookie.name().strip_prefix(name).map(str::len), Some(12), "{}", cookie.name());
            assert_eq!(cookie.secure().unwrap_or(false), secure);
            assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None));
            assert_eq!((cookie.http_only(), cookie.same_site()), (Some(true), Some(SameSite::Lax)));
        }
    }
}

#[tokio::test]
async fn two_tabs_do_not_disturb_each_other() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let (first, second) = (olga.get("/auth/elsewhere").await, olga.get("/auth/elsewhere").await);
    let back = decide(&olga, local(&app, first.location()), "Olga", "olga@example.com", "deny");
    olga.get(local(&app, back.location())).await.assert_redirect("/login?error=oauth_denied");
    assert_eq!(olga.attempt_cookies().len(), 1, "the other attempt is still open");
    let back = allow(&olga, local(&app, second.location()), "Olga", "olga@example.com");
    olga.get(local(&app, back.location())).await.assert_redirect("/");
    assert!(olga.attempt_cookies().is_empty());
    assert!(olga.is_signed_in().await);
}

#[tokio::test]
async fn logins_begun_at_the_same_moment_are_all_kept() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let starts = join_all((0..4).map(|_| olga.get("/auth/elsewhere"))).await;
    assert_eq!(olga.attempt_cookies().len(), 4, "no answer overwrites another");
    // One is finished while another begins.
    let denied = |one: &Answer| format!("/auth/elsewhere/callback?error=access_denied&state={}", one.state());
    let (first, second) = (denied(&starts[0]), denied(&starts[1]));
    let (finished, begun) = tokio::join!(olga.get(&first), olga.get("/auth/elsewhere"));
    finished.assert_redirect("/login?error=oauth_denied");
    assert_eq!(olga.attempt_cookies().len(), 4);
    olga.get(&second).await.assert_redirect("/login?error=oauth_denied");
    let back = allow(&olga, local(&app, begun.location()), "Olga", "olga@example.com");
    olga.get(local(&app, back.location())).await.assert_redirect("/");
}

#[tokio::test]
async fn starts_at_the_same_moment_leave_too_many_until_the_next_page() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let starts = join_all((0..8).map(|_| olga.get("/auth/elsewhere"))).await;
    assert_eq!(olga.attempt_cookies().len(), 8, "none of them knew of the others");
    // A callback removes its own alone.
    let denied = format!("/auth/elsewhere/callback?error=access_denied&state={}", starts[0].state());
    olga.get(&denied).await.assert_redirect("/login?error=oauth_denied");
    assert_eq!(olga.attempt_cookies().len(), 7);
    let page = olga.get("/login?error=oauth_denied").await;
    assert_eq!(page.set_cookies().len(), 2);
    assert_eq!(olga.attempt_cookies().len(), 5);
    assert!(olga.get("/login").await.set_cookies().is_empty());
}

#[tokio::test]
async fn the_newest_of_many_tabs_are_kept_whatever_they_lead_back_to() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let path = format!("/history?{}", "p".repeat(140));
    let mut starts = Vec::new();
    for count in 1..=7_usize {
        let start = olga.get(&format!("/auth/elsewhere?return_to={path}")).await;
        let cookies = olga.attempt_cookies();
        assert_eq!(cookies.len(), count.min(5));
        let header: usize = cookies.iter().map(|(name, value)| name.len() + value.len()).sum();
        assert!(header < 4_500, "proxies take headers of 8 kB, and other programs have cookies too");
        starts.push(start);
        app.wait(1);
    }
    let oldest = format!("/auth/elsewhere/callback?error=access_denied&state={}", starts[1].state());
    olga.get(&oldest).await.assert_redirect(EXPIRED);
    for (start, location) in [(&starts[2], "/login?error=oauth_denied"), (&starts[6], path.as_str())] {
        let decision = if location == path { "allow" } else { "deny" };
        let authorize = local(&app, start.location());
        let back = decide(&olga, authorize, "Olga", "olga@example.com", decision);
        olga.get(local(&app, back.location())).await.assert_redirect(location);
    }
}

#[tokio::test]
async fn it_is_good_for_its_own_browser_alone() {
    let app = TestApp::spawn().await;
    let (olga, stranger) = (app.browser(), app.browser());
    let callback = until_callback(&app, &olga).await;
    stranger.get("/auth/elsewhere").await;
    let own = stranger.attempt_cookies();
    let answer = stranger.get(&callback).await;
    answer.assert_redirect(EXPIRED);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(stranger.attempt_cookies(), own, "its own login goes on");
    app.browser().get(&callback).await.assert_redirect(EXPIRED);
    assert_eq!(app.stats().await.live, 0);
    olga.get(&callback).await.assert_redirect("/history");
}

#[tokio::test]
async fn what_this_server_did_not_seal_for_it_is_passed_over_and_left_alone() {
    let app = TestApp::spawn().await;
    let elsewhere =
        Setup::default().var("SESSION_SECRETS", "another secret of more than 32 bytes").spawn().await;
    let other = elsewhere.browser();
    let foreign_state = other.get("/auth/elsewhere").await.state();
    let (foreign_name, foreign) = attempt_cookie(&other);

    let olga = app.browser();
    let state = olga.get("/auth/elsewhere").await.state();
    let (own_name, good) = attempt_cookie(&olga);
    let mut flipped = URL_SAFE_NO_PAD.decode(&good).unwrap();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;

    let ann = app.registered("ann@example.com").await;
    let owner = ann.info().await["user"]["id"].as_str().unwrap().to_owned();
    let (rows, _) = app.app.sessions.rows.list(&owner, app.clock.now(), 1).await.unwrap();
    for (number, (name, value, state)) in [
        (&foreign_name, foreign, &foreign_state),
        (&foreign_name, good.clone(), &foreign_state),
        (&own_name, URL_SAFE_NO_PAD.encode(flipped), &state),
        (&own_name, URL_SAFE_NO_PAD.encode(&rows[0].row.data), &state),
        (&own_name, ann.session_cookie().unwrap(), &state),
        (&own_name, "W10".to_owned(), &state),
    ]
    .into_iter()
    .enumerate()
    {
        let visitor = app.browser();
        visitor.set_cookie(name, &value);
        let answer = visitor.get(&format!("/auth/elsewhere/callback?code=a&state={state}")).await;
        answer.assert_redirect(EXPIRED);
        assert!(answer.set_cookies().is_empty(), "another instance may know what it is");
        // Nor is it in the way of a login, of another person each time.
        let start = visitor.get("/auth/elsewhere?return_to=/history").await;
        let email = format!("visitor{number}@example.com");
        let back = allow(&visitor, local(&app, start.location()), "Visitor", &email);
        visitor.get(local(&app, back.location())).await.assert_redirect("/history");
    }
    let thief = app.browser();
    thief.set_cookie("sessionId", &good);
    thief.get("/account").await.assert_redirect("/login?return_to=/account");
}

#[tokio::test]
async fn other_cookies_do_not_disturb_it_whatever_their_bytes() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    let (name, own) = attempt_cookie(&olga);
    olga.set_cookie(&name, &format!("forged; {name}={own}; promo=Zo\u{eb}"));
    olga.set_cookie("aaa", "\u{e9}=\"");
    olga.get(&callback).await.assert_redirect("/history");
    assert!(olga.is_signed_in().await);
}

#[tokio::test]
async fn a_callback_is_answered_again_for_a_minute_and_never_to_anybody_else() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    let lost = olga.copy();
    let first = olga.get(&callback).await;
    first.assert_redirect("/history");
    app.browser().get(&callback).await.assert_redirect(EXPIRED);
    let again = lost.copy().get(&callback).await;
    again.assert_redirect("/history");
    assert_eq!(session_id(&again), session_id(&first));
    // With another code nothing is told, and nothing is redeemed.
    lost.copy().get(&callback.replacen("code=", "code=x", 1)).await.assert_redirect(EXPIRED);
    assert_eq!(app.stats().await.signed_in, 1);
    app.wait(61);
    lost.get(&callback).await.assert_redirect(EXPIRED);
    assert!(!lost.is_signed_in().await && olga.is_signed_in().await);
}

#[tokio::test]
async fn who_is_signed_in_by_now_stays_who_they_are() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let ann = app.browser();
    let callback = until_callback(&app, &ann).await;
    let (name, attempt) = attempt_cookie(&ann);
    ann.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    // As if the answer to the login had been overtaken.
    ann.set_cookie(&name, &attempt);
    let session = ann.session_cookie();
    ann.get(&callback).await.assert_redirect(EXPIRED);
    assert_eq!((ann.attempt_cookies(), ann.session_cookie()), (vec![], session));
    assert_eq!(ann.info().await["user"]["email"], "ann@example.com");
}

#[tokio::test]
async fn a_session_begun_in_another_tab_is_the_one_that_is_signed_in() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    olga.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
    let tabs = (0..12).map(|_| {
        let (tab, callback) = (olga.copy(), callback.clone());
        async move { tab.get(&callback).await }
    });
    let answers = join_all(tabs).await;
    for answer in &answers {
        answer.assert_redirect("/history");
        assert_eq!(session_id(answer), session_id(&answers[0]), "they are one login");
    }
    assert_eq!(app.stats().await.signed_in, 1);
    // All those answers were lost.
    let again = olga.get(&callback).await;
    again.assert_redirect("/history");
    assert_eq!(session_id(&again), session_id(&answers[0]));
    assert_eq!(olga.info().await["preferences"]["theme"], "dark");
    app.wait(61);
    assert_eq!(app.stats().await.live, 1, "what marked the attempt as used is gone");
}

#[tokio::test]
async fn a_login_whose_answer_was_lost_is_found_whatever_sessions_began_before_or_after_it() {
    for with_session in [false, true] {
        let app = TestApp::spawn().await;
        let olga = app.browser();
        let callback = until_callback(&app, &olga).await;
        let (lost, without, later) = (olga.copy(), olga.copy(), olga.copy());
        if with_session {
            lost.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
        }
        let before = lost.copy();
        let first = lost.get(&callback).await;
        first.assert_redirect("/history");
        later.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
        for tab in [without, later, before] {
            let again = tab.get(&callback).await;
            again.assert_redirect("/history");
            assert_eq!(session_id(&again), session_id(&first));
            assert!(tab.is_signed_in().await);
        }
        assert_eq!(app.stats().await.signed_in, 1, "they are one login");
    }
}

#[tokio::test]
async fn a_login_that_was_ended_stays_ended_for_every_session_of_the_browser() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    let without = olga.copy();
    olga.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    let before = olga.copy();
    olga.get(&callback).await.assert_redirect("/history");
    olga.post("/api/auth/logout", &[]).await.assert_redirect("/login");
    for tab in [without, before] {
        tab.get(&callback).await.assert_redirect(EXPIRED);
        assert!(!tab.is_signed_in().await);
    }
}

#[tokio::test]
async fn nobody_becomes_somebody_else_by_a_lost_answer() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let tab = app.browser();
    let callback = until_callback(&app, &tab).await;
    tab.copy().get(&callback).await.assert_redirect("/history");
    let (name, attempt) = attempt_cookie(&tab);
    tab.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    tab.set_cookie(&name, &attempt);
    tab.get(&callback).await.assert_redirect(EXPIRED);
    assert_eq!(tab.info().await["user"]["email"], "ann@example.com");
}

#[tokio::test]
async fn a_failure_leaves_a_session_begun_in_another_tab_as_it_was() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    olga.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
    let session = olga.session_cookie();
    let callback = format!("/auth/elsewhere/callback?code=invented&state={}", start.state());
    olga.get(&callback).await.assert_redirect("/login?error=oauth_failed");
    assert_eq!((olga.attempt_cookies(), olga.session_cookie()), (vec![], session));
    assert_eq!(olga.info().await["preferences"]["theme"], "dark");
    app.wait(61);
    assert_eq!(app.stats().await.live, 1, "what marked the attempt as used is gone");
}

#[tokio::test]
async fn a_session_that_kept_the_attempt_and_ended_ends_it_too() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    olga.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    let callback = until_callback(&app, &olga).await;
    assert!(olga.attempt_cookies().is_empty(), "the session keeps it");
    app.app.sessions.rows.end_everyone().await.unwrap();
    olga.get(&callback).await.assert_redirect(EXPIRED);
    assert!(!olga.is_signed_in().await);
}

#[tokio::test]
async fn a_session_that_only_tells_of_a_timeout_does_not_keep_the_attempt() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(1801);
    let start = ann.get("/auth/elsewhere").await;
    assert!(start.attempt_cookie().is_some());
    assert!(!ann.get("/login").await.role("status").is_empty());
    assert_eq!(app.stats().await.live, 0, "nothing is left that would live for a day");
    let back = allow(&ann, local(&app, start.location()), "Olga", "olga@example.com");
    ann.get(local(&app, back.location())).await.assert_redirect("/");
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn an_outage_before_the_first_write_uses_nothing_up() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    watch.set_away(true);
    assert_eq!(app.browser().get("/auth/elsewhere").await.status, StatusCode::SEE_OTHER);
    let answer = olga.get(&callback).await;
    answer.assert_redirect("/login?error=store_away");
    assert!(answer.set_cookies().is_empty());
    watch.set_away(false);
    olga.get(&callback).await.assert_redirect("/history");
    assert!(olga.is_signed_in().await);
}

#[tokio::test]
async fn nor_does_a_write_that_fails_for_a_visitor_with_a_session() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    olga.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    watch.fail_at(&["create"]);
    olga.get(&callback).await.assert_redirect("/login?error=store_away");
    watch.fail_at(&[]);
    olga.get(&callback).await.assert_redirect("/history");
    assert!(olga.is_signed_in().await);
}
