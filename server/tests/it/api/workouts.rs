use crate::support::helpers::TestApp;

#[tokio::test]
async fn a_finished_workout_is_in_the_history_once() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let page = ann.get("/workout").await;
    let (name, started) = (page.input("workout").unwrap(), page.input("started_at").unwrap());
    app.wait(1200);
    let fields = [("workout", name.as_str()), ("started_at", started.as_str()), ("sets_done", "12")];
    for _ in 0..2 {
        ann.post("/api/workouts", &fields).await.assert_redirect("/history?saved=true");
    }
    let history = ann.get("/history?saved=true").await;
    let page = scraper::Html::parse_document(&history.body);
    let rows = page.select(&scraper::Selector::parse("table tbody tr").unwrap()).count();
    assert_eq!(rows, 1, "posted twice is one: {}", history.body);
    assert!(history.body.contains(&name));
}

#[tokio::test]
async fn nothing_is_kept_for_visitors_and_they_are_told() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    let page = visitor.get("/workout").await;
    let (name, started) = (page.input("workout").unwrap(), page.input("started_at").unwrap());
    let fields = [("workout", name.as_str()), ("started_at", started.as_str()), ("sets_done", "12")];
    visitor.post("/api/workouts", &fields).await.assert_redirect("/workout?done=true");
    assert!(!visitor.get("/workout?done=true").await.role("status").is_empty());
    assert_eq!(visitor.json().post("/api/workouts", &fields).await.status, 401);
    assert!(visitor.session_cookie().is_none());
}

#[tokio::test]
async fn impossible_results_are_refused() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for (started, sets) in [
        ("2026-03-02T09:00:00Z", "12"),
        ("2026-02-20T09:00:00Z", "12"),
        ("yesterday", "12"),
        ("2026-03-01T09:00:00Z", "-1"),
        ("2026-03-01T09:00:00Z", "9999"),
    ] {
        let fields = [("workout", "Full body A"), ("started_at", started), ("sets_done", sets)];
        assert_eq!(ann.post("/api/workouts", &fields).await.status, 422, "{started} {sets}");
    }
}
