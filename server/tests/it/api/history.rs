use crate::support::helpers::TestApp;
use crate::support::workout::{Fields, forms_of, typed, value};

const EDIT: &str = "/api/workouts/edit";
const DELETE: &str = "/api/workouts/delete";
const SHEET: &str = "/api/workouts/sheet";

#[tokio::test]
async fn a_finished_workout_is_in_the_history_with_its_sets() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let path = ann.train().await;
    let list = ann.get("/history").await;
    assert!(list.body.contains(&format!("href=\"{path}\"")), "{}", list.body);
    assert!(list.body.contains("1 of 3 this week"));
    let page = ann.get(&path).await;
    assert!(page.body.contains("Full body A") && page.body.contains("Next time"));
}

#[tokio::test]
async fn only_its_owner_sees_a_workout() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let path = ann.train().await;
    let bob = app.registered("bob@example.com").await;
    for page in [path.clone(), format!("{path}/edit"), format!("{path}/delete")] {
        assert_eq!(bob.get(&page).await.status, 404, "{page}");
        assert!(app.browser().get(&page).await.location().starts_with("/login?return_to="), "{page}");
    }
    let id = path.rsplit('/').next().unwrap();
    bob.post(DELETE, &[("workout", id), ("confirmed", "true")]).await.assert_redirect("/history?error=gone");
    // The forms of its owner, with other numbers and bob's own token.
    let token = bob.csrf_token().await.unwrap();
    let stolen = |form: &Fields| -> Fields {
        let changed = |(name, value): &(String, String)| match name.as_str() {
            "csrf_token" => token.clone(),
            field if field.ends_with("-reps") => "7".to_owned(),
            _ => value.clone(),
        };
        form.iter().map(|field| (field.0.clone(), changed(field))).collect()
    };
    let reps =
        |form: &Fields| form.iter().filter(|(name, _)| name.ends_with("-reps")).cloned().collect::<Fields>();
    ann.log("b1s1").await;
    for (page, action, list) in
        [(format!("{path}/edit"), EDIT, "/history"), ("/workout?sheet".to_owned(), SHEET, "/workout")]
    {
        let form = forms_of(&ann.get(&page).await, action).remove(0);
        assert_ne!(reps(&stolen(&form)), reps(&form), "{page}");
        bob.submit(action, &stolen(&form)).await.assert_redirect(&format!("{list}?error=gone"));
        assert_eq!(reps(&forms_of(&ann.get(&page).await, action).remove(0)), reps(&form), "{page}");
    }
    assert_eq!(ann.get(&path).await.status, 200);
    for wrong in ["/history/1", "/history/00000000-0000-0000-0000-000000000000"] {
        assert_eq!(ann.get(wrong).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn a_finished_workout_can_be_corrected() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let path = ann.train().await;
    let edit = ann.get(&format!("{path}/edit")).await;
    let form = forms_of(&edit, EDIT).remove(0);
    let changed =
        typed(form, &[("b1s1-reps", "33"), ("b1s2-reps", ""), ("start", "07:00"), ("end", "08:00")]);
    ann.submit(EDIT, &changed).await.assert_redirect(&format!("{path}?done=changed"));
    let page = ann.get(&path).await;
    assert!(page.body.contains("× 33") && page.body.contains("07:00–08:00"), "{}", page.body);
    let form = forms_of(&ann.get(&format!("{path}/edit")).await, EDIT).remove(0);
    assert_eq!((value(&form, "b1s1-reps"), value(&form, "b1s2-reps")), ("33", ""));
}

#[tokio::test]
async fn a_correction_with_errors_comes_back_as_it_was_typed() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let path = ann.train().await;
    let form = forms_of(&ann.get(&format!("{path}/edit")).await, EDIT).remove(0);
    let wrong = typed(form.clone(), &[("b1s1-reps", "many"), ("b1s2-reps", "9"), ("day", "someday")]);
    let page = ann.submit(EDIT, &wrong).await;
    assert_eq!(page.status, 422);
    for id in ["b1s1-reps-error", "day-error"] {
        assert!(page.body.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let back = forms_of(&page, EDIT).remove(0);
    assert_eq!((value(&back, "b1s1-reps"), value(&back, "b1s2-reps")), ("many", "9"));
    // It cannot end in the future.
    let future = typed(form, &[("day", "2126-03-01")]);
    let page = ann.submit(EDIT, &future).await;
    assert_eq!(page.status, 422);
    assert!(page.role("alert").contains("not in the future"), "{}", page.role("alert"));
    assert!(page.body.contains("id=\"end-error\""));
}

#[tokio::test]
async fn a_workout_is_deleted_after_a_question_and_takes_everything_along() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let path = ann.train().await;
    let ask = &forms_of(&ann.get(&path).await, DELETE)[0];
    ann.submit(DELETE, ask).await.assert_redirect(&format!("{path}/delete"));
    assert_eq!(ann.get(&path).await.status, 200, "not yet");
    let confirm = &forms_of(&ann.get(&format!("{path}/delete")).await, DELETE)[0];
    ann.submit(DELETE, confirm).await.assert_redirect("/history?done=deleted");
    assert_eq!(ann.get(&path).await.status, 404);
    assert!(ann.get("/history").await.body.contains("Nothing here yet"));
    assert!(ann.get("/workout").await.body.contains("Full body A"), "the session comes again");
    ann.submit(DELETE, confirm).await.assert_redirect("/history?error=gone");
}

#[tokio::test]
async fn a_past_workout_is_entered_on_a_sheet() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let sheet = forms_of(&ann.get("/workout?sheet").await, SHEET).remove(0);
    let times = [("day", "2026-02-20"), ("start", "23:30"), ("end", "00:10")];
    let nothing = typed(sheet.clone(), &times);
    assert_eq!(ann.submit(SHEET, &nothing).await.status, 422, "no set");
    let filled = typed(nothing, &[("b1s1-reps", "8"), ("b1s2-reps", "7")]);
    let answer = ann.submit(SHEET, &filled).await;
    let path = answer.location().strip_suffix("?saved=true").unwrap().to_owned();
    let page = ann.get(&path).await;
    assert!(page.body.contains("20 February 2026") && page.body.contains("23:30–00:10"), "{}", page.body);
    // Sent twice, it is entered once.
    ann.submit(SHEET, &filled).await.assert_redirect(&format!("{path}?saved=true"));
    assert_eq!(ann.get("/history").await.body.matches("href=\"/history/").count(), 2, "it, and the table");
}

