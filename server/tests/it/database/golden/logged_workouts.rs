//! Rows since migration `0003_logged_workouts`: workouts with their sets, finished and open.

use std::sync::Arc;

use accounts::ports::{HistoryVersion, WorkoutSummary};
use database::Database;
use database::sqlite::SqliteDatabase;
use domain::workout::document::{Slot, Status, Workout, WorkoutId};
use domain::workout::load::{Amount, Load};
use domain::workout::training::Units;
use domain::workout::weight::Weight;
use mongodb::bson::{DateTime, Document, doc, oid::ObjectId}; // slim: mongodb
use sqlx::AssertSqlSafe; // slim: postgres
use time::Duration;

use crate::database::backends::mongodb_at; // slim: mongodb
use crate::database::backends::postgres_at; // slim: postgres
use crate::database::backends::{at, email};

const USER: &str = "00000000000000000000000000000004";

const FINISHED_ID: &str = "07070707-0707-0707-0707-070707070707";
const FINISHED: &str = concat!(
    r#"{"version":1,"id":"07070707-0707-0707-0707-070707070707","zone":"Europe/Berlin","#,
    r#""started_at":"2025-06-01T14:00:00+02:00","ended_at":"2025-06-01T12:40:00Z","#,
    r#""touched_at":"2025-06-01T12:40:00Z","#,
    r#""plan":{"name":"Full body A","ordinal":4,"minutes":45,"warm_up":["march"],"blocks":[{"#,
    r#""exercise":"back_squat","main":true,"range":{"reps":{"low":8,"high":12}},"reps_in_reserve":2,"#,
    r#""rest_seconds":120,"prescription":{"targets":[{"reps":8},{"reps":8},{"reps":8}]}}]},"#,
    r#""changes":{"b1":{"skipped":"busy"}},"#,
    r#""sets":{"b1s1":{"exercise":"back_squat","load":{"bar":"60 kg"},"amount":{"reps":8},"#,
    r#""logged_at":"2025-06-01T12:10:00Z"},"#,
    r#""b1s2":{"exercise":"back_squat","load":{"bar":"60 kg"},"amount":{"reps":7},"#,
    r#""logged_at":"2025-06-01T12:14:00Z"}},"#,
    r#""applied":["00000001-0000-0000-0000-000000000000","00000002-0000-0000-0000-000000000000"]}"#
);
const SUMMARY: &str = concat!(
    r#"{"id":"07070707-0707-0707-0707-070707070707","name":"Full body A","#,
    r#""started_at":"2025-06-01T14:00:00+02:00","ended_at":"2025-06-01T14:40:00+02:00","sets":2,"counts":true,"#,
    r#""performances":[{"exercise":"back_squat","session":"Full body A","main":true,"day":"2025-06-01","#,
    r#""planned":3,"range":{"reps":{"low":8,"high":12}},"reps_in_reserve":2,"#,
    r#""sets":[{"exercise":"back_squat","load":{"bar":"60 kg"},"amount":{"reps":8},"#,
    r#""logged_at":"2025-06-01T12:10:00Z"},"#,
    r#"{"exercise":"back_squat","load":{"bar":"60 kg"},"amount":{"reps":7},"#,
    r#""logged_at":"2025-06-01T12:14:00Z"}],"skipped":"busy"}]}"#
);

const OPEN_ID: &str = "08080808-0808-0808-0808-080808080808";
const OPEN: &str = concat!(
    r#"{"version":1,"id":"08080808-0808-0808-0808-080808080808","zone":"UTC","#,
    r#""started_at":"2025-06-01T13:00:00Z","touched_at":"2025-06-01T13:05:00Z","#,
    r#""plan":{"name":"Full body B","ordinal":5,"minutes":45,"warm_up":["march"],"blocks":[{"#,
    r#""exercise":"push_up","main":true,"range":{"reps":{"low":8,"high":15}},"reps_in_reserve":2,"#,
    r#""rest_seconds":120,"prescription":{"load":"body","targets":[{"reps":8},{"reps":8}]}}]},"#,
    r#""sets":{"b1s1":{"exercise":"push_up","load":"body","amount":{"reps":9},"rir":"2","note":"easy","#,
    r#""logged_at":"2025-06-01T13:05:00Z"}},"#,
    r#""applied":["00000003-0000-0000-0000-000000000000"]}"#
);

/// As a newer version might write it.
const ID_OF_TOMORROW: &str = "09090909-0909-0909-0909-090909090909";
const OF_TOMORROW: &str = r#"{"version":2,"id":"09090909-0909-0909-0909-090909090909"}"#;

/// A row of each kind: id, revision, seconds at which it was started and added, summary and document.
const ROWS: [(&str, i64, i64, Option<&str>, &str); 3] = [
    (FINISHED_ID, 3, 0, Some(SUMMARY), FINISHED),
    (OPEN_ID, 2, 3600, None, OPEN),
    (ID_OF_TOMORROW, 1, 60, Some(OF_TOMORROW), OF_TOMORROW),
];

fn millis(second: i64) -> i64 {
    1_748_779_200_000 + second * 1000
}

