//! What ends a login begun at a provider: another login, logging out, its age, a limit or a failure.

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use time::Duration;
use web::anonymous_limit::{AnonymousLimits, Rate};

use crate::api::attempt_cookie::{EXPIRED, until_callback};
use crate::api::broken_off::{begin, break_off, until};
use crate::support::helpers::{PASSWORD, Setup, TestApp};
use crate::support::slow_provider::{START, SlowProvider};
use crate::support::watched::Watch;

const NEW_PASSWORD: &str = "another walk at dawn";

#[tokio::test]
async fn a_lost_answer_undoes_no_later_login_and_no_log_out() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    let lost = olga.copy();
    lost.get(&callback).await.assert_redirect("/history");
    olga.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    assert!(olga.attempt_cookies().is_empty());
    olga.post("/api/auth/logout", &[]).await.assert_redirect("/login");
    olga.get(&callback).await.assert_redirect(EXPIRED);
    assert!(!olga.is_signed_in().await);
    assert!(lost.is_signed_in().await, "the lost session is live, but nothing leads to it");
}

#[tokio::test]
async fn a_tab_whose_session_was_replaced_by_another_login_does_not_get_the_lost_one() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    olga.copy().get(&callback).await.assert_redirect("/history");
    olga.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    // Tabs whose requests were sent before the answer to the login arrived.
    let tabs = [olga.copy(), olga.copy()];
    olga.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    for tab in tabs {
        let answer = tab.get(&callback).await;
        answer.assert_redirect(EXPIRED);
        assert!(answer.session_cookie().is_none());
        assert!(!tab.is_signed_in().await);
        olga.post("/api/auth/logout", &[]).await;
    }
}

#[tokio::test]
async fn whatever_begins_renews_or_ends_a_login_removes_the_cookies() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.get("/auth/elsewhere").await;
    visitor.get("/auth/elsewhere").await;
    let cookies = visitor.attempt_cookies();
    assert_eq!(cookies.len(), 2);
    let (current, new) = (("current_password", PASSWORD), ("new_password", NEW_PASSWORD));
    for (number, (path, fields)) in [
        ("/api/account/confirm", vec![current]),
        ("/api/account/password", vec![current, new]),
        ("/api/account/delete", vec![("confirm", "ann2@example.com")]),
        ("/api/auth/logout", vec![]),
        ("/api/auth/logout-everywhere", vec![]),
    ]
    .into_iter()
    .enumerate()
    {
        let ann = app.registered(&format!("ann{number}@example.com")).await;
        for (name, value) in &cookies {
            ann.set_cookie(name, value);
        }
        ann.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
        assert_eq!(ann.attempt_cookies(), cookies, "saving preferences removes no cookie");
        let answer = ann.post(path, &fields).await;
        assert!(answer.status.is_redirection(), "{path}: {} {}", answer.status, answer.body);
        assert!(ann.attempt_cookies().is_empty(), "{path}");
    }
    visitor.log_in("ann0@example.com", "a wrong password").await;
    assert_eq!(visitor.attempt_cookies(), cookies);
    let other = visitor.copy();
    let answer = visitor.log_in("ann0@example.com", PASSWORD).await;
    answer.assert_redirect("/");
    assert_eq!(answer.set_cookies()[0].name(), "sessionId", "programs that read one cookie find the session");
    other.register("Bob", "bob@example.com", PASSWORD).await.assert_redirect("/");
    assert!(visitor.attempt_cookies().is_empty() && other.attempt_cookies().is_empty());
}

#[tokio::test]
async fn an_exchange_begun_in_its_last_seconds_may_be_asked_for_again() {
    let provider = SlowProvider::spawn().await;
    let app = provider.configure(Setup::default()).spawn().await;
    let (kim, other) = (app.browser(), app.browser());
    let callback = begin(&kim, "/auth/acme?return_to=/history").await;
    let never_begun = begin(&other, START).await;
    app.wait(590);
    break_off(&provider, &kim, &callback).await;
    provider.answer();
    until("the exchange is not finished", async || app.app.exchanges.is_empty()).await;
    app.wait(15);
    kim.get(&callback).await.assert_redirect("/history");
    assert!(kim.is_signed_in().await);
    other.get(&never_begun).await.assert_redirect(EXPIRED);
    assert_eq!(provider.token_requests(), 1);
    assert_eq!(app.stats().await.live, 1);
}