#[tokio::test]
async fn a_sheet_logs_many_sets_of_the_open_workout_at_once() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.log("b1s1").await;
    let sheet = forms_of(&ann.get("/workout?sheet").await, SHEET).remove(0);
    let filled = typed(sheet, &[("b1s2-reps", "8"), ("b1s1-reps", "5")]);
    ann.submit(SHEET, &filled).await.assert_redirect("/workout");
    assert!(ann.get("/workout").await.body.contains("2 of "));
    assert_eq!(value(&ann.row("b1s1").await, "reps"), "5");
}

#[tokio::test]
async fn every_set_is_in_the_table_for_spreadsheets() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.train().await;
    let table = ann.get("/history/export.csv").await;
    assert_eq!(table.status, 200);
    assert!(table.header("content-type").starts_with("text/csv"));
    assert!(table.header("content-disposition").starts_with("attachment"));
    assert!(table.body.starts_with("workout_id,day,"), "{}", table.body);
    assert!(table.body.lines().count() > 5);
    assert!(app.browser().get("/history/export.csv").await.location().starts_with("/login"));
}

#[tokio::test]
async fn a_long_history_has_pages() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for day in 1..=21 {
        let sheet = forms_of(&ann.get("/workout?sheet").await, SHEET).remove(0);
        let day = format!("2026-02-{day:02}");
        let filled = typed(sheet, &[("day", &day), ("start", "10:00"), ("end", "11:00"), ("b1s1-reps", "8")]);
        assert_eq!(ann.submit(SHEET, &filled).await.status, 303, "{day}");
    }
    let first = ann.get("/history").await;
    let start = first.body.find("/history?before=").expect("an older page");
    let older = first.body[start..].split('"').next().unwrap().replace("&amp;", "&");
    let second = ann.get(&older).await;
    assert_eq!(second.body.matches("Sun, 1 Feb").count(), 1, "{}", second.body);
    assert!(!first.body.contains("Sun, 1 Feb"));
}

