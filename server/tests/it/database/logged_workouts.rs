//! Workouts with their sets.

use std::sync::Arc;

use accounts::ports::{HistoryVersion, WorkoutAdded, WorkoutCursor, WorkoutSummary};
use database::Database;
use domain::workout::document::{Change, Operation, OperationId, Outcome, Slot, Workout, WorkoutId, Zone};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::{Amount, Load, LoggedSet};
use domain::workout::prescription::{Person, prescribe};
use domain::workout::programme::programme;
use domain::workout::training::{Training, TrainingDetails};
use time::{Duration, OffsetDateTime};

use crate::database::backends::{account, all_at_once, at};

/// An open workout of somebody with nothing but their body, without history.
pub(crate) fn opened(number: u8, started_at: OffsetDateTime) -> Workout {
    opened_as(WorkoutId::from_bytes([number; 16]), started_at)
}

fn opened_as(id: WorkoutId, started_at: OffsetDateTime) -> Workout {
    let session = programme(&Training::default(), 0);
    let person = Person::new(&Training::default(), &TrainingDetails::default());
    let plan = prescribe(&session, &[], started_at.date(), &person);
    Workout::open(id, plan, Zone::utc(), started_at, started_at).unwrap()
}

/// Logs eight push-ups.
pub(crate) fn log(id: u16, slot: &str, at: OffsetDateTime) -> Operation {
    let set = LoggedSet {
        exercise: ExerciseId::parse("push_up").unwrap(),
        load: Load::Body,
        amount: Amount::Reps(8),
        rir: None,
        note: None,
        logged_at: at,
    };
    operation(id, Change::Log(Slot::parse(slot).unwrap(), set))
}

pub(crate) fn operation(id: u16, change: Change) -> Operation {
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&id.to_be_bytes());
    Operation { id: OperationId::from_bytes(bytes), change }
}

/// With one set, ten minutes long.
pub(crate) fn finished(number: u8, started_at: OffsetDateTime) -> Workout {
    finished_as(WorkoutId::from_bytes([number; 16]), started_at)
}

pub(crate) fn finished_as(id: WorkoutId, started_at: OffsetDateTime) -> Workout {
    let mut workout = opened_as(id, started_at);
    let end = started_at + Duration::minutes(10);
    for operation in [log(1, "b1s1", end), operation(2, Change::Finish { at: end })] {
        assert_eq!(workout.apply(operation, end), Outcome::Applied);
    }
    workout
}

fn ids(found: &[WorkoutSummary]) -> Vec<WorkoutId> {
    found.iter().map(|workout| workout.id).collect()
}

pub(crate) async fn a_workout_is_read_as_it_was_saved(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let mut workout = opened(1, at(0));
    assert_eq!(database.open_logged(&ada.id).await.unwrap(), None);
    assert_eq!(database.add_logged(&ada.id, &workout, at(0)).await.unwrap(), WorkoutAdded::Done);
    assert_eq!(database.add_logged(&ada.id, &workout, at(0)).await.unwrap(), WorkoutAdded::Exists);
    let stored = database.open_logged(&ada.id).await.unwrap().unwrap();
    assert_eq!(stored.workout, workout);
    assert_eq!(database.logged(&ada.id, workout.id()).await.unwrap(), Some(stored.clone()));
    assert_eq!(workout.apply(log(1, "b1s1", at(60)), at(60)), Outcome::Applied);
    assert!(database.save_logged(&ada.id, &workout, stored.revision).await.unwrap());
    let saved = database.open_logged(&ada.id).await.unwrap().unwrap();
    assert_eq!(saved.workout, workout);
    assert_ne!(saved.revision, stored.revision);
}

pub(crate) async fn a_workout_that_has_been_saved_since_is_not_replaced(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let workout = opened(1, at(0));
    database.add_logged(&ada.id, &workout, at(0)).await.unwrap();
    let read = database.open_logged(&ada.id).await.unwrap().unwrap().revision;
    assert!(database.save_logged(&ada.id, &workout, read).await.unwrap());
    assert!(!database.save_logged(&ada.id, &workout, read).await.unwrap());
    assert!(!database.delete_logged(&ada.id, workout.id(), Some(read)).await.unwrap());
    assert!(database.delete_logged(&ada.id, workout.id(), None).await.unwrap());
    assert!(!database.delete_logged(&ada.id, workout.id(), None).await.unwrap());
    assert!(!database.save_logged(&ada.id, &workout, read + 1).await.unwrap(), "deleted is deleted");
    assert_eq!(database.logged(&ada.id, workout.id()).await.unwrap(), None);
}