#[tokio::test]
async fn a_repetition_is_answered_though_the_address_may_send_no_more_codes() {
    for with_session in [false, true] {
        let provider = SlowProvider::spawn().await;
        let exchanges = Rate { burst: 1, refill: Duration::DAY };
        let limits = AnonymousLimits { exchanges, ..AnonymousLimits::default() };
        let app = provider.configure(Setup::default().anonymous_limits(limits)).spawn().await;
        let kim = app.browser();
        if with_session {
            kim.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
        }
        let callback = begin(&kim, "/auth/acme?return_to=/history").await;
        break_off(&provider, &kim, &callback).await;
        provider.answer();
        until("the exchange is not finished", async || app.app.exchanges.is_empty()).await;
        kim.get(&callback).await.assert_redirect("/history");
        assert!(kim.is_signed_in().await);
        assert_eq!(provider.token_requests(), 1);
    }
}

#[tokio::test]
async fn of_many_repetitions_of_one_address_some_wait_and_the_others_are_told_at_once() {
    const WAIT: usize = 64;
    for codes in [300, 1] {
        let provider = SlowProvider::spawn().await;
        let exchanges = Rate { burst: codes, refill: Duration::DAY };
        let limits = AnonymousLimits { exchanges, ..AnonymousLimits::default() };
        let app = provider.configure(Setup::default().anonymous_limits(limits)).spawn().await;
        let kim = app.browser();
        let callback = begin(&kim, "/auth/acme?return_to=/history").await;
        break_off(&provider, &kim, &callback).await;
        let tabs: Vec<_> = (0..WAIT + 8).map(|_| kim.copy()).collect();
        let mut answers: FuturesUnordered<_> = tabs.iter().map(|tab| tab.get(&callback)).collect();
        for _ in 0..8 {
            // While the exchange runs, only those without a place are answered.
            answers.next().await.unwrap().assert_redirect("/login?error=oauth_failed");
        }
        provider.answer();
        while let Some(answer) = answers.next().await {
            answer.assert_redirect("/history");
        }
        assert_eq!(provider.token_requests(), 1, "nothing was used up");
    }
}

#[tokio::test]
async fn after_a_store_failure_a_used_code_cannot_be_tried_again() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let olga = app.browser();
    let callback = until_callback(&app, &olga).await;
    watch.fail_at(&["replace"]);
    olga.get(&callback).await.assert_redirect("/login?error=store_away");
    watch.fail_at(&[]);
    olga.get(&callback).await.assert_redirect(EXPIRED);
    let again = until_callback(&app, &olga).await;
    olga.get(&again).await.assert_redirect("/history");
}

#[tokio::test]
async fn a_login_whose_identity_cannot_be_read_again_is_taken_back() {
    let (provider, watch) = (SlowProvider::spawn().await, Watch::new());
    let app = provider.configure(Setup::default()).watched_database(&watch).spawn().await;
    let (registers, kim) = (app.browser(), app.browser());
    let callback = begin(&registers, START).await;
    provider.answer();
    registers.get(&callback).await.assert_redirect("/");

    let callback = begin(&kim, START).await;
    provider.answer();
    // The account is read after the session has been created, between the first and the second reading of the
    // identity.
    let gate = watch.pause_at("user");
    let (answer, ()) = tokio::join!(kim.get(&callback), async {
        gate.reached().await;
        watch.fail_at(&["user_by_identity"]);
        gate.open();
    });
    answer.assert_redirect("/login?error=store_away");
    assert!(kim.session_cookie().is_none());
    assert!(!kim.cookies().contains_key("device"));
    watch.fail_at(&[]);
    assert_eq!(app.stats().await.live, 1, "the login of the other browser");
    kim.get(&callback).await.assert_redirect(EXPIRED);
    assert!(!kim.is_signed_in().await);
}
