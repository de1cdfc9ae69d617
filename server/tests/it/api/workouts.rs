use crate::support::helpers::TestApp;
use crate::support::workout::{forms_of, typed, value};

const LOG: &str = "/api/workouts/log";
const FINISH: &str = "/api/workouts/finish";
const DISCARD: &str = "/api/workouts/discard";

#[tokio::test]
async fn the_first_set_starts_the_workout_signed_in_or_not() {
    let app = TestApp::spawn().await;
    for person in [app.registered("ann@example.com").await, app.browser()] {
        assert!(person.get("/").await.body.contains("Start training"));
        person.log("b1s1").await.assert_redirect("/workout#b1s1");
        let page = person.get("/workout").await;
        assert!(page.body.contains("1 of "), "{}", page.body);
        assert!(person.get("/").await.body.contains("Continue"));
        assert_eq!(value(&person.row("b1s1").await, "workout"), value(&person.row("b1s2").await, "workout"));
    }
}

#[tokio::test]
async fn looking_at_a_workout_starts_none() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    for path in ["/", "/workout", "/workout?sheet"] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.set_cookies().is_empty(), "{path}");
    }
    visitor.get("/workout/review").await.assert_redirect("/workout");
    let ann = app.registered("ann@example.com").await;
    ann.get("/workout").await;
    assert_eq!(value(&ann.row("b1s1").await, "workout"), "", "not started");
}

#[tokio::test]
async fn a_workout_is_started_once_however_often_it_is_asked_for() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for _ in 0..2 {
        ann.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
    }
    let (first, second) = tokio::join!(ann.row("b1s1"), ann.row("b2s1"));
    assert_eq!(value(&first, "workout"), value(&second, "workout"));
    assert_ne!(value(&first, "workout"), "");
}

#[tokio::test]
async fn an_open_workout_stays_as_it_was_planned_whatever_is_preferred_since() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("goal", "strength"), ("level", "beginner"), ("equipment", "dumbbell")]).await;
    ann.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
    let exercises = async || {
        let forms = forms_of(&ann.get("/workout").await, LOG);
        forms
            .iter()
            .map(|form| (value(form, "slot").to_owned(), value(form, "exercise").to_owned()))
            .collect::<Vec<_>>()
    };
    let planned = exercises().await;
    ann.save_preferences(&[("goal", "mobility"), ("level", "advanced"), ("equipment", "band")]).await;
    assert_eq!(exercises().await, planned);
    assert!(planned.len() > 3, "{planned:?}");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_counts_once() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let row = ann.row("b1s1").await;
    for _ in 0..2 {
        ann.submit(LOG, &row).await.assert_redirect("/workout#b1s1");
    }
    assert!(ann.get("/workout").await.body.contains("1 of "));
    let add = forms_of(&ann.get("/workout").await, "/api/workouts/add-set").remove(0);
    let rows = forms_of(&ann.get("/workout").await, LOG).len();
    for _ in 0..2 {
        ann.submit("/api/workouts/add-set", &add).await.assert_redirect("/workout#b1");
    }
    assert_eq!(forms_of(&ann.get("/workout").await, LOG).len(), rows + 1);
}

#[tokio::test]
async fn a_form_that_was_sent_before_and_says_something_else_is_not_ignored_in_silence() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let row = ann.row("b1s1").await;
    ann.submit(LOG, &row).await.assert_redirect("/workout#b1s1");
    let again = ann.submit(LOG, &typed(row, &[("reps", "99")])).await;
    assert_eq!(again.status, 422);
    assert!(again.role("alert").contains("was sent before"), "{}", again.role("alert"));
    assert!(again.body.contains("value=\"99\""), "kept");
}

#[tokio::test]
async fn a_set_can_be_corrected_and_cleared() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.log("b1s1").await;
    let row = typed(ann.row("b1s1").await, &[("reps", "7"), ("note", "slow")]);
    ann.submit(LOG, &row).await.assert_redirect("/workout#b1s1");
    let row = ann.row("b1s1").await;
    assert_eq!((value(&row, "reps"), value(&row, "note")), ("7", "slow"));
    ann.submit("/api/workouts/clear", &row).await.assert_redirect("/workout#b1s1");
    assert!(ann.get("/workout").await.body.contains("0 of "));
}

#[tokio::test]
async fn an_impossible_number_is_an_error_beside_its_field() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for (reps, code) in [("", "required"), ("many", "invalid"), ("-1", "invalid"), ("101", "out_of_range")] {
        let row = typed(ann.row("b1s1").await, &[("reps", reps)]);
        let page = ann.submit(LOG, &row).await;
        assert_eq!(page.status, 422, "{reps}");
        assert!(page.body.contains("id=\"b1s1-reps-error\""), "{reps}");
        let json = ann.json().submit(LOG, &row).await;
        assert_eq!(json.json()["fields"]["reps"], code, "{reps}");
    }
    assert_eq!(value(&ann.row("b1s1").await, "workout"), "", "nothing was started");
}

#[tokio::test]
async fn exercises_are_skipped_swapped_and_extended() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let form = async |action: &str| forms_of(&ann.get("/workout").await, action).remove(0);

    let skip = typed(form("/api/workouts/skip").await, &[("why", "busy")]);
    ann.submit("/api/workouts/skip", &skip).await.assert_redirect("/workout#b1");
    assert!(ann.get("/workout").await.body.contains("Skipped: equipment taken."));
    let back = form("/api/workouts/skip").await;
    assert_eq!(value(&back, "why"), "");
    ann.submit("/api/workouts/skip", &back).await.assert_redirect("/workout#b1");
    assert!(!ann.get("/workout").await.body.contains("Skipped:"));

    let swap = form("/api/workouts/swap").await;
    let (other, block) = (value(&swap, "exercise").to_owned(), value(&swap, "block").to_owned());
    ann.submit("/api/workouts/swap", &swap).await.assert_redirect(&format!("/workout#{block}"));
    assert_eq!(value(&ann.row(&format!("{block}s1")).await, "exercise"), other);
}