/// For both SQL databases; `{yes}` and `{no}` are their truth values.
fn sql(yes: &str, no: &str) -> String {
    let rows = ROWS.map(|(id, revision, second, summary, document)| {
        let (is_open, counts) = if summary.is_none() { (yes, no) } else { (no, yes) };
        let summary = summary.map_or("NULL".to_owned(), |text| format!("'{text}'"));
        let at = millis(second);
        format!("('{USER}', '{id}', {revision}, {is_open}, {counts}, {at}, {at}, {summary}, '{document}')")
    });
    format!(
        "INSERT INTO users (id, email, email_key, email_verified, display_name, password_hash, credentials_version, \
         preferences, preferences_at, created_at, expires_at) VALUES \
         ('{USER}', 'linus@example.com', 'linus@example.com', {no}, 'Linus', '$first', 1, NULL, NULL, {}, NULL); \
         INSERT INTO logged_workouts (user_id, id, revision, is_open, counts, started_at, added_at, summary, document) \
         VALUES {}",
        millis(0),
        rows.join(", ")
    )
}

/// Fails unless this program reads in them what was written.
async fn assert_read(database: Arc<dyn Database>) {
    let user = database.user_by_email(&email("linus@example.com")).await.unwrap().unwrap().id;
    let slot = Slot::parse("b1s1").unwrap();

    let finished = database.logged(&user, WorkoutId::parse(FINISHED_ID).unwrap()).await.unwrap().unwrap();
    assert_eq!((finished.revision, finished.workout.status()), (3, Status::Finished));
    assert_eq!((finished.workout.started_at(), finished.workout.ended_at()), (at(0), Some(at(2400))));
    assert_eq!(finished.workout.plan().name, "Full body A");
    let set = &finished.workout.sets()[&slot];
    let load = Load::Bar(Weight::parse("60", Units::Kg).unwrap());
    assert_eq!((set.load, set.amount, set.logged_at), (load, Amount::Reps(8), at(600)));

    let open = database.open_logged(&user).await.unwrap().unwrap();
    assert_eq!((open.revision, open.workout.status()), (2, Status::Open));
    assert_eq!(open.workout.id().to_string(), OPEN_ID);
    let set = &open.workout.sets()[&slot];
    assert_eq!((set.load, set.amount), (Load::Body, Amount::Reps(9)));
    assert_eq!(set.note.as_ref().map(|note| note.as_str()), Some("easy"));

    // The one that cannot be read hides no other.
    let listed = [WorkoutSummary::of(&finished.workout).unwrap()];
    assert_eq!(listed[0].sets, 2);
    assert_eq!(database.logged_behind(&user, None, 10).await.unwrap(), listed);
    assert_eq!(database.logged_since(&user, at(0)).await.unwrap(), listed);
    let documents: Vec<Workout> = database.logged_documents_behind(&user, None, 10).await.unwrap();
    assert_eq!(documents, [open.workout.clone(), finished.workout]);
    // It counts all the same.
    assert_eq!(database.count_logged(&user, at(0) - Duration::SECOND).await.unwrap(), 3);
    assert_eq!(database.count_counting(&user).await.unwrap(), 2);
    let written_unaware = database.history_version(&user).await.unwrap();
    assert_ne!(written_unaware, HistoryVersion::default(), "a program that knows nothing of it counts, too");
    assert!(database.save_logged(&user, &open.workout, open.revision).await.unwrap(), "it goes on");
    assert_eq!(database.open_logged(&user).await.unwrap().unwrap().workout, open.workout);
}

#[tokio::test]
async fn on_sqlite() {
    let engine = storage::sqlite::open_memory().await.unwrap();
    let database = SqliteDatabase::open(engine.clone()).await.unwrap();
    engine.batch(sql("1", "0")).await.unwrap();
    assert_read(Arc::new(database)).await;
}

// slim: postgres
#[tokio::test]
async fn on_postgres() {
    let Some(bed) = crate::database::backends::postgres().await else { return };
    let database = bed.database().await;
    database.ping().await.unwrap();
    let raw = postgres_at(bed.url());
    sqlx::raw_sql(AssertSqlSafe(sql("true", "false"))).execute(&raw).await.unwrap();
    assert_read(database).await;
}
// slim: end

// slim: mongodb
#[tokio::test]
async fn on_mongodb() {
    let Some(bed) = crate::database::backends::mongodb().await else { return };
    let database = bed.database().await;
    database.ping().await.unwrap();
    let raw = mongodb_at(bed.url()).await;
    let date = |second| DateTime::from_millis(millis(second));
    let account = doc! {
        "_id": USER, "email": "linus@example.com", "email_key": "linus@example.com", "email_verified": false,
        "display_name": "Linus", "password_hash": "$first", "credentials_version": 1_i64, "preferences": null,
        "preferences_at": null, "created_at": date(0),
    };
    raw.collection::<Document>("users").insert_one(account).await.unwrap();
    for (id, revision, second, summary, document) in ROWS {
        let workout = doc! {
            "_id": ObjectId::new(), "user": USER, "workout": id, "revision": revision,
            "place": if summary.is_none() { "open" } else { id }, "counts": summary.is_some(),
            "started_at": date(second), "added_at": date(second), "summary": summary, "document": document,
        };
        raw.collection::<Document>("logged_workouts").insert_one(workout).await.unwrap();
    }
    assert_read(database).await;
}
// slim: end
