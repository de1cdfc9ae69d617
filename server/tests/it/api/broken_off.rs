//! Callbacks whose browser breaks off and asks again: an exchange is finished once it has begun.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::helpers::{Answer, Browser, Setup, TestApp};
use crate::support::slow_provider::{START, SlowProvider};
use crate::support::stack::Stack;
use crate::support::watched::Watch;

/// Waits for a condition, with a limit that no request reaches.
pub(crate) async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while !condition().await {
        assert!(tokio::time::Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One without a session, whose attempt is in a cookie, and one with a session, which keeps it.
async fn visitors(app: &TestApp) -> [Browser; 2] {
    let with_session = app.browser();
    with_session.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    [app.browser(), with_session]
}

/// Begins at the provider and returns the path to which it sends the browser back.
pub(crate) async fn begin(browser: &Browser, start: &str) -> String {
    let start = browser.get(start).await;
    format!("/auth/acme/callback?code=one&state={}", start.state())
}

/// The browser asks for the callback and breaks off while the provider is thinking.
pub(crate) async fn break_off(provider: &SlowProvider, browser: &Browser, callback: &str) {
    let (tab, path) = (browser.copy(), callback.to_owned());
    let request = tokio::spawn(async move { tab.get(&path).await });
    provider.asked().await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
}

/// The browser asks for the callback again, and the provider answers once that request is waiting.
async fn ask_again(provider: &SlowProvider, watch: &Watch, browser: &Browser, callback: &str) -> Answer {
    watch.take();
    let loads = AtomicUsize::new(0);
    let (answer, ()) = tokio::join!(browser.get(callback), async {
        // The session layer looks once at most, so the other is by the request that waits.
        until("nobody waits", async || {
            let new = watch.take().get("load").copied().unwrap_or_default();
            loads.fetch_add(new, Ordering::SeqCst) + new >= 2
        })
        .await;
        provider.answer();
    });
    answer
}

#[tokio::test]
async fn asked_again_while_the_exchange_runs_it_waits_and_signs_in() {
    let (provider, watch) = (SlowProvider::spawn().await, Watch::new());
    let app = provider.configure(Setup::default()).watched(&watch).spawn().await;
    for (kim, logins) in visitors(&app).await.into_iter().zip(1_usize..) {
        let callback = begin(&kim, "/auth/acme?return_to=/history").await;
        break_off(&provider, &kim, &callback).await;
        let answer = ask_again(&provider, &watch, &kim, &callback).await;
        answer.assert_redirect("/history");
        assert!(answer.session_cookie().is_some());
        assert!(kim.is_signed_in().await);
        assert_eq!(provider.token_requests(), logins, "a code is redeemed once");
        assert_eq!(app.stats().await.signed_in, logins as u64);
    }
}

#[tokio::test]
async fn asked_again_within_a_minute_it_ends_signed_in() {
    let provider = SlowProvider::spawn().await;
    let app = provider.configure(Setup::default()).spawn().await;
    for (kim, logins) in visitors(&app).await.into_iter().zip(1_u64..) {
        let callback = begin(&kim, "/auth/acme?return_to=/history").await;
        break_off(&provider, &kim, &callback).await;
        provider.answer();
        until("the exchange is not finished", async || app.stats().await.signed_in == logins).await;
        let too_late = kim.copy();
        app.wait(59);
        kim.get(&callback).await.assert_redirect("/history");
        assert!(kim.is_signed_in().await);
        // And once more, now with the new cookie.
        kim.get(&callback).await.assert_redirect("/history");
        app.wait(2);
        too_late.get(&callback).await.assert_redirect("/login?error=oauth_expired");
        assert!(!too_late.is_signed_in().await);
        assert_eq!(provider.token_requests() as u64, logins);
    }
}

#[tokio::test]
async fn only_the_same_callback_of_the_same_browser_is_answered() {
    let provider = SlowProvider::spawn().await;
    let app = provider.configure(Setup::default()).spawn().await;
    for (kim, logins) in visitors(&app).await.into_iter().zip(1_u64..) {
        let callback = begin(&kim, START).await;
        break_off(&provider, &kim, &callback).await;
        let other_code = callback.replace("code=one", "code=two");
        // Somebody who planted Kim's cookie knows the state, but not the code that Kim was given.
        kim.copy().get(&other_code).await.assert_redirect("/login?error=oauth_expired");
        provider.answer();
        until("the exchange is not finished", async || app.stats().await.signed_in == logins).await;

        let [one, other] = visitors(&app).await;
        begin(&one, START).await;
        begin(&other, START).await;
        let stranger = app.browser();
        for (who, path) in
            [(stranger, &callback), (one, &callback), (other, &callback), (kim.copy(), &other_code)]
        {
            who.get(path).await.assert_redirect("/login?error=oauth_expired");
            assert!(!who.is_signed_in().await);
        }
        kim.get(&callback).await.assert_redirect("/");
        assert_eq!(provider.token_requests() as u64, logins);
    }
}

#[tokio::test]
async fn what_was_ended_in_the_meantime_stays_ended() {
    let provider = SlowProvider::spawn().await;
    let app = provider.configure(Setup::default()).spawn().await;
    let [without_session, with_session] = visitors(&app).await;
    let visitors = [(with_session, false), (without_session, false), (app.browser(), true)];
    for ((kim, gets_session), logins) in visitors.into_iter().zip(1_usize..) {
        let callback = begin(&kim, START).await;
        if gets_session {
            kim.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
        }
        break_off(&provider, &kim, &callback).await;
        provider.answer();
        until("the exchange is not finished", async || app.app.exchanges.is_empty()).await;
        assert_eq!(app.stats().await.signed_in, 1);
        app.app.sessions.rows.end_everyone().await.unwrap();
        let answer = kim.get(&callback).await;
        answer.assert_redirect("/login?error=oauth_expired");
        assert!(answer.session_cookie().is_none());
        assert_eq!(app.stats().await.live, 0);
        assert_eq!(provider.token_requests(), logins, "no code is sent twice");
    }
}

#[tokio::test]
async fn a_failure_is_told_again_as_what_it_was() {
    let (provider, watch) = (SlowProvider::spawn().await, Watch::new());
    let app = provider.configure(Setup::default()).watched(&watch).spawn().await;
    app.registered("kim@example.com").await;
    for (kim, logins) in visitors(&app).await.into_iter().zip(1_usize..) {
        let callback = begin(&kim, START).await;
        break_off(&provider, &kim, &callback).await;
        // This answer is lost as well.
        let told = ask_again(&provider, &watch, &kim.copy(), &callback).await;
        told.assert_redirect("/login?error=oauth_email_taken");
        kim.get(&callback).await.assert_redirect("/login?error=oauth_email_taken");
        assert_eq!(provider.token_requests(), logins);
    }
}

#[tokio::test]
async fn a_refusal_by_the_provider_is_told_again_too_and_no_code_is_sent_twice() {
    let (provider, watch) = (SlowProvider::spawn().await, Watch::new());
    let app = provider.configure(Setup::default()).watched(&watch).spawn().await;
    provider.refuse();
    for (kim, codes) in visitors(&app).await.into_iter().zip(1_usize..) {
        let callback = begin(&kim, START).await;
        break_off(&provider, &kim, &callback).await;
        // This answer is lost as well.
        let told = ask_again(&provider, &watch, &kim.copy(), &callback).await;
        told.assert_redirect("/login?error=oauth_failed");
        kim.get(&callback).await.assert_redirect("/login?error=oauth_failed");
        assert_eq!(provider.token_requests(), codes);
    }
}

#[tokio::test]
async fn linking_and_fresh_logins_are_finished_too() {
    let provider = SlowProvider::spawn().await;
    let app = provider.configure(Setup::default()).spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.post("/api/identities/link", &[("provider", "acme")]).await.assert_redirect("/account/link/acme");
    let callback = begin(&ann, START).await;
    break_off(&provider, &ann, &callback).await;
    provider.answer();
    let answer = ann.get(&callback).await;
    answer.assert_redirect("/account?done=linked");
    assert!(ann.get(answer.location()).await.role("alert").is_empty());
    assert!(ann.is_signed_in().await);

    app.wait(601);
    let callback = begin(&ann, "/auth/acme?intent=fresh&return_to=/account").await;
    break_off(&provider, &ann, &callback).await;
    provider.answer();
    ann.get(&callback).await.assert_redirect("/account");
    // The login is fresh: nobody asks for another one.
    ann.post("/api/account/delete", &[("confirm", "ann@example.com")]).await.assert_redirect("/");
    assert_eq!(provider.token_requests(), 2);
}

#[tokio::test]
async fn a_shutdown_waits_for_the_exchange() {
    let directory = tempfile::tempdir().unwrap();
    let Some(urls) = Stack::of_environment().fresh(directory.path()) else { return };
    let provider = SlowProvider::spawn().await;
    let app = provider.configure(Setup::default().on(&urls)).spawn().await;
    let kim = app.browser();
    let callback = begin(&kim, START).await;
    break_off(&provider, &kim, &callback).await;
    let (state, url) = (std::sync::Arc::clone(&app.app), app.url.clone());
    let stopping = tokio::spawn(app.stop());
    let address = url.trim_start_matches("http://").to_owned();
    until("it goes on listening", async || tokio::net::TcpStream::connect(&address).await.is_err()).await;
    assert!(!stopping.is_finished(), "the exchange is still under way");
    provider.answer();
    stopping.await.unwrap();
    let stats = state.sessions.rows.stats(state.clock.now()).await.unwrap();
    assert_eq!(stats.signed_in, 1);
}