#[tokio::test]
async fn what_is_missing_is_reviewed_before_the_end() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.log("b1s1").await;
    let finish = forms_of(&ann.get("/workout").await, FINISH).remove(0);
    ann.submit(FINISH, &finish).await.assert_redirect("/workout/review");
    let review = ann.get("/workout/review").await;
    assert!(review.body.contains("not logged"), "{}", review.body);
    let finish = forms_of(&review, FINISH).remove(0);
    let answer = ann.submit(FINISH, &finish).await;
    let path = answer.location().strip_suffix("?saved=true").unwrap().to_owned();
    assert!(path.starts_with("/history/"), "{path}");
    assert_eq!(ann.get(&path).await.status, 200);
    assert_eq!(value(&ann.row("b1s1").await, "workout"), "", "no workout is open any more");
    // A second tap leads to the same place.
    ann.submit(FINISH, &finish).await.assert_redirect(&format!("{path}?saved=true"));
}

#[tokio::test]
async fn a_workout_without_a_set_leaves_no_entry() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.post("/api/workouts/start", &[]).await;
    let page = ann.get("/workout").await;
    ann.submit(FINISH, &forms_of(&page, FINISH)[0]).await.assert_redirect("/workout/review");
    let review = ann.get("/workout/review").await;
    assert!(forms_of(&review, FINISH).is_empty() && review.body.contains("Nothing is logged"));
    ann.submit(DISCARD, &forms_of(&review, DISCARD)[0]).await.assert_redirect("/workout?done=discarded");
    assert!(ann.get("/history").await.body.contains("Nothing here yet"));
}

#[tokio::test]
async fn logged_sets_are_discarded_only_after_a_question_and_then_for_good() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.log("b1s1").await;
    let late = ann.row("b1s2").await;
    let page = ann.get("/workout").await;
    let first = &forms_of(&page, DISCARD)[0];
    ann.submit(DISCARD, first).await.assert_redirect("/workout/review?discard");
    let review = ann.get("/workout/review?discard").await;
    assert!(review.body.contains("1 logged set would be lost"));
    ann.submit(DISCARD, &forms_of(&review, DISCARD)[0]).await.assert_redirect("/workout?done=discarded");
    ann.submit(LOG, &late).await.assert_redirect("/workout?error=gone");
    assert_eq!(ann.json().submit(LOG, &late).await.status, 404);
}

#[tokio::test]
async fn the_next_workout_follows_the_finished_ones_and_not_the_calendar() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for name in ["Full body A", "Full body B", "Full body C", "Full body A"] {
        for path in ["/", "/workout", "/workout"] {
            assert!(ann.get(path).await.body.contains(name), "{path}: looking at it does not finish it");
        }
        ann.train().await;
        app.wait(600);
    }
}

#[tokio::test]
async fn a_visitor_keeps_the_open_workout_and_takes_it_along() {
    let app = TestApp::spawn().await;
    app.registered("ann@example.com").await;
    let visitor = app.browser();
    visitor.log("b1s1").await;
    assert!(visitor.get("/workout").await.body.contains("1 of "));
    visitor.log_in("ann@example.com", crate::support::helpers::PASSWORD).await.assert_redirect("/");
    assert!(visitor.get("/workout").await.body.contains("1 of "), "it moved to the account");
}

#[tokio::test]
async fn a_visitor_who_finishes_is_told_where_it_is_kept() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.log("b1s1").await;
    let page = visitor.get("/workout").await;
    visitor.submit(FINISH, &forms_of(&page, FINISH)[0]).await.assert_redirect("/workout/review");
    let review = visitor.get("/workout/review").await;
    visitor.submit(FINISH, &forms_of(&review, FINISH)[0]).await.assert_redirect("/workout?done=true");
    assert!(visitor.get("/workout?done=true").await.role("status").contains("finished"));
}

#[tokio::test]
async fn one_person_cannot_touch_the_workout_of_another() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.log("b1s1").await;
    let workout = value(&ann.row("b1s1").await, "workout").to_owned();
    let bob = app.registered("bob@example.com").await;
    bob.log("b1s1").await;
    let foreign = typed(bob.row("b1s2").await, &[("workout", &workout)]);
    bob.submit(LOG, &foreign).await.assert_redirect("/workout?error=gone");
    let discard = [("workout", workout.as_str()), ("confirmed", "true")];
    bob.post(DISCARD, &discard).await;
    assert!(ann.get("/workout").await.body.contains("1 of "));
}

#[tokio::test]
async fn times_are_those_of_the_zone_in_the_cookie() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.set_cookie("tz", "Asia/Kathmandu");
    ann.log("b1s1").await;
    let page = ann.get("/workout").await;
    assert!(page.body.contains("Asia/Kathmandu"));
    let nonsense = app.registered("bob@example.com").await;
    nonsense.set_cookie("tz", "Nowhere/<b>");
    nonsense.log("b1s1").await;
    assert!(nonsense.get("/workout").await.body.contains("Times in UTC"));
}

#[tokio::test]
async fn a_workout_that_was_left_open_can_be_finished_at_its_last_set() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.log("b1s1").await;
    app.wait(13 * 3600);
    let page = visitor.get("/workout").await;
    assert!(page.role("status").contains("open for a long time"), "{}", page.role("status"));
    let finish = forms_of(&page, FINISH).remove(0);
    assert_ne!(value(&finish, "at"), "");
    visitor.submit(FINISH, &finish).await.assert_redirect("/workout?done=true");
}
