//! What the functions of the player do.

use api::{Code, Progress};
use domain::workout::document::{Outcome, Refusal, Slot};
use serde_json::{Value, json};

use super::{Call, error, person};
use crate::support::helpers::{Answer, Browser, PASSWORD, Setup, TestApp};
use crate::support::watched::Watch;
use crate::support::workout::{forms_of, typed, value};

fn progress(answer: &Answer) -> Progress {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The operation that a row's form would send.
async fn operation(browser: &Browser, slot: &str, id: u8) -> (String, Value) {
    let row = browser.row(slot).await;
    let operation = json!({
        "id": format!("00000000-0000-0000-0000-0000000000{id:02x}"),
        "entry": format!("{slot}\t1772388000000\t{}\tbody \t12\t\t", value(&row, "exercise")),
    });
    (value(&row, "workout").to_owned(), operation)
}

#[tokio::test]
async fn a_set_is_logged_once_however_often_it_is_sent() {
    let app = TestApp::spawn().await;
    let (ann, owner) = person(&app, "ann@example.com").await;
    let call = Call::of(&app, &ann).await;
    let (workout, first) = operation(&ann, "b1s1", 1).await;
    let (_, second) = operation(&ann, "b1s2", 2).await;
    let arguments = json!({ "owner": owner, "workout": workout, "operations": [first, second] });
    for outcome in [Outcome::Applied, Outcome::Duplicate] {
        let progress = progress(&call.send("/rpc/log", &arguments).await);
        assert_eq!(progress.outcomes, [outcome; 2]);
        let held = progress.workout.unwrap();
        assert_eq!((held.finished, held.sets.len()), (false, 2));
    }
    assert!(ann.get("/workout").await.body.contains("2 of "));
    let asked = json!({ "owner": owner, "workout": workout });
    let state = progress(&call.send("/rpc/workout_state", &asked).await);
    assert_eq!((state.outcomes.len(), state.workout.unwrap().sets.len()), (0, 2));
}

#[tokio::test]
async fn a_visitor_logs_into_the_session() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
    let (workout, operation) = operation(&visitor, "b1s1", 1).await;
    let arguments = json!({ "owner": null, "workout": workout, "operations": [operation] });
    let call = Call::of(&app, &visitor).await;
    assert_eq!(progress(&call.send("/rpc/log", &arguments).await).outcomes, [Outcome::Applied]);
    assert!(visitor.get("/workout").await.body.contains("1 of "));
    // The page was opened before the login; the workout has moved to the account.
    visitor.register("Ann", "ann@example.com", PASSWORD).await.assert_redirect("/");
    let call = Call::of(&app, &visitor).await;
    assert_eq!(progress(&call.send("/rpc/log", &arguments).await).outcomes, [Outcome::Duplicate]);
}

#[tokio::test]
async fn of_a_workout_that_is_gone_or_somebody_elses_nothing_is_told() {
    let app = TestApp::spawn().await;
    let (ann, _) = person(&app, "ann@example.com").await;
    let (workout, operation) = operation(&ann, "b1s1", 1).await;
    let (bob, owner) = person(&app, "bob@example.com").await;
    let arguments = json!({ "owner": owner, "workout": workout, "operations": [operation] });
    let call = Call::of(&app, &bob).await;
    for path in ["/rpc/log", "/rpc/workout_state"] {
        let progress = progress(&call.send(path, &arguments).await);
        assert_eq!(progress.workout, None);
        assert!(progress.outcomes.iter().all(|outcome| *outcome == Outcome::Gone));
    }
    assert!(ann.get("/workout").await.body.contains("0 of "));
}

#[tokio::test]
async fn what_cannot_be_applied_is_refused_by_itself() {
    let app = TestApp::spawn().await;
    let (ann, owner) = person(&app, "ann@example.com").await;
    let (workout, good) = operation(&ann, "b1s1", 1).await;
    let (_, mut bad) = operation(&ann, "b1s2", 2).await;
    bad["entry"] = bad["entry"].as_str().unwrap().replace("\t12\t", "\t20s\t").into();
    let arguments = json!({ "owner": owner, "workout": workout, "operations": [bad, good] });
    let progress = progress(&Call::of(&app, &ann).await.send("/rpc/log", &arguments).await);
    assert_eq!(progress.outcomes, [Outcome::Refused(Refusal::DoesNotFit), Outcome::Applied]);
}

