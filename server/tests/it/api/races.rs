//! Concurrent requests. A gate in the store pauses one at a chosen operation while another one overtakes it.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use crate::support::helpers::{PASSWORD, Setup, TestApp, preferences, shared_by_instances};
use crate::support::watched::Watch;

/// Neither is the default.
const THEMES: [&str; 2] = ["dark", "light"];

/// Longer than any race takes, even on a busy machine: what has not ended by then goes on for ever.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_request_in_flight_does_not_undo_a_logout() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let (slow, other) = (ann.copy(), ann.copy());
    let token = ann.csrf_token().await.unwrap();
    let mut fields = preferences(&[("theme", "dark")]);
    fields.push(("csrf_token", &token));
    let gate = watch.pause_at("save");
    let logout = [("csrf_token", token.as_str())];
    let overtake = async {
        gate.reached().await;
        other.post_bare("/api/auth/logout", &logout).await.assert_redirect("/login");
        gate.open();
    };
    let (answer, ()) = tokio::join!(slow.post_bare("/api/preferences", &fields), overtake);
    assert_eq!(answer.status, 303, "like a visitor without a session: {}", answer.body);
    assert!(answer.location().starts_with("/login"));
    assert!(answer.set_cookies().is_empty(), "a late answer leaves the cookie of a new login alone");
    assert_eq!(app.stats().await.live, 0);
    assert!(!ann.is_signed_in().await);
}

#[tokio::test]
async fn a_logout_overtaken_by_a_new_id_does_not_claim_success() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let (slow, quick) = (ann.copy().json(), ann.copy());
    let token = ann.csrf_token().await.unwrap();
    let gate = watch.pause_at("delete");
    let logout = [("csrf_token", token.as_str())];
    let overtake = async {
        gate.reached().await;
        let confirm = [("current_password", PASSWORD), ("csrf_token", token.as_str())];
        assert_eq!(quick.post_bare("/api/account/confirm", &confirm).await.status, 303);
        gate.open();
    };
    let (answer, ()) = tokio::join!(slow.post_bare("/api/auth/logout", &logout), overtake);
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert!(answer.set_cookies().is_empty(), "the cookie of the new id stays");
    assert!(quick.is_signed_in().await);
}

#[tokio::test]
async fn recording_activity_does_not_undo_a_logout() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let other = ann.copy();
    let token = ann.csrf_token().await.unwrap();
    app.wait(61);
    let gate = watch.pause_at("touch");
    let logout = [("csrf_token", token.as_str())];
    let overtake = async {
        gate.reached().await;
        other.post_bare("/api/auth/logout", &logout).await;
        gate.open();
    };
    let (answer, ()) = tokio::join!(ann.get("/"), overtake);
    assert_eq!(answer.status, 200);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(app.stats().await.live, 0);
}

#[tokio::test]
async fn a_late_request_on_a_replaced_id_disturbs_nothing() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let ann = app.browser();
    ann.save_preferences(&[("theme", "dark")]).await;
    let token = ann.csrf_token().await.unwrap();
    let late = ann.copy();
    ann.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    let live = app.stats().await.live;

    let mut fields = preferences(&[("theme", "light")]);
    fields.push(("csrf_token", &token));
    let fields = fields.as_slice();
    let wrong = [("email", "ann@example.com"), ("password", "wrong")];
    let answers = [
        late.get("/account").await,
        late.get("/login").await,
        late.post_bare("/api/preferences", fields).await,
        late.post_bare("/api/auth/login", &wrong).await,
        late.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await,
    ];
    for answer in &answers {
        assert!(answer.set_cookies().is_empty(), "{}", answer.location());
        assert!(!answer.location().contains("expired") && !answer.location().contains("ended"));
        assert!(!answer.status.is_server_error() && answer.status != 403);
    }
    assert_eq!(late.json().post_bare("/api/preferences", fields).await.status, 401);
    assert_eq!(app.stats().await.live, live);
    assert!(ann.is_signed_in().await);
    assert_eq!(ann.info().await["preferences"]["theme"], "dark");

    app.wait(61);
    assert!(late.get("/account").await.session_cookie().is_some(), "after a minute it is an unknown id");
}

#[tokio::test]
async fn a_login_that_checked_a_password_changed_since_is_refused() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let thief = app.browser();
    // The password was checked; the session is about to be created.
    let gate = watch.pause_at("create");
    let change = async {
        gate.reached().await;
        let fields = [("current_password", PASSWORD), ("new_password", "another long walk")];
        ann.post("/api/account/password", &fields).await.assert_redirect("/account?done=password");
        gate.open();
    };
    let (answer, ()) = tokio::join!(thief.log_in("ann@example.com", PASSWORD), change);
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(!thief.is_signed_in().await);
    assert_eq!(app.stats().await.signed_in, 1);
}

#[tokio::test]
async fn a_login_into_an_account_deleted_meanwhile_is_refused() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let thief = app.browser();
    let gate = watch.pause_at("create");
    let delete = async {
        gate.reached().await;
        ann.post("/api/account/delete", &[("confirm", "ann@example.com")]).await.assert_redirect("/");
        gate.open();
    };
    let (answer, ()) = tokio::join!(thief.log_in("ann@example.com", PASSWORD), delete);
    assert_eq!(answer.status, 422);
    assert_eq!(app.stats().await.live, 0);
}

