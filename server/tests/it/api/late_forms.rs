//! Forms of the player that arrive after the login of their page has ended.

use crate::support::browser::{Answer, Browser};
use crate::support::helpers::{PASSWORD, TestApp};
use crate::support::workout::{Fields, forms_of, typed, value};

const ANN: &str = "ann@example.com";
const LOG: &str = "/api/workouts/log";
const FINISH: &str = "/api/workouts/finish";
const EXPIRED: &str = "/login?return_to=/workout&expired=true";
const KEPT: &str = "Your set is kept. Log in to save it.";
const HALF_AN_HOUR: i64 = 30 * 60;

async fn log_in(browser: &Browser, email: &str) -> Answer {
    browser
        .post_bare("/api/auth/login", &[("email", email), ("password", PASSWORD), ("return_to", "/workout")])
        .await
}

/// Ann, with one set logged, and the form of the next one on her page.
async fn in_the_middle(app: &TestApp) -> (Browser, Fields) {
    let ann = app.registered(ANN).await;
    ann.log("b1s1").await.assert_redirect("/workout#b1s1");
    let row = typed(ann.row("b1s2").await, &[("reps", "7"), ("note", "left knee clicks")]);
    (ann, row)
}

/// How many sets are logged.
async fn logged(browser: &Browser) -> String {
    let page = browser.get("/workout").await.body;
    let said = page.split("id=\"logged-sets\"").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1));
    said.unwrap_or("none").to_owned()
}

#[tokio::test]
async fn a_set_that_comes_after_the_timeout_is_kept_and_saved_once_by_the_login() {
    let app = TestApp::spawn().await;
    let (ann, row) = in_the_middle(&app).await;
    app.wait(HALF_AN_HOUR);
    ann.submit(LOG, &row).await.assert_redirect(EXPIRED);
    let login = ann.get(EXPIRED).await;
    assert!(login.role("status").contains(KEPT), "{}", login.role("status"));
    assert!(ann.log_in(ANN, "wrong").await.role("status").contains(KEPT), "still");

    log_in(&ann, ANN).await.assert_redirect("/workout");
    let saved = ann.row("b1s2").await;
    assert_eq!((value(&saved, "reps"), value(&saved, "note")), ("7", "left knee clicks"));
    assert!(value(&saved, "at").starts_with("2026-03-01T09:30:00"), "when it was sent: {saved:?}");
    assert_eq!(logged(&ann).await, "2");

    // Cleared, it does not come back with the next login, nor with the form itself.
    ann.submit("/api/workouts/clear", &saved).await.assert_redirect("/workout#b1s2");
    app.wait(HALF_AN_HOUR);
    assert!(!ann.get("/login").await.role("status").contains("kept"));
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(logged(&ann).await, "1");
}

#[tokio::test]
async fn a_set_is_kept_when_the_session_was_ended_from_elsewhere_or_is_long_gone() {
    let app = TestApp::spawn().await;
    let (ann, row) = in_the_middle(&app).await;
    let phone = app.logged_in(ANN).await;
    phone.post("/api/sessions/end-others", &[]).await;
    ann.submit(LOG, &row).await.assert_redirect("/login?return_to=/workout&ended=true");
    assert!(ann.get("/login").await.role("status").contains(KEPT));
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(logged(&ann).await, "2");

    let next = ann.row("b1s3").await;
    app.wait(25 * 3600);
    ann.submit(LOG, &next).await.assert_redirect(EXPIRED);
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(logged(&ann).await, "3");
}

#[tokio::test]
async fn a_set_is_kept_when_even_the_anonymous_session_is_gone() {
    let app = TestApp::spawn().await;
    let (ann, row) = in_the_middle(&app).await;
    app.wait(HALF_AN_HOUR);
    assert_eq!(ann.get("/").await.status, 200, "signed out, with a session for the reason");
    app.app.sessions.rows.end_everyone().await.unwrap();
    ann.submit(LOG, &row).await.assert_redirect("/login?return_to=/workout");
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(logged(&ann).await, "2");
}

