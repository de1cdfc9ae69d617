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
async fn the_next_workout_follows_the_finished_ones_and_not_the_calendar() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for name in ["Full body A", "Full body B", "Full body C", "Full body A"] {
        for page in [ann.get("/workout").await, ann.get("/workout").await] {
            assert_eq!(page.input("workout").unwrap(), name, "looking at it does not finish it");
        }
        assert!(ann.get("/").await.body.contains(name));
        let started = ann.get("/workout").await.input("started_at").unwrap();
        app.wait(600);
        let fields = [("workout", name), ("started_at", started.as_str()), ("sets_done", "12")];
        ann.post("/api/workouts", &fields).await.assert_redirect("/history?saved=true");
    }
    // Nothing is known of what a visitor has done before.
    assert_eq!(app.browser().get("/workout").await.input("workout").unwrap(), "Full body A");
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

/// More than anybody does, however the start is set back.
#[tokio::test]
async fn an_account_saves_at_most_fifty_workouts_a_day() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let at = |seconds: i64| {
        let at = app.clock.now() - time::Duration::DAY + time::Duration::seconds(seconds);
        at.format(&time::format_description::well_known::Rfc3339).unwrap()
    };
    for seconds in 1..=50 {
        let started = at(seconds);
        let fields = [("workout", "Full body A"), ("started_at", started.as_str()), ("sets_done", "12")];
        ann.post("/api/workouts", &fields).await.assert_redirect("/history?saved=true");
    }
    // By their start the first of them is a day old now; what counts is when they were saved.
    app.wait(30);
    let started = at(60);
    let fields = [("workout", "Full body A"), ("started_at", started.as_str()), ("sets_done", "12")];
    let answer = ann.json().post("/api/workouts", &fields).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["fields"]["sets_done"]), (422, &"too_many".into()));
    let page = ann.post("/api/workouts", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("At most 50 a day"), "{}", page.body);
}