pub(crate) async fn of_thirty_workouts_opened_at_once_one_is(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let added = all_at_once((1..=30).map(|number| {
        let (database, id) = (Arc::clone(&database), ada.id.clone());
        async move { database.add_logged(&id, &opened(number, at(0)), at(0)).await.unwrap() }
    }))
    .await;
    let count = |kind| added.iter().filter(|added| **added == kind).count();
    assert_eq!((count(WorkoutAdded::Done), count(WorkoutAdded::OtherOpen)), (1, 29));
    assert!(database.open_logged(&ada.id).await.unwrap().is_some());
}

pub(crate) async fn a_finished_workout_makes_room_for_an_open_one(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    let open = opened(1, at(0));
    database.add_logged(&ada.id, &open, at(0)).await.unwrap();
    assert_eq!(database.add_logged(&grace.id, &open, at(0)).await.unwrap(), WorkoutAdded::Done);
    assert_eq!(
        database.add_logged(&ada.id, &finished(2, at(1)), at(0)).await.unwrap(),
        WorkoutAdded::Done,
        "any number may be finished"
    );
    let revision = database.open_logged(&ada.id).await.unwrap().unwrap().revision;
    assert!(database.save_logged(&ada.id, &finished(1, at(0)), revision).await.unwrap());
    assert_eq!(database.open_logged(&ada.id).await.unwrap(), None);
    assert_eq!(database.add_logged(&ada.id, &opened(3, at(2)), at(2)).await.unwrap(), WorkoutAdded::Done);
}

pub(crate) async fn of_parallel_saves_of_one_revision_one_succeeds(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let workout = opened(1, at(0));
    database.add_logged(&ada.id, &workout, at(0)).await.unwrap();
    let revision = database.open_logged(&ada.id).await.unwrap().unwrap().revision;
    let saved = all_at_once((0..30).map(|_| {
        let (database, id, workout) = (Arc::clone(&database), ada.id.clone(), workout.clone());
        async move { database.save_logged(&id, &workout, revision).await.unwrap() }
    }))
    .await;
    assert_eq!(saved.into_iter().filter(|saved| *saved).count(), 1);
}