#[tokio::test]
async fn the_login_of_somebody_else_neither_saves_nor_shows_nor_drops_it() {
    let app = TestApp::spawn().await;
    let (ann, row) = in_the_middle(&app).await;
    app.registered("bob@example.com").await;
    app.wait(HALF_AN_HOUR);
    ann.submit(LOG, &row).await.assert_redirect(EXPIRED);
    log_in(&ann, "bob@example.com").await.assert_redirect("/workout");
    assert_eq!(logged(&ann).await, "none", "Bob has no workout");
    for path in ["/workout", "/session", "/account", "/history"] {
        let page = ann.get(path).await.body;
        assert!(!page.contains("left knee clicks") && !page.contains("kept. Log in"), "{path}");
    }
    ann.log("b1s1").await.assert_redirect("/workout#b1s1");
    assert_eq!(logged(&ann).await, "1");
    // Her next login in this session finds it.
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(value(&ann.row("b1s2").await, "note"), "left knee clicks");
    assert_eq!(logged(&ann).await, "2");
}

#[tokio::test]
async fn what_waits_replaces_no_set_that_was_logged_since() {
    for (phone_is_later, reps) in [(true, "9"), (false, "7")] {
        let app = TestApp::spawn().await;
        let (ann, late) = in_the_middle(&app).await;
        app.wait(HALF_AN_HOUR);
        let phone = app.logged_in(ANN).await;
        let row = typed(phone.row("b1s2").await, &[("reps", "9")]);
        if !phone_is_later {
            phone.submit(LOG, &row).await.assert_redirect("/workout#b1s2");
        }
        app.wait(60);
        ann.submit(LOG, &late).await.assert_redirect(EXPIRED);
        app.wait(60);
        if phone_is_later {
            phone.submit(LOG, &row).await.assert_redirect("/workout#b1s2");
        }
        log_in(&ann, ANN).await.assert_redirect("/workout");
        assert_eq!(value(&ann.row("b1s2").await, "reps"), reps);
        assert_eq!(logged(&ann).await, "2");
    }
}