#[tokio::test]
async fn more_operations_than_a_call_may_bring_are_refused() {
    let app = TestApp::spawn().await;
    let (ann, owner) = person(&app, "ann@example.com").await;
    let (workout, _) = operation(&ann, "b1s1", 1).await;
    let mut operations = Vec::new();
    for id in 0..51 {
        let id = format!("00000000-0000-0000-0000-0000000000{id:02x}");
        operations.push(json!({ "id": id, "entry": "b1s1" }));
    }
    let arguments = json!({ "owner": owner, "workout": workout, "operations": operations });
    let answer = Call::of(&app, &ann).await.send("/rpc/log", &arguments).await;
    assert_eq!((answer.status.as_u16(), error(&answer).error), (422, Code::Invalid));
    assert_eq!(answer.json()["fields"]["operations"], "out_of_range");
}

/// A set of the first exercise, a goblet squat, as a device sends it.
fn squat(slot: &str, id: u8, weight: &str, reps: u8) -> Value {
    json!({
        "id": format!("00000000-0000-0000-0000-0000000000{id:02x}"),
        "entry": format!("{slot}\t1772388000000\tgoblet_squat\tper_hand {weight} kg\t{reps}\t\t"),
    })
}

/// Somebody who once did eight of these with 20 kg, and trains again.
async fn squatted(app: &TestApp) -> (Browser, String) {
    const SHEET: &str = "/api/workouts/sheet";
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("equipment", "dumbbell")]).await;
    let sheet = forms_of(&ann.get("/workout?sheet").await, SHEET).remove(0);
    assert_eq!(value(&sheet, "b1s1-exercise"), "goblet_squat");
    let past = [("day", "2026-02-20"), ("start", "10:00"), ("end", "11:00")];
    let done = [("b1s1-weight", "20"), ("b1s1-reps", "8")];
    ann.submit(SHEET, &typed(typed(sheet, &past), &done)).await;
    ann.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
    let owner = ann.info().await["user"]["id"].as_str().unwrap().to_owned();
    (ann, owner)
}

#[tokio::test]
async fn an_answer_says_which_sets_are_records_and_what_to_try_next_as_the_page_does() {
    let app = TestApp::spawn().await;
    let (ann, owner) = squatted(&app).await;
    let workout = value(&ann.row("b1s1").await, "workout").to_owned();
    let phone = app.browser();
    phone.log_in("ann@example.com", PASSWORD).await;

    // What an answer says of the first two sets; another device and the page say the same.
    let said = async |operations: &[Value]| {
        let call = json!({ "owner": owner, "workout": workout, "operations": operations });
        let logged = progress(&Call::of(&app, &ann).await.send("/rpc/log", &call).await).workout.unwrap();
        let asked = json!({ "owner": owner, "workout": workout });
        let seen = progress(&Call::of(&app, &phone).await.send("/rpc/workout_state", &asked).await);
        assert_eq!(seen.workout.unwrap().comments, logged.comments);
        let said = ["b1s1", "b1s2"].map(|slot| logged.comments.of(Slot::parse(slot).unwrap()).to_owned());
        if !logged.finished {
            let page = ann.get("/workout").await.body;
            for comment in said.iter().filter(|comment| !comment.is_empty()) {
                assert!(page.contains(comment.as_str()), "{comment}");
            }
        }
        said
    };
    assert_eq!(said(&[]).await, ["", ""]);
    assert_eq!(said(&[squat("b1s1", 1, "25", 8)]).await, ["Heaviest yet: 25 kg.", ""]);
    assert_eq!(said(&[squat("b1s2", 2, "25", 9)]).await[1], "Most repetitions with 25 kg: 9.");
    // Corrected and cleared, sets take along what followed from them, in other rows, too.
    assert_eq!(said(&[squat("b1s1", 3, "25", 9)]).await, ["Heaviest yet: 25 kg.", ""]);
    let clear = json!({ "id": "00000000-0000-0000-0000-000000000004", "entry": "b1s2" });
    let hard = "That was hard: try 17.5 kg next.";
    assert_eq!(said(&[clear, squat("b1s1", 5, "18", 3)]).await, ["", hard]);
    assert_eq!(said(&[squat("b1s1", 6, "22.5", 8)]).await, ["Heaviest yet: 22.5 kg.", ""]);
    // The history has it now; it is compared with what came before it, not with itself.
    ann.finish_early().await;
    assert_eq!(said(&[]).await, ["Heaviest yet: 22.5 kg.", ""]);
    // Nor is another load offered for a set that nobody will do.
    assert_eq!(said(&[squat("b1s1", 7, "18", 3)]).await, ["", ""]);
}

