//! What follows from workouts (records, charts, the streak) is right at the next request after one was changed or
//! deleted.

use crate::support::helpers::{Answer, Browser, TestApp};
use crate::support::workout::{forms_of, typed};
use scraper::{Html, Selector};

const SHEET: &str = "/api/workouts/sheet";
const EDIT: &str = "/api/workouts/edit";
const DELETE: &str = "/api/workouts/delete";

/// Enters a workout with one set of one repetition, so that its weight is the estimate, too.
async fn enter(person: &Browser, day: &str, weight: &str) -> String {
    let sheet = forms_of(&person.get("/workout?sheet").await, SHEET).remove(0);
    let times = [("day", day), ("start", "10:00"), ("end", "11:00")];
    let sheet = typed(typed(sheet, &times), &[("b1s1-weight", weight), ("b1s1-reps", "1")]);
    let answer = person.submit(SHEET, &sheet).await;
    answer.location().strip_suffix("?saved=true").unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

async fn correct(person: &Browser, path: &str, changes: &[(&str, &str)]) {
    let form = forms_of(&person.get(&format!("{path}/edit")).await, EDIT).remove(0);
    let answer = person.submit(EDIT, &typed(form, changes)).await;
    answer.assert_redirect(&format!("{path}?done=changed"));
}

async fn delete(person: &Browser, path: &str) {
    let form = forms_of(&person.get(&format!("{path}/delete")).await, DELETE).remove(0);
    person.submit(DELETE, &form).await.assert_redirect("/history?done=deleted");
}

/// The texts of all elements, white space as it is shown.
fn texts(page: &Answer, css: &str) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    html.select(&Selector::parse(css).unwrap()).map(|element| words(element.text().collect())).collect()
}

/// The table of the progress chart: day and estimate in one string.
fn line(page: &Answer) -> Vec<String> {
    texts(page, "section[aria-labelledby=progress] tbody tr")
}

/// Which of these workouts have records, in the list and on their own pages.
async fn with_records(person: &Browser, paths: &[&String]) -> Vec<bool> {
    let list = person.get("/history").await;
    let mut found = Vec::new();
    for path in paths {
        let listed = texts(&list, &format!("li:has(a[href='{path}'])")).concat().contains('★');
        let shown = person.get(path).await.body.contains('★');
        assert_eq!(listed, shown, "{path}");
        found.push(listed);
    }
    found
}

#[tokio::test]
async fn records_charts_and_streak_follow_every_correction_at_once() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("equipment", "dumbbell")]).await;
    // Today is Sunday, 1 March: one in each of the last three weeks.
    let first = enter(&ann, "2026-02-10", "20").await;
    let second = enter(&ann, "2026-02-17", "22").await;
    let third = enter(&ann, "2026-02-24", "24").await;
    let all = [&first, &second, &third];
    let page = ann.get("/history").await;
    assert_eq!(line(&page), ["2026-02-1020 kg", "2026-02-1722 kg", "2026-02-2424 kg"]);
    assert!(page.body.contains("From 20 kg to 24 kg in 2 weeks."));
    assert!(page.body.contains("1 of 3 this week, 3 weeks in a row."));
    assert_eq!(with_records(&ann, &all).await, [false, true, true]);
    let muscles = texts(&page, "section[aria-labelledby=muscles] tbody tr");
    assert!(!muscles.is_empty());

    correct(&ann, &second, &[("b1s1-weight", "30")]).await;
    let page = ann.get("/history").await;
    assert_eq!(line(&page), ["2026-02-1020 kg", "2026-02-1730 kg", "2026-02-2424 kg"]);
    assert_eq!(with_records(&ann, &all).await, [false, true, false], "the third is none any more");

    // Before all others: nothing can be a record in the first workout.
    correct(&ann, &second, &[("day", "2026-02-02")]).await;
    let page = ann.get("/history").await;
    assert_eq!(line(&page), ["2026-02-0230 kg", "2026-02-1020 kg", "2026-02-2424 kg"]);
    assert_eq!(with_records(&ann, &all).await, [false, false, false]);
    assert!(page.body.contains("1 of 3 this week."), "the streak has a gap");

    correct(&ann, &third, &[("b1s1-reps", ""), ("b1s2-weight", "26"), ("b1s2-reps", "1")]).await;
    delete(&ann, &second).await;
    let page = ann.get("/history").await;
    assert_eq!(line(&page), ["2026-02-1020 kg", "2026-02-2426 kg"]);
    assert_eq!(with_records(&ann, &[&first, &third]).await, [false, true]);
    assert!(!page.body.contains(&second));
    assert_ne!(texts(&page, "section[aria-labelledby=muscles] tbody tr"), muscles);

    delete(&ann, &third).await;
    let page = ann.get("/history").await;
    assert_eq!(line(&page), ["2026-02-1020 kg"]);
    assert!(page.body.contains("0 of 3 this week."));
    delete(&ann, &first).await;
    assert!(ann.get("/history").await.body.contains("Nothing here yet"));
}

/// Whatever a program sends: only a logged set makes an entry.
#[tokio::test]
async fn a_workout_without_a_set_cannot_be_finished_by_any_form() {
    const FINISH: &str = "/api/workouts/finish";
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
    let mut finish = forms_of(&ann.get("/workout").await, FINISH).remove(0);
    finish.push(("confirmed".to_owned(), "true".to_owned()));
    ann.submit(FINISH, &finish).await.assert_redirect("/workout/review");
    // Logged and cleared again is not logged, either.
    ann.log("b1s1").await;
    ann.submit("/api/workouts/clear", &ann.row("b1s1").await).await.assert_redirect("/workout#b1s1");
    ann.submit(FINISH, &finish).await.assert_redirect("/workout/review");
    assert!(ann.get("/history").await.body.contains("Nothing here yet"));
    assert_eq!(ann.get("/history/export.csv").await.body.lines().count(), 1, "the names of the columns");
}
