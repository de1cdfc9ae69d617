//! What was derived from workouts and kept is what is derived from all of them anew, after whatever was done to them.

use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use scraper::{Html, Selector};

use sessions::clock::Clock;
use time::macros::datetime;

use crate::support::helpers::{Browser, Setup, TestApp};
use crate::support::workout::{forms_of, typed, value};

const SHEET: &str = "/api/workouts/sheet";
const EDIT: &str = "/api/workouts/edit";
const DELETE: &str = "/api/workouts/delete";
const SWAP: &str = "/api/workouts/swap";

const PAGES: [&str; 3] = ["/history", "/workout", "/"];

/// What a page says, and the weights it suggests. What differs each time it is made is in other attributes: operations,
/// and the session's token.
async fn said_by(person: &Browser, path: &str) -> String {
    let page = person.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    let html = Html::parse_document(&page.body);
    let main = html.select(&Selector::parse("main").unwrap()).next().unwrap();
    let weights = Selector::parse("input[name=weight]").unwrap();
    let weights = main.select(&weights).filter_map(|input| input.attr("value"));
    main.text().chain(weights).collect::<Vec<_>>().join("|")
}

async fn said(person: &Browser) -> Vec<String> {
    let mut pages = Vec::new();
    for path in PAGES {
        pages.push(said_by(person, path).await);
    }
    pages
}

/// The same after other preferences, for which none of it was kept.
async fn said_anew(person: &Browser) -> Vec<String> {
    let equipment = ("equipment", "dumbbell");
    person.save_preferences(&[equipment, ("days_per_week", "5"), ("body_weight", "70")]).await;
    let other = said(person).await;
    person.save_preferences(&[equipment]).await;
    let own = said(person).await;
    assert_ne!(other, own, "the pages follow the preferences");
    own
}

async fn enter(person: &Browser, day: &str, weight: &str) -> String {
    let sheet = forms_of(&person.get("/workout?sheet&past").await, SHEET).remove(0);
    let times = [("day", day), ("start", "10:00"), ("end", "11:00")];
    let sets = [("b1s1-weight", weight), ("b1s1-reps", "5"), ("b1s2-weight", weight), ("b1s2-reps", "5")];
    let answer = person.submit(SHEET, &typed(typed(sheet, &times), &sets)).await;
    answer.location().strip_suffix("?saved=true").unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

#[tokio::test]
async fn what_was_kept_is_what_all_the_workouts_say() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("equipment", "dumbbell")]).await;
    let (mut paths, mut done) = (Vec::new(), Vec::new());
    for _ in 0..12 {
        let (day, weight) = (rand::rng().random_range(1..=27), rand::rng().random_range(10..=30));
        let (day, weight) = (format!("2026-02-{day:02}"), weight.to_string());
        let path = paths.choose(&mut rand::rng()).cloned();
        match (rand::rng().random_range(0..5), path) {
            (0, Some(path)) => {
                let form = forms_of(&ann.get(&format!("{path}/delete")).await, DELETE).remove(0);
                ann.submit(DELETE, &form).await.assert_redirect("/history?done=deleted");
                paths.retain(|other| *other != path);
                done.push(format!("deleted {path}"));
            }
            (1 | 2, Some(path)) => {
                let form = forms_of(&ann.get(&format!("{path}/edit")).await, EDIT).remove(0);
                let form = typed(form, &[("day", &day), ("b1s1-weight", &weight)]);
                ann.submit(EDIT, &form).await.assert_redirect(&format!("{path}?done=changed"));
                done.push(format!("corrected {path}: {day}, {weight} kg"));
            }
            (3, Some(_)) => {
                let row = typed(ann.row("b1s1").await, &[("weight", &weight)]);
                ann.submit("/api/workouts/log", &row).await.assert_redirect("/workout#b1s1");
                paths.push(ann.finish_early().await);
                done.push("trained".to_owned());
            }
            _ => {
                paths.push(enter(&ann, &day, &weight).await);
                done.push(format!("entered {day}, {weight} kg"));
            }
        }
        let kept = said(&ann).await;
        assert_eq!(kept, said(&ann).await, "asked twice; {done:#?}");
        assert_eq!(kept, said_anew(&ann).await, "{done:#?}");
    }
}

