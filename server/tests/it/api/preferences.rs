use serde_json::{Value, json};

use crate::support::helpers::{PASSWORD, TestApp};

#[tokio::test]
async fn anonymous_preferences_are_kept_in_a_session() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    let chosen = [
        ("theme", "dark"),
        ("equipment", "band"),     // slim: trainer
        ("equipment", "dumbbell"), // slim: trainer
    ];
    let answer = visitor.save_preferences(&chosen).await;
    answer.assert_redirect("/preferences?saved=true");
    let page = visitor.get("/preferences?saved=true").await;
    assert!(page.role("status").contains("Preferences saved."));
    assert!(page.body.starts_with("<!DOCTYPE html><html") && page.body.contains("data-theme=\"dark\""));
    let info = visitor.info().await;
    assert_eq!(info["authenticated"], false);
    assert_eq!(info["preferences"]["theme"], "dark");
    assert_eq!(info["preferences"]["equipment"], json!(["dumbbell", "band"])); // slim: trainer
    assert_eq!(info["preferences"]["days_per_week"], json!(3)); // slim: trainer
    assert_eq!(info["preferences"]["updated_at"], "2026-03-01T09:00:00Z");
}

#[tokio::test]
async fn without_preferences_the_defaults_are_told() {
    let app = TestApp::spawn().await;
    let info = app.browser().info().await;
    assert_eq!(info["session"], Value::Null);
    assert_eq!(info["preferences"]["theme"], "system");
    assert_eq!(info["preferences"]["updated_at"], Value::Null);
}

#[tokio::test]
async fn they_are_carried_over_at_registration_and_reach_a_second_device() {
    let app = TestApp::spawn().await;
    let laptop = app.browser();
    laptop.save_preferences(&[("theme", "dark")]).await;
    laptop.register("Ann", "ann@example.com", PASSWORD).await;
    assert_eq!(laptop.info().await["preferences"]["theme"], "dark");
    let phone = app.logged_in("ann@example.com").await;
    assert_eq!(phone.info().await["preferences"]["theme"], "dark");
}

#[tokio::test]
async fn at_login_the_newer_side_wins_and_both_become_equal() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    laptop.save_preferences(&[("theme", "dark")]).await;
    let older = app.browser();
    app.wait(60);
    older.save_preferences(&[("theme", "dark")]).await;
    app.wait(60);
    laptop.save_preferences(&[("theme", "light")]).await;
    older.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(older.info().await["preferences"]["theme"], "light", "the account's are newer");

    let newer = app.browser();
    app.wait(60);
    newer.save_preferences(&[("theme", "dark")]).await;
    newer.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(newer.info().await["preferences"]["theme"], "dark", "the session's are newer");
    let third = app.logged_in("ann@example.com").await;
    assert_eq!(third.info().await["preferences"]["theme"], "dark", "and the account has them now");
}

#[tokio::test]
async fn errors_come_back_beside_their_fields_with_the_input_kept() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    let answer = visitor.save_preferences(&[("theme", "purple")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("Please choose one of the options."));
    let json = visitor.json().save_preferences(&[("theme", "purple")]).await;
    assert_eq!((json.status.as_u16(), &json.json()["fields"]["theme"]), (422, &json!("unknown_choice")));
    // slim: trainer
    let answer = visitor.save_preferences(&[("days_per_week", "9"), ("rest_seconds", "abc")]).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.input("days_per_week").as_deref(), Some("9"));
    assert!(answer.body.contains("from 1 to 7"));
    assert!(answer.body.contains("aria-invalid=\"true\""));
    let json = visitor.json().save_preferences(&[("days_per_week", "9"), ("rest_seconds", "abc")]).await;
    assert_eq!(json.status, 422);
    assert!(json.json()["fields"]["days_per_week"].is_string());
    assert!(json.json()["fields"]["rest_seconds"].is_string());
    // slim: end
    assert_eq!(visitor.session_cookie(), None, "nothing was saved");
}

#[tokio::test]
async fn programs_get_the_location_as_json() {
    let app = TestApp::spawn().await;
    let answer = app.browser().json().save_preferences(&[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({ "location": "/preferences?saved=true" }));
}