#[tokio::test]
async fn what_waits_clears_no_set_that_was_logged_since() {
    for phone_is_later in [true, false] {
        let app = TestApp::spawn().await;
        let (ann, _) = in_the_middle(&app).await;
        let late = ann.row("b1s1").await;
        app.wait(HALF_AN_HOUR);
        ann.submit("/api/workouts/clear", &late).await.assert_redirect(EXPIRED);
        app.wait(60);
        if phone_is_later {
            let phone = app.logged_in(ANN).await;
            let row = phone.row("b1s1").await;
            phone.submit("/api/workouts/clear", &row).await.assert_redirect("/workout#b1s1");
            phone.log("b1s1").await.assert_redirect("/workout#b1s1");
        }
        log_in(&ann, ANN).await.assert_redirect("/workout");
        assert_eq!(logged(&ann).await, if phone_is_later { "1" } else { "0" });
    }
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_kept_once_and_a_replaced_id_writes_nothing() {
    let app = TestApp::spawn().await;
    let (ann, row) = in_the_middle(&app).await;
    let late = ann.copy();
    app.wait(HALF_AN_HOUR);
    ann.submit(LOG, &row).await.assert_redirect(EXPIRED);
    let live = app.stats().await.live;
    let again = late.submit(LOG, &typed(row.clone(), &[("reps", "9")])).await;
    again.assert_redirect("/login?return_to=/workout");
    assert!(again.set_cookies().is_empty());
    assert_eq!(app.stats().await.live, live);
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(value(&ann.row("b1s2").await, "reps"), "7");
    // The same form on the page of the new login: done already.
    let token = ann.csrf_token().await.unwrap();
    ann.submit(LOG, &typed(row, &[("csrf_token", &token)])).await.assert_redirect("/workout#b1s2");
    assert_eq!(logged(&ann).await, "2");
}

#[tokio::test]
async fn the_first_set_starts_its_workout_after_the_login() {
    let app = TestApp::spawn().await;
    let ann = app.registered(ANN).await;
    let row = ann.row("b1s1").await;
    app.wait(HALF_AN_HOUR);
    ann.submit(LOG, &row).await.assert_redirect(EXPIRED);
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(logged(&ann).await, "1");
}

#[tokio::test]
async fn every_form_of_the_player_is_kept() {
    let app = TestApp::spawn().await;
    let (ann, _) = in_the_middle(&app).await;
    for (action, shows) in [
        ("/api/workouts/clear", ""),
        ("/api/workouts/add-set", "id=\"b1s4\""),
        ("/api/workouts/skip", "Skipped: "),
        ("/api/workouts/swap", ""),
    ] {
        let page = ann.get("/workout").await;
        let form = match action {
            "/api/workouts/clear" => ann.row("b1s1").await,
            _ => forms_of(&page, action).remove(0),
        };
        app.wait(HALF_AN_HOUR);
        ann.submit(action, &form).await.assert_redirect(EXPIRED);
        assert!(
            ann.get("/login").await.role("status").contains("changes to your workout are kept"),
            "{action}"
        );
        log_in(&ann, ANN).await.assert_redirect("/workout");
        let after = ann.get("/workout").await;
        assert!(after.body.contains(shows), "{action}");
        assert!(shows.is_empty() || !page.body.contains(shows), "{action}: it did before");
        if action == "/api/workouts/clear" {
            assert_eq!(logged(&ann).await, "0");
        }
        if action == "/api/workouts/swap" {
            let (block, exercise) = (value(&form, "block"), value(&form, "exercise"));
            assert_eq!(value(&ann.row(&format!("{block}s1")).await, "exercise"), exercise);
        }
    }
}

#[tokio::test]
async fn a_finish_waits_too_and_asks_first_if_sets_are_missing() {
    let app = TestApp::spawn().await;
    let (ann, _) = in_the_middle(&app).await;
    let finish = forms_of(&ann.get("/workout").await, FINISH).remove(0);
    app.wait(HALF_AN_HOUR);
    ann.submit(FINISH, &finish).await.assert_redirect(EXPIRED);
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(logged(&ann).await, "1", "still open");

    let confirmed = forms_of(&ann.get("/workout/review").await, FINISH).remove(0);
    app.wait(HALF_AN_HOUR);
    ann.submit(FINISH, &confirmed).await.assert_redirect(EXPIRED);
    app.wait(600);
    log_in(&ann, ANN).await.assert_redirect("/workout");
    assert_eq!(logged(&ann).await, "none", "finished");
    let history = ann.get("/history").await.body;
    assert!(history.contains("<b>60<small>"), "when the form was sent: {history}");
}

#[tokio::test]
async fn what_is_wrong_or_of_another_session_or_from_a_program_is_not_kept() {
    let app = TestApp::spawn().await;
    let (ann, row) = in_the_middle(&app).await;
    app.wait(HALF_AN_HOUR);
    let program = ann.copy().json();
    let answer = program.submit(LOG, &row).await;
    assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (401, Some("unauthenticated")));
    assert!(!Browser::get(&program, "/login").await.body.contains("kept. Log in"));

    for wrong in [("reps", "many"), ("csrf_token", "another")] {
        let app = TestApp::spawn().await;
        let (ann, row) = in_the_middle(&app).await;
        app.wait(HALF_AN_HOUR);
        ann.submit(LOG, &typed(row, &[wrong])).await.assert_redirect(EXPIRED);
        assert!(!ann.get("/login").await.role("status").contains("kept."), "{wrong:?}");
        log_in(&ann, ANN).await.assert_redirect("/workout");
        assert_eq!(logged(&ann).await, "1");
    }
}