/// What the player says, and again after its workout had another exercise for a while, for which none of it was kept.
async fn said_by_player(person: &Browser) -> String {
    let kept = said_by(person, "/workout").await;
    let swap = forms_of(&person.get("/workout").await, SWAP).remove(0);
    let (block, other) = (value(&swap, "block").to_owned(), value(&swap, "exercise").to_owned());
    let own = value(&person.row(&format!("{block}s1")).await, "exercise").to_owned();
    for exercise in [&other, &own] {
        let swap = forms_of(&person.get("/workout").await, SWAP).remove(0);
        let swap = typed(swap, &[("exercise", exercise), ("term", "today")]);
        person.submit(SWAP, &swap).await.assert_redirect(&format!("/workout#{block}"));
        let row = person.row(&format!("{block}s1")).await;
        assert_eq!(value(&row, "exercise"), exercise);
    }
    assert_eq!(kept, said_by(person, "/workout").await);
    kept
}

#[tokio::test]
async fn what_came_before_an_open_workout_is_what_all_the_others_say() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("equipment", "dumbbell")]).await;
    ann.post("/api/workouts/start", &[]).await;
    assert_ne!(value(&ann.row("b1s1").await, "workout"), "", "one is open");
    let alone = said_by_player(&ann).await;

    let path = enter(&ann, "2026-02-03", "20").await;
    let entered = said_by_player(&ann).await;
    assert_ne!(entered, alone);
    let form = forms_of(&ann.get(&format!("{path}/edit")).await, EDIT).remove(0);
    let form = typed(form, &[("b1s1-weight", "24"), ("b1s2-weight", "24")]);
    ann.submit(EDIT, &form).await.assert_redirect(&format!("{path}?done=changed"));
    let corrected = said_by_player(&ann).await;
    assert!(corrected != entered && corrected != alone);
    let form = forms_of(&ann.get(&format!("{path}/delete")).await, DELETE).remove(0);
    ann.submit(DELETE, &form).await.assert_redirect("/history?done=deleted");
    assert_eq!(said_by_player(&ann).await, alone);
}

/// Two people, one of whom has trained twice in February.
async fn trained(app: &TestApp) -> (Browser, Browser) {
    let (ann, bob) = (app.registered("ann@example.com").await, app.registered("bob@example.com").await);
    ann.save_preferences(&[("equipment", "dumbbell")]).await;
    enter(&ann, "2026-02-03", "20").await;
    enter(&ann, "2026-02-05", "22").await;
    (ann, bob)
}

#[tokio::test]
async fn what_was_kept_counts_for_its_person_and_their_preferences() {
    let app = TestApp::spawn().await;
    let (ann, bob) = trained(&app).await;
    let own = said(&ann).await;
    assert!(bob.get("/history").await.body.contains("Nothing here yet"));
    for change in [("units", "lb"), ("days_per_week", "5"), ("level", "advanced")] {
        ann.save_preferences(&[("equipment", "dumbbell"), change]).await;
        let other = said(&ann).await;
        for ((path, own), other) in PAGES.iter().zip(&own).zip(&other) {
            // The history has nothing that depends on the level.
            if change.0 != "level" || *path != "/history" {
                assert_ne!(own, other, "{path} with {change:?}");
            }
        }
        ann.save_preferences(&[("equipment", "dumbbell")]).await;
        assert_eq!(said(&ann).await, own, "as before {change:?}");
    }
}

#[tokio::test]
async fn what_was_kept_counts_for_its_day() {
    /// Where today is in the weeks of the history.
    async fn today(person: &Browser) -> (Option<String>, Option<String>) {
        let html = Html::parse_document(&person.get("/history").await.body);
        let dot = html.select(&Selector::parse("circle.today").unwrap()).next().unwrap();
        (dot.attr("cx").map(str::to_owned), dot.attr("cy").map(str::to_owned))
    }
    // A pause of a fortnight begins on the 19th: it is that day in Kiritimati already, and the 18th in Pago Pago.
    let app = Setup::default().clock(&Clock::manual(datetime!(2026-02-18 12:00 UTC))).spawn().await;
    let (ann, _) = trained(&app).await;
    let mut seen = Vec::new();
    for zone in ["Pacific/Pago_Pago", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        ann.set_cookie("tz", zone);
        let pages = said(&ann).await;
        seen.push((today(&ann).await, pages[1].clone()));
    }
    let [east, west, again] = &seen[..] else { unreachable!() };
    assert_ne!(east.0, west.0, "the history");
    assert_ne!(east.1, west.1, "the workout");
    assert_eq!(east, again);
}