pub(crate) async fn finished_workouts_are_listed_in_pages(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    // Two of them began at once.
    for (number, second) in [(1, 10), (2, 20), (3, 20), (4, 30), (5, 40)] {
        database.add_logged(&ada.id, &finished(number, at(second)), at(second)).await.unwrap();
    }
    database.add_logged(&ada.id, &opened(6, at(50)), at(50)).await.unwrap();
    let (mut cursor, mut found, mut documents) = (None, Vec::new(), Vec::new());
    loop {
        let page = database.logged_behind(&ada.id, cursor, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = Some(WorkoutCursor::from(last));
        found.extend(page);
    }
    let id = |number| WorkoutId::from_bytes([number; 16]);
    assert_eq!(ids(&found), [5, 4, 3, 2, 1].map(id));
    assert_eq!(found[0], WorkoutSummary::of(&finished(5, at(40))).unwrap());
    assert_eq!(ids(&database.logged_since(&ada.id, at(20)).await.unwrap()), [2, 3, 4, 5].map(id));
    cursor = None;
    loop {
        let page = database.logged_documents_behind(&ada.id, cursor, 4).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = Some(WorkoutCursor::from(last));
        documents.extend(page.iter().map(Workout::id));
    }
    assert_eq!(documents, [6, 5, 4, 3, 2, 1].map(id), "the open one too");
    assert_eq!(database.logged_behind(&ada.id, None, 0).await.unwrap(), []);
    assert_eq!(database.logged_documents_behind(&ada.id, None, 0).await.unwrap(), []);
}

pub(crate) async fn workouts_in_no_list_are_found_by_their_id(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let (mut empty, mut erased) = (opened(1, at(10)), finished(2, at(20)));
    empty.give_way(at(30));
    erased.move_to_account();
    assert!(erased.erase());
    for workout in [&empty, &erased, &finished(3, at(0)), &finished(4, at(30))] {
        assert_eq!(database.add_logged(&ada.id, workout, at(0)).await.unwrap(), WorkoutAdded::Done);
        assert_eq!(database.add_logged(&ada.id, workout, at(0)).await.unwrap(), WorkoutAdded::Exists);
        let found = database.logged(&ada.id, workout.id()).await.unwrap().unwrap();
        assert_eq!(found.workout, *workout);
    }
    let id = |number| WorkoutId::from_bytes([number; 16]);
    assert_eq!(database.open_logged(&ada.id).await.unwrap(), None);
    assert_eq!(ids(&database.logged_behind(&ada.id, None, 2).await.unwrap()), [4, 3].map(id));
    assert_eq!(ids(&database.logged_since(&ada.id, at(-100)).await.unwrap()), [3, 4].map(id));
    let documents = database.logged_documents_behind(&ada.id, None, 10).await.unwrap();
    let documents: Vec<_> = documents.iter().map(Workout::id).collect();
    assert_eq!(documents, [4, 1, 3, 2].map(id), "what was deleted comes last");

    // The set that was waited for arrives.
    assert_eq!(empty.apply(log(1, "b1s1", at(15)), at(40)), Outcome::Applied);
    let revision = database.logged(&ada.id, empty.id()).await.unwrap().unwrap().revision;
    assert!(database.save_logged(&ada.id, &empty, revision).await.unwrap());
    assert_eq!(ids(&database.logged_behind(&ada.id, None, 10).await.unwrap()), [4, 1, 3].map(id));
}

pub(crate) async fn workouts_with_sets_are_counted(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    database.add_logged(&ada.id, &finished(1, at(0)), at(100)).await.unwrap();
    database.add_logged(&ada.id, &opened(2, at(0)), at(200)).await.unwrap();
    for (after, count) in [(0, 2), (100, 1), (199, 1), (200, 0)] {
        assert_eq!(database.count_logged(&ada.id, at(after)).await.unwrap(), count, "{after}");
    }
    // One set is less than half of a session.
    assert_eq!(database.count_counting(&ada.id).await.unwrap(), 0);
    let mut whole = opened(3, at(0));
    let rows: Vec<_> =
        whole.blocks().flat_map(|(block, _)| (1..=whole.rows(block)).map(move |row| (block, row))).collect();
    for (number, (block, row)) in (10..).zip(rows) {
        whole.apply(log(number, &format!("{block}s{row}"), at(60)), at(60));
    }
    whole.apply(operation(2, Change::Finish { at: at(600) }), at(600));
    assert!(whole.counts());
    database.add_logged(&ada.id, &whole, at(0)).await.unwrap();
    assert_eq!(database.count_counting(&ada.id).await.unwrap(), 1);
    assert_eq!(database.count_logged(&grace.id, at(0)).await.unwrap(), 0);
    assert_eq!(database.count_counting(&grace.id).await.unwrap(), 0);
}

pub(crate) async fn every_change_of_the_finished_workouts_changes_their_version(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    let version = async || database.history_version(&ada.id).await.unwrap();
    let none = HistoryVersion::default();
    assert_eq!(version().await, none);
    let mut last = none;
    let mut is_new = |found: HistoryVersion, why: &str| {
        assert_ne!(found, last, "{why}");
        last = found;
        found
    };

    database.add_logged(&ada.id, &finished(1, at(0)), at(0)).await.unwrap();
    let one = is_new(version().await, "one is added");
    let mut open = opened(2, at(10));
    database.add_logged(&ada.id, &open, at(10)).await.unwrap();
    database.add_logged(&ada.id, &finished(1, at(5)), at(20)).await.unwrap();
    database.add_logged(&grace.id, &finished(3, at(0)), at(0)).await.unwrap();
    open.apply(log(1, "b1s1", at(20)), at(20));
    let revision = async |id| database.logged(&ada.id, id).await.unwrap().unwrap().revision;
    assert!(database.save_logged(&ada.id, &open, revision(open.id()).await).await.unwrap());
    assert_eq!(version().await, one, "what is open, there already, or somebody else's is none of it");

    open.apply(operation(2, Change::Finish { at: at(30) }), at(30));
    assert!(database.save_logged(&ada.id, &open, revision(open.id()).await).await.unwrap());
    is_new(version().await, "another one is finished");
    assert!(database.save_logged(&ada.id, &open, revision(open.id()).await).await.unwrap());
    is_new(version().await, "one is corrected");
    // One takes the place of another one, as often saved: started at the same time, or added at the same time.
    let id = |number| WorkoutId::from_bytes([number; 16]);
    for (old, new, started, added) in [(1, 4, 0, 40), (4, 5, 1, 40), (5, 6, 1, 41)] {
        assert!(database.delete_logged(&ada.id, id(old), None).await.unwrap());
        is_new(version().await, "one is deleted");
        database.add_logged(&ada.id, &finished(new, at(started)), at(added)).await.unwrap();
        is_new(version().await, "another one has taken its place");
    }
    let others = database.history_version(&grace.id).await.unwrap();
    assert!(database.delete_user(&ada.id).await.unwrap());
    assert_eq!(version().await, none);
    assert_eq!(database.history_version(&grace.id).await.unwrap(), others);
}

pub(crate) async fn workouts_with_sets_go_with_their_account(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    for id in [&ada.id, &grace.id] {
        database.add_logged(id, &finished(1, at(0)), at(0)).await.unwrap();
        database.add_logged(id, &opened(2, at(0)), at(0)).await.unwrap();
    }
    assert!(database.delete_user(&ada.id).await.unwrap());
    assert_eq!(database.add_logged(&ada.id, &opened(3, at(0)), at(0)).await.unwrap(), WorkoutAdded::Done);
    assert_eq!(database.open_logged(&ada.id).await.unwrap(), None);
    assert_eq!(database.logged_documents_behind(&ada.id, None, 10).await.unwrap(), []);
    assert_eq!(database.logged_documents_behind(&grace.id, None, 10).await.unwrap().len(), 2);
}