#[tokio::test]
async fn a_set_is_taken_although_its_records_cannot_be_derived() {
    let watch = Watch::new();
    let app = Setup::default().watched_database(&watch).spawn().await;
    let (ann, owner) = squatted(&app).await;
    let workout = value(&ann.row("b1s1").await, "workout").to_owned();
    let log = async |operation| {
        let arguments = json!({ "owner": owner, "workout": workout, "operations": [operation] });
        let progress = progress(&Call::of(&app, &ann).await.send("/rpc/log", &arguments).await);
        let said = progress.workout.unwrap().comments.of(Slot::parse("b1s1").unwrap()).to_owned();
        (progress.outcomes, said)
    };
    watch.fail_at(&["history_version"]);
    assert_eq!(log(squat("b1s1", 1, "25", 8)).await, (vec![Outcome::Applied], String::new()));
    watch.fail_at(&[]);
    let record = "Heaviest yet: 25 kg.".to_owned();
    assert_eq!(log(squat("b1s1", 1, "25", 8)).await, (vec![Outcome::Duplicate], record));
}

/// Nobody is signed out in the middle of a workout, however long it takes.
#[tokio::test]
async fn logging_a_set_is_activity() {
    let app = TestApp::spawn().await;
    let (ann, owner) = person(&app, "ann@example.com").await;
    let (workout, operation) = operation(&ann, "b1s1", 1).await;
    let arguments = json!({ "owner": owner, "workout": workout, "operations": [operation] });
    let call = Call::of(&app, &ann).await;
    for _ in 0..3 {
        app.wait(1700);
        assert_eq!(call.send("/rpc/log", &arguments).await.status.as_u16(), 200);
    }
    app.wait(1801);
    assert_eq!(call.send("/rpc/log", &arguments).await.status.as_u16(), 401);
}

/// In the field `at` of a row.
async fn logged_at(browser: &Browser, slot: &str) -> String {
    value(&browser.row(slot).await, "at").to_owned()
}

#[tokio::test]
async fn a_device_whose_clock_is_hours_wrong_moves_neither_its_sets_nor_the_rest() {
    const HOURS: i64 = 9 * 3600 * 1000;
    let app = TestApp::spawn().await;
    let (ann, owner) = person(&app, "ann@example.com").await;
    app.wait(20 * 60);
    let call = Call::of(&app, &ann).await;
    let now = app.clock.now().unix_timestamp() * 1000;
    for (slot, id, by, at, until) in [
        // Before the start, as near as a clock may be wrong.
        ("b1s1", 1, -HOURS, "2026-03-01T08:55:00", "08:5"),
        ("b1s2", 2, HOURS, "2026-03-01T09:25:00", "09:2"),
    ] {
        let (workout, mut sent) = operation(&ann, slot, id).await;
        let entry = sent["entry"].as_str().unwrap().replace("1772388000000", &(now + by).to_string());
        sent["entry"] = entry.into();
        let arguments = json!({ "owner": owner, "workout": workout, "operations": [sent] });
        assert_eq!(progress(&call.send("/rpc/log", &arguments).await).outcomes, [Outcome::Applied]);
        let held = logged_at(&ann, slot).await;
        assert!(held.starts_with(at), "{held}");
        // Leptos puts empty comments between texts.
        let page = ann.get("/workout").await.body.replace("<!>", "");
        assert_eq!(page.contains(&format!("Rest until {until}")), by > 0, "{slot}");
    }
}
