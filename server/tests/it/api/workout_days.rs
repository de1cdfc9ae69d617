//! The day of a workout: the local date at its start, wherever its person is afterwards.

use crate::support::helpers::{Browser, Setup, TestApp};
use crate::support::workout::{forms_of, typed, value};
use sessions::clock::Clock;
use time::OffsetDateTime;
use time::macros::datetime;

const LOG: &str = "/api/workouts/log";
const EDIT: &str = "/api/workouts/edit";

/// A server whose clock begins here, with sessions that outlive the days of a test.
async fn at(now: OffsetDateTime) -> TestApp {
    let lifetimes = ["SESSION_TTL", "SESSION_IDLE_TIMEOUT", "SESSION_ABSOLUTE_LIFETIME"];
    let setup = Setup::default().clock(&Clock::manual(now));
    lifetimes.into_iter().fold(setup, |setup, name| setup.var(name, "7d")).spawn().await
}

/// Trains from now on for so many seconds. The path of the workout's page.
async fn train_for(app: &TestApp, person: &Browser, seconds: i64) -> String {
    person.log("b1s1").await.assert_redirect("/workout#b1s1");
    app.wait(seconds);
    person.log("b1s2").await.assert_redirect("/workout#b1s2");
    person.finish_early().await
}

async fn assert_contains(person: &Browser, path: &str, text: &str) {
    // Leptos puts empty comments between texts.
    let body = person.get(path).await.body.replace("<!>", "");
    assert!(body.contains(text), "{path} has no {text}: {body}");
}

#[tokio::test]
async fn the_day_is_the_local_date_at_the_start_and_never_moves() {
    for (zone, listed, titled, cells) in [
        (
            "Pacific/Auckland",
            "Mon, 6 Jul",
            "6 July 2026, 01:00–02:00, Pacific/Auckland",
            ",2026-07-06,2026-07-06T01:00:00+12:00,2026-07-06T02:00:00+12:00,+12:00,",
        ),
        (
            "Pacific/Honolulu",
            "Sun, 5 Jul",
            "5 July 2026, 03:00–04:00, Pacific/Honolulu",
            ",2026-07-05,2026-07-05T03:00:00-10:00,2026-07-05T04:00:00-10:00,-10:00,",
        ),
    ] {
        // It is Monday in Auckland already, and still Sunday in Honolulu.
        let app = at(datetime!(2026-07-05 13:00 UTC)).await;
        let ann = app.registered("ann@example.com").await;
        ann.set_cookie("tz", zone);
        let path = train_for(&app, &ann, 3600).await;
        for later in [zone, "Pacific/Auckland", "Pacific/Honolulu", "Nowhere/At_All"] {
            ann.set_cookie("tz", later);
            assert_contains(&ann, "/history", listed).await;
            assert_contains(&ann, &path, titled).await;
            assert_contains(&ann, "/history/export.csv", cells).await;
        }
    }
}

/// The name of the cookie is a common one.
#[tokio::test]
async fn cookies_of_other_applications_do_not_move_the_day() {
    for others in [
        "Pacific/Auckland",
        "\"Pacific/Auckland\"",
        "-120; tz=Pacific/Auckland",
        "; tz=Nowhere/At_All; tz=pacific/auckland; tz=Pacific/Honolulu",
        "720; tz=\"Pacific/Auckland\"",
    ] {
        let app = at(datetime!(2026-07-05 13:00 UTC)).await;
        let ann = app.registered("ann@example.com").await;
        ann.set_cookie("tz", others);
        let path = train_for(&app, &ann, 3600).await;
        assert_contains(&ann, &path, "6 July 2026, 01:00–02:00, Pacific/Auckland").await;
    }
}

