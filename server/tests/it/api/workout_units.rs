//! Kilograms and pounds: what was typed stands as it was typed, whatever the unit becomes later.

use crate::support::helpers::{Browser, TestApp};
use crate::support::workout::{forms_of, typed, value};

const LOG: &str = "/api/workouts/log";
const EDIT: &str = "/api/workouts/edit";

async fn prefer(person: &Browser, units: &str) {
    let answer = person.save_preferences(&[("equipment", "dumbbell"), ("units", units)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

async fn log_weight(person: &Browser, slot: &str, unit: &str, weight: &str) {
    let row = person.row(slot).await;
    assert_eq!(value(&row, "unit"), unit, "{slot}");
    let row = typed(row, &[("weight", weight), ("reps", "8")]);
    person.submit(LOG, &row).await.assert_redirect(&format!("/workout#{slot}"));
}

#[tokio::test]
async fn an_open_workout_keeps_each_set_in_its_unit() {
    let app = TestApp::spawn().await;
    for person in [app.registered("ann@example.com").await, app.browser()] {
        prefer(&person, "kg").await;
        log_weight(&person, "b1s1", "kg", "12,5").await;
        prefer(&person, "lb").await;
        log_weight(&person, "b1s2", "lb", "27.5").await;
        for units in ["kg", "lb", "kg"] {
            prefer(&person, units).await;
            for (slot, unit, weight) in [("b1s1", "kg", "12.5"), ("b1s2", "lb", "27.5")] {
                let row = person.row(slot).await;
                assert_eq!((value(&row, "unit"), value(&row, "weight")), (unit, weight), "{slot}, {units}");
            }
        }
    }
}

#[tokio::test]
async fn switching_units_back_and_forth_changes_no_byte_of_what_is_kept() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    prefer(&ann, "kg").await;
    log_weight(&ann, "b1s1", "kg", "12,5").await;
    prefer(&ann, "lb").await;
    log_weight(&ann, "b1s2", "lb", "27.5").await;
    let path = ann.finish_early().await;

    let table = ann.get("/history/export.csv").await.body;
    assert!(table.contains(",12.5,kg,") && table.contains(",27.5,lb,"), "{table}");
    let sets = ann.post("/api/account/export", &[]).await.json()["logged_workouts"].clone();
    assert_eq!(sets.as_array().map(Vec::len), Some(1));
    for units in ["kg", "lb", "kg", "lb"] {
        prefer(&ann, units).await;
        // Even after the form of the correction was sent with nothing changed in it.
        let form = forms_of(&ann.get(&format!("{path}/edit")).await, EDIT).remove(0);
        assert_eq!((value(&form, "b1s1-weight"), value(&form, "b1s1-unit")), ("12.5", "kg"), "{units}");
        assert_eq!((value(&form, "b1s2-weight"), value(&form, "b1s2-unit")), ("27.5", "lb"), "{units}");
        ann.submit(EDIT, &form).await.assert_redirect(&format!("{path}?done=changed"));
        assert_eq!(ann.get("/history/export.csv").await.body, table, "{units}");
        let now = ann.post("/api/account/export", &[]).await.json()["logged_workouts"].clone();
        assert_eq!(now, sets, "{units}");
    }
}
