use serde_json::{Value, json};

use crate::support::helpers::{PASSWORD, TestApp};

#[tokio::test]
async fn session_info_of_nobody() {
    let app = TestApp::spawn().await;
    let info = app.browser().info().await;
    assert_eq!(info["authenticated"], false);
    assert_eq!(info["user"], Value::Null);
    assert_eq!(info["session"], Value::Null);
    assert_eq!(info["preferences"]["theme"], "system");
}

#[tokio::test]
async fn session_info_of_somebody() {
    let app = TestApp::spawn().await;
    let info = app.registered("ann@example.com").await.info().await;
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&info), ["authenticated", "preferences", "session", "user"]);
    assert_eq!(names(&info["user"]), ["display_name", "email", "id", "provider"]);
    assert_eq!(
        names(&info["session"]),
        [
            "absolute_expires_at",
            "handle",
            "idle_expires_at",
            "ip_address",
            "last_activity",
            "login_time",
            "store",
            "user_agent"
        ]
    );
    assert_eq!(info["session"]["ip_address"], "127.0.0.1");
}

#[tokio::test]
async fn programs_never_get_pages() {
    let app = TestApp::spawn().await;
    let program = app.browser().json();
    let answer = program.register("Ann", "ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({ "location": "/" }));
    let answer = program.log_in("ann@example.com", "wrong").await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["error"], "invalid_credentials");
    assert_eq!(answer.json()["fields"], json!({}));
    let answer = app.browser().json().post("/api/sessions/end-others", &[]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json(), json!({ "error": "unauthenticated", "fields": {} }));
}

#[tokio::test]
async fn health_and_readiness() {
    let app = TestApp::spawn().await;
    assert_eq!(app.browser().get("/healthz").await.status, 200);
    assert_eq!(app.browser().get("/readyz").await.status, 200);
    assert_eq!(app.browser().get("/metrics").await.status, 404, "never on the public listener");
}