#[tokio::test]
async fn weeks_begin_on_monday_by_the_days_that_were_stored() {
    // An hour before Monday in Auckland. In UTC both workouts are of Sunday.
    let app = at(datetime!(2026-07-05 11:00 UTC)).await;
    let ann = app.registered("ann@example.com").await;
    ann.set_cookie("tz", "Pacific/Auckland");
    train_for(&app, &ann, 600).await;
    app.wait(3600);
    train_for(&app, &ann, 600).await;
    assert_contains(&ann, "/history", "1 of 3 this week, 2 weeks in a row.").await;
    for monday in ["2026-06-29", "2026-07-06"] {
        let row = format!("<th scope=\"row\">{monday}</th><td class=\"number\">1</td>");
        assert_contains(&ann, "/history", &row).await;
    }
    // In Honolulu it is still Sunday, and the workout of Monday has not made this week's number larger.
    ann.set_cookie("tz", "Pacific/Honolulu");
    assert_contains(&ann, "/history", "1 of 3 this week.").await;
}

#[tokio::test]
async fn after_midnight_a_workout_keeps_its_day_and_its_forms_find_it() {
    // Ten minutes before midnight.
    let app = at(datetime!(2026-07-05 21:50 UTC)).await;
    let ann = app.registered("ann@example.com").await;
    ann.set_cookie("tz", "Europe/Berlin");
    ann.log("b1s1").await;
    let (second, late) = (ann.row("b1s2").await, ann.row("b1s3").await);
    app.wait(1200);
    ann.submit(LOG, &second).await.assert_redirect("/workout#b1s2");
    assert_contains(&ann, "/workout", "2 of ").await;
    let path = ann.finish_early().await;
    assert_contains(&ann, &path, "5 July 2026, 23:50–00:10, Europe/Berlin").await;
    assert_contains(&ann, "/history", "Sun, 5 Jul").await;

    // The page of yesterday does nothing to the workout of today.
    ann.log("b2s1").await;
    let today = value(&ann.row("b1s1").await, "workout").to_owned();
    assert_ne!(value(&late, "workout"), today);
    ann.submit(LOG, &late).await;
    assert_contains(&ann, "/workout", "1 of ").await;
    assert_eq!(value(&ann.row("b1s3").await, "logged"), "");
    let id = path.rsplit('/').next().unwrap();
    let table = ann.get("/history/export.csv").await.body;
    assert_eq!(table.lines().filter(|line| line.starts_with(id)).count(), 3, "{table}");
}

/// The length is that of the time that passed; the clock shows what clocks in the zone showed.
#[tokio::test]
async fn a_workout_in_the_night_of_a_clock_change_is_as_long_as_it_was() {
    for (start, titled) in [
        (datetime!(2026-03-29 00:30 UTC), "29 March 2026, 01:30–03:30, Europe/Berlin"),
        (datetime!(2026-10-25 00:30 UTC), "25 October 2026, 02:30–02:30, Europe/Berlin"),
    ] {
        let app = at(start).await;
        let ann = app.registered("ann@example.com").await;
        ann.set_cookie("tz", "Europe/Berlin");
        let path = train_for(&app, &ann, 3600).await;
        assert_contains(&ann, &path, titled).await;
        assert_contains(&ann, "/history", "60<small> min").await;
        // A number is corrected, the times are not.
        let form = forms_of(&ann.get(&format!("{path}/edit")).await, EDIT).remove(0);
        let changed = typed(form, &[("b1s1-reps", "33")]);
        ann.submit(EDIT, &changed).await.assert_redirect(&format!("{path}?done=changed"));
        assert_contains(&ann, &path, "× 33").await;
        assert_contains(&ann, &path, titled).await;
        assert_contains(&ann, "/history", "60<small> min").await;
    }
}

/// Days can go backwards from one workout to the next, but not in a chart.
#[tokio::test]
async fn a_chart_is_in_the_order_of_days_after_a_flight_across_the_date_line() {
    let app = at(datetime!(2026-07-05 13:00 UTC)).await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("equipment", "dumbbell")]).await;
    for (zone, weight) in [("Pacific/Auckland", "20"), ("Pacific/Honolulu", "22")] {
        ann.set_cookie("tz", zone);
        let row = typed(ann.row("b1s1").await, &[("weight", weight), ("reps", "1")]);
        ann.submit(LOG, &row).await.assert_redirect("/workout#b1s1");
        ann.finish_early().await;
        app.wait(3600);
    }
    assert_contains(&ann, "/history", "From 22 kg to 20 kg in").await;
}