#[tokio::test]
async fn log_out_everywhere_wins_over_twenty_busy_devices() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let mut devices = Vec::new();
    for _ in 0..20 {
        let device = app.logged_in("ann@example.com").await;
        let token = device.csrf_token().await.unwrap();
        devices.push((device, token));
    }
    // Every device saves without a pause until it is told that it is logged out.
    let busy = devices.iter().map(|(device, token)| async move {
        for theme in THEMES.into_iter().cycle() {
            let mut fields = preferences(&[("theme", theme)]);
            fields.push(("csrf_token", token.as_str()));
            let answer = device.copy().post_bare("/api/preferences", &fields).await;
            assert_eq!(answer.status, 303, "{}", answer.body);
            if answer.location() != "/preferences?saved=true" {
                assert!(answer.location().starts_with("/login"), "{}", answer.location());
                break;
            }
        }
    });
    // One of them has loaded its session and goes on after the logout.
    let gate = watch.pause_at("save");
    let end = async {
        gate.reached().await;
        ann.post("/api/auth/logout-everywhere", &[]).await.assert_redirect("/login");
        gate.open();
    };
    let race = async { tokio::join!(join_all(busy), end) };
    assert!(tokio::time::timeout(PATIENCE, race).await.is_ok(), "a device is still served");
    assert_eq!(app.stats().await.live, 0, "nothing came back");
    for (device, _) in &devices {
        assert!(!device.is_signed_in().await);
    }
}

#[tokio::test]
async fn requests_that_hit_the_timeout_together_are_all_answered() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await;
    app.wait(1801);
    let answers = join_all((0..8).map(|_| {
        let tab = ann.copy();
        async move { tab.get("/account").await }
    }))
    .await;
    assert!(answers.iter().all(|answer| answer.status == 303), "{answers:?}");
    let with_cookie = answers.iter().filter(|answer| answer.session_cookie().is_some()).count();
    assert_eq!(with_cookie, 1, "one of them carries the new cookie");
    assert_eq!(app.stats().await.live, 1);
}

#[tokio::test]
async fn preferences_saved_while_showing_the_reason_empties_the_session_are_kept() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    // The page takes the reason out, and then discards the session that has nothing left in it.
    for operation in ["save", "discard"] {
        let visitor = app.registered(&format!("{operation}@example.com")).await;
        app.wait(1801);
        visitor.get("/").await;
        let token = visitor.csrf_token().await.unwrap();
        let mut fields = preferences(&[("theme", "dark")]);
        fields.push(("csrf_token", &token));
        let fields = fields.as_slice();
        let gate = watch.pause_at(operation);
        let (late, other) = (visitor.copy(), visitor.copy());
        let save = async {
            gate.reached().await;
            let saved = other.post_bare("/api/preferences", fields).await;
            saved.assert_redirect("/preferences?saved=true");
            gate.open();
        };
        let (answer, ()) = tokio::join!(late.get("/login"), save);
        assert!(!answer.role("status").is_empty(), "{operation}");
        assert!(answer.set_cookies().is_empty(), "{operation}");
        assert_eq!(visitor.info().await["preferences"]["theme"], json!("dark"), "{operation}");
    }
}

#[tokio::test]
async fn showing_the_reason_does_not_undo_a_login() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(1801);
    ann.get("/").await;
    for operation in ["save", "discard"] {
        let gate = watch.pause_at(operation);
        let (tab, form) = (ann.copy(), ann.copy());
        let log_in = async {
            gate.reached().await;
            form.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
            gate.open();
        };
        let (answer, ()) = tokio::join!(tab.get("/login"), log_in);
        assert_eq!(answer.status, 200);
        assert!(answer.set_cookies().is_empty(), "{operation}");
        assert!(form.is_signed_in().await);
        app.wait(1801);
        form.get("/").await;
        ann.set_cookie("sessionId", &form.session_cookie().unwrap());
    }
}

#[tokio::test]
async fn a_login_on_a_session_that_just_vanished_makes_a_new_one() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    app.registered("ann@example.com").await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await;
    let gate = watch.pause_at("replace");
    let vanish = async {
        gate.reached().await;
        app.app.sessions.rows.end_everyone().await.unwrap();
        gate.open();
    };
    let (answer, ()) = tokio::join!(visitor.log_in("ann@example.com", PASSWORD), vanish);
    answer.assert_redirect("/");
    assert!(visitor.is_signed_in().await);
}

#[tokio::test]
async fn a_late_answer_during_a_rotation_brings_no_cookie_back() {
    const OLD: &str = "an old secret of more than thirty-two bytes";
    let Some(setup) = shared_by_instances() else { return };
    let before = setup.var("SESSION_SECRETS", OLD).spawn().await;
    let ann = before.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    let watch = Watch::new();
    let both = format!("a new secret of more than thirty-two bytes!,{OLD}");
    let app = Setup::default().on(&before.urls).var("SESSION_SECRETS", &both).watched(&watch).spawn().await;
    let (late, other) = (app.browser(), app.browser());
    for browser in [&late, &other] {
        browser.set_cookie("sessionId", &ann.session_cookie().unwrap());
    }
    let gate = watch.pause_at("save");
    let fields = [("csrf_token", token.as_str())];
    let log_out = async {
        gate.reached().await;
        other.post_bare("/api/auth/logout", &fields).await.assert_redirect("/login");
        gate.open();
    };
    let (answer, ()) = tokio::join!(late.get("/"), log_out);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(app.stats().await.live, 0);
}

#[tokio::test]
async fn twenty_five_right_passwords_at_once_all_get_in() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let logins =
        (0..25).map(|_| async { app.browser().log_in("ann@example.com", PASSWORD).await.status.as_u16() });
    assert_eq!(join_all(logins).await, [303; 25]);
    let guesses =
        (0..25).map(|_| async { app.browser().log_in("ann@example.com", "wrong").await.status.as_u16() });
    let answers = join_all(guesses).await;
    assert_eq!(
        answers.iter().filter(|status| **status == 422).count(),
        10,
        "only ten wrong passwords are checked"
    );
}