/// More than anybody does.
#[tokio::test]
async fn an_account_begins_at_most_fifty_workouts_a_day() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let sheet = forms_of(&ann.get("/workout?sheet").await, SHEET).remove(0);
    let times = [("day", "2026-02-20"), ("start", "10:00"), ("end", "11:00"), ("b1s1-reps", "8")];
    let sheet = typed(sheet, &times);
    let numbered = |number: u8| {
        typed(sheet.clone(), &[("workout", &format!("00000000-0000-0000-0000-0000000000{number:02}"))])
    };
    for number in 1..=50 {
        assert_eq!(ann.submit(SHEET, &numbered(number)).await.status, 303, "{number}");
    }
    ann.submit(SHEET, &numbered(51)).await.assert_redirect("/workout?error=too_many_workouts");
    assert!(ann.get("/workout?error=too_many_workouts").await.role("alert").contains("At most 50"));
    let answer = ann.json().submit(SHEET, &numbered(51)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (422, &"too_many".into()));
    ann.submit(SHEET, &numbered(50))
        .await
        .assert_redirect("/history/00000000-0000-0000-0000-000000000050?saved=true");
}

#[tokio::test]
async fn the_second_workout_of_a_day_is_compared_with_the_first() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let enter = async |start: &str, end: &str, reps: &str| {
        let sheet = forms_of(&ann.get("/workout?sheet").await, SHEET).remove(0);
        let typed_in = [("day", "2026-02-20"), ("start", start), ("end", end), ("b1s1-reps", reps)];
        let answer = ann.submit(SHEET, &typed(sheet, &typed_in)).await;
        answer.location().strip_suffix("?saved=true").expect("saved").to_owned()
    };
    // Entered in another order than they were done.
    let evening = enter("19:00", "20:00", "9").await;
    let morning = enter("07:00", "08:00", "8").await;
    assert!(!ann.get(&morning).await.body.contains("class=\"record\""), "the first one with the exercise");
    assert!(ann.get(&evening).await.body.contains("class=\"record\""), "one more than in the morning");
    assert_eq!(ann.get("/history").await.body.matches("★ 1<").count(), 1);
}

#[tokio::test]
async fn a_past_workout_is_entered_while_another_is_open() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.log("b1s1").await;
    let open = value(&ann.row("b1s1").await, "workout").to_owned();
    let path = "/workout?sheet&past";
    assert!(ann.get("/history").await.body.contains("href=\"/workout?sheet&amp;past\""));
    let sheet = forms_of(&ann.get(path).await, SHEET).remove(0);
    assert!(value(&sheet, "workout") != open && !sheet.iter().any(|(name, _)| name == "open"), "{sheet:?}");
    let times = [("day", "2026-02-20"), ("start", "10:00"), ("end", "11:00")];
    // With an error it comes back as what it was, not as the sheet of the open one.
    let wrong = ann.submit(SHEET, &typed(typed(sheet, &times), &[("b1s1-reps", "many")])).await;
    assert_eq!(wrong.status, 422);
    let sheet = forms_of(&wrong, SHEET).remove(0);
    assert_eq!((value(&sheet, "day"), value(&sheet, "b1s1-reps")), ("2026-02-20", "many"));
    let answer = ann.submit(SHEET, &typed(sheet, &[("b1s1-reps", "8"), ("b1s2-reps", "7")])).await;
    assert!(answer.location().starts_with("/history/"), "{} {}", answer.status, answer.location());
    assert!(!answer.location().contains(&open));
    let page = ann.get("/workout").await;
    assert!(page.body.contains("1 of "), "the open one is as it was");
    assert_eq!(value(&ann.row("b1s1").await, "workout"), open);
}

#[tokio::test]
async fn the_times_of_a_sheet_are_in_the_zone_that_it_says() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let page = ann.get("/workout?sheet").await;
    assert!(page.body.contains("Times in UTC."), "{}", page.body);
    let sheet = forms_of(&page, SHEET).remove(0);
    let times = [("day", "2026-02-20"), ("start", "23:30"), ("end", "23:50"), ("b1s1-reps", "many")];
    // The script tells the zone with the form; the page was made before.
    ann.set_cookie("tz", "Asia/Kathmandu");
    let wrong = ann.submit(SHEET, &typed(sheet, &times)).await;
    assert!(wrong.status == 422 && wrong.body.contains("Times in UTC."), "still those that were typed");
    let again = typed(forms_of(&wrong, SHEET).remove(0), &[("b1s1-reps", "8")]);
    let path = ann.submit(SHEET, &again).await.location().to_owned();
    let page = ann.get(&path).await.body;
    assert!(page.contains("21 February 2026") && page.contains("05:15–05:35"), "{page}");
    assert!(ann.get("/workout?sheet").await.body.contains("Times in Asia/Kathmandu."));
}
