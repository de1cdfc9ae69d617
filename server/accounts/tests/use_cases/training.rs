//! Workouts: what is done with them by visitors and by those who are signed in, on many devices at once.

use accounts::training::{
    EnterWorkout, HistoryEntry, StartWorkout, WorkoutChanged, WorkoutDiscarded, WorkoutEntered,
    WorkoutFinished, WorkoutMoved, WorkoutStarted, known_zone,
};
use accounts::{Client, WORKOUTS_PER_DAY};
use domain::account::UserId;
use domain::preferences::Preferences;
use domain::workout::document::{
    Change, Operation, OperationId, Outcome, Refusal, Slot, Status, Workout, WorkoutId, Zone,
};
use domain::workout::exercise_id::ExerciseId;
use domain::workout::load::{Amount, Load, LoggedSet, Note};
use domain::workout::log::FinishedWorkout;
use futures::TryStreamExt as _;
use time::macros::date;
use time::{Duration, OffsetDateTime};

use crate::site::{NOW, Site};

pub(crate) fn operation_id(number: u32) -> OperationId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    OperationId::from_bytes(bytes)
}

pub(crate) fn operation(id: u32, change: Change) -> Operation {
    Operation { id: operation_id(id), change }
}

fn set(note: Option<Note>) -> LoggedSet {
    LoggedSet {
        exercise: ExerciseId::parse("push_up").unwrap(),
        load: Load::Body,
        amount: Amount::Reps(8),
        rir: None,
        note,
        logged_at: NOW,
    }
}

pub(crate) fn log(id: u32, slot: &str) -> Operation {
    operation(id, Change::Log(Slot::parse(slot).unwrap(), set(None)))
}

fn id(number: u8) -> WorkoutId {
    WorkoutId::from_bytes([number; 16])
}

pub(crate) async fn start(site: &Site, client: &Client, user: Option<&UserId>) -> WorkoutStarted {
    let zone = known_zone("Pacific/Auckland").unwrap();
    let start = StartWorkout { preferences: &Preferences::default(), zone: &zone };
    site.accounts.start_workout(client, user, start).await.unwrap()
}

pub(crate) async fn started(site: &Site, client: &Client, user: Option<&UserId>) -> Workout {
    match start(site, client, user).await {
        WorkoutStarted::Done(workout) => *workout,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn change(
    site: &Site,
    client: &Client,
    user: Option<&UserId>,
    id: WorkoutId,
    operations: &[Operation],
) -> (Workout, Vec<Outcome>) {
    match site.accounts.change_workout(client, user, id, operations).await.unwrap() {
        WorkoutChanged::Done { workout, outcomes } => (*workout, outcomes),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn finished(site: &Site, client: &Client, user: Option<&UserId>) -> WorkoutId {
    let id = started(site, client, user).await.id();
    change(site, client, user, id, &[log(1, "b1s1")]).await;
    let done = site.accounts.finish_workout(client, user, id, operation_id(2), None);
    assert!(matches!(done.await.unwrap(), WorkoutFinished::Done(_)));
    id
}

fn ids(entries: &[HistoryEntry]) -> Vec<WorkoutId> {
    let id = |entry: &HistoryEntry| match entry {
        HistoryEntry::Logged(workout) => Some(workout.id),
        HistoryEntry::Counted(_) => None,
    };
    entries.iter().filter_map(id).collect()
}

pub(crate) async fn history(site: &Site, client: &Client, user: Option<&UserId>) -> Vec<WorkoutId> {
    ids(&site.accounts.history(client, user, None, 100).await.unwrap().entries)
}

#[tokio::test]
async fn a_workout_goes_from_start_to_history_signed_in_or_not() {
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    let visitor = site.client();
    for (client, user) in [(&ann, Some(&user.id)), (&visitor, None)] {
        assert_eq!(site.accounts.open_workout(client, user).await.unwrap(), None);
        let workout = started(&site, client, user).await;
        assert_eq!(workout.day(), date!(2026 - 03 - 01));
        assert_eq!(workout.started_at().offset().whole_hours(), 13, "the time of the zone");
        assert_eq!(start(&site, client, user).await, WorkoutStarted::AlreadyOpen(workout.id()));
        let id = workout.id();
        let finish = |number| site.accounts.finish_workout(client, user, id, operation_id(number), None);
        assert_eq!(finish(9).await.unwrap(), WorkoutFinished::NothingLogged);
        let sent = [log(1, "b1s1"), log(2, "b1s2"), log(1, "b1s3"), log(3, "b50s1")];
        let (_, outcomes) = change(&site, client, user, id, &sent).await;
        let refused = Outcome::Refused(Refusal::NoSuchBlock);
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Applied, Outcome::Duplicate, refused]);
        assert_eq!(site.accounts.open_workout(client, user).await.unwrap().unwrap().sets().len(), 2);
        let WorkoutFinished::Done(done) = finish(10).await.unwrap() else { panic!("not finished") };
        assert_eq!(done.status(), Status::Finished);
        assert_eq!(site.accounts.open_workout(client, user).await.unwrap(), None);
        assert_eq!(history(&site, client, user).await, [id]);
        let performances =
            site.accounts.performances(client, user, Some(date!(2026 - 03 - 01))).await.unwrap();
        assert_eq!(performances.iter().map(|done| done.sets.len()).sum::<usize>(), 2);
        assert_eq!(site.accounts.performances(client, user, Some(date!(2026 - 03 - 02))).await.unwrap(), []);
        assert_eq!(
            site.accounts.trained_days(client, user, date!(2026 - 03 - 01)).await.unwrap(),
            [date!(2026 - 03 - 01)]
        );
        let table = site.accounts.export_csv(client, user).await.unwrap();
        let table: Vec<String> = table.try_collect().await.unwrap();
        assert_eq!(table.concat().lines().count(), 3, "the header and two sets");
    }
}

#[tokio::test]
async fn looking_for_a_workout_that_does_not_exist_creates_no_session() {
    let site = Site::new().await;
    let visitor = site.client();
    let preferences = Preferences::default();
    site.accounts.todays_plan(&visitor, None, &preferences, date!(2026 - 03 - 01)).await.unwrap();
    let changed = site.accounts.change_workout(&visitor, None, id(1), &[log(1, "b1s1")]).await.unwrap();
    assert_eq!(changed, WorkoutChanged::Gone);
    assert!(!site.accounts.delete_workout(&visitor, None, id(1)).await.unwrap());
    assert!(visitor.session.meta().is_none());
}

#[tokio::test]
async fn what_was_deleted_or_discarded_stays_gone() {
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    let visitor = site.client();
    for (client, user) in [(&ann, Some(&user.id)), (&visitor, None)] {
        let open = started(&site, client, user).await.id();
        change(&site, client, user, open, &[log(1, "b1s1")]).await;
        let discard = |confirmed| site.accounts.discard_workout(client, user, open, confirmed);
        assert_eq!(discard(false).await.unwrap(), WorkoutDiscarded::HasSets(1));
        assert_eq!(discard(true).await.unwrap(), WorkoutDiscarded::Done);
        assert_eq!(discard(true).await.unwrap(), WorkoutDiscarded::Done, "sent twice");
        let done = finished(&site, client, user).await;
        let discarded = site.accounts.discard_workout(client, user, done, true).await.unwrap();
        assert_eq!(discarded, WorkoutDiscarded::Finished);
        assert!(site.accounts.delete_workout(client, user, done).await.unwrap());
        for gone in [open, done] {
            let late = site.accounts.change_workout(client, user, gone, &[log(7, "b1s1")]).await.unwrap();
            assert_eq!(late, WorkoutChanged::Gone);
        }
        assert_eq!(history(&site, client, user).await, []);
    }
}

#[tokio::test]
async fn a_workout_is_moved_only_to_possible_times() {
    let site = Site::new().await;
    let (client, user) = site.ann().await;
    let id = finished(&site, &client, Some(&user.id)).await;
    let move_to = |start, end| site.accounts.move_workout(&client, Some(&user.id), id, start, end);
    let yesterday = NOW - Duration::DAY;
    assert_eq!(move_to(NOW, yesterday).await.unwrap(), WorkoutMoved::Impossible(Refusal::ImpossibleTimes));
    assert!(matches!(move_to(yesterday, yesterday + Duration::HOUR).await.unwrap(), WorkoutMoved::Done(_)));
    let days = site.accounts.trained_days(&client, Some(&user.id), date!(2026 - 01 - 01)).await.unwrap();
    assert_eq!(days, [date!(2026 - 02 - 28)], "what is derived follows");
}

#[tokio::test]
async fn a_workout_of_the_past_is_entered_once_beside_an_open_one() {
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    let visitor = site.client();
    let zone = Zone::utc();
    for (client, user) in [(&ann, Some(&user.id)), (&visitor, None)] {
        let open = started(&site, client, user).await.id();
        let enter = async |started_at: OffsetDateTime, operations: &[Operation]| {
            let entered = EnterWorkout {
                id: id(1),
                preferences: &Preferences::default(),
                zone: &zone,
                started_at,
                ended_at: started_at + Duration::HOUR,
                operations,
            };
            site.accounts.enter_workout(client, user, entered).await.unwrap()
        };
        let before = NOW - Duration::hours(30);
        assert_eq!(enter(before, &[]).await, WorkoutEntered::Impossible(Refusal::NothingLogged));
        let in_future = enter(NOW + Duration::HOUR, &[log(1, "b1s1")]).await;
        assert_eq!(in_future, WorkoutEntered::Impossible(Refusal::ImpossibleTimes));
        let refused = Outcome::Refused(Refusal::NoSuchBlock);
        assert_eq!(enter(before, &[log(1, "b50s1")]).await, WorkoutEntered::Refused(vec![refused]));
        for _ in 0..2 {
            let WorkoutEntered::Done(entered) = enter(before, &[log(1, "b1s1")]).await else {
                panic!("not entered")
            };
            assert_eq!((entered.id(), entered.sets().len()), (id(1), 1));
            assert_eq!(entered.length(), Some(Duration::HOUR));
        }
        assert_eq!(history(&site, client, user).await, [id(1)]);
        assert_eq!(site.accounts.open_workout(client, user).await.unwrap().unwrap().id(), open);
    }
}

#[tokio::test]
async fn a_visitor_keeps_the_workout_that_was_entered_last_even_if_it_is_the_oldest() {
    let site = Site::new().await;
    let visitor = site.client();
    let mut done = Vec::new();
    for _ in 0..3 {
        done.push(finished(&site, &visitor, None).await);
        site.clock.advance(Duration::HOUR);
    }
    let started_at = NOW - Duration::days(3);
    let entered = EnterWorkout {
        id: id(1),
        preferences: &Preferences::default(),
        zone: &Zone::utc(),
        started_at,
        ended_at: started_at + Duration::HOUR,
        operations: &[log(1, "b1s1")],
    };
    let entered = site.accounts.enter_workout(&visitor, None, entered).await.unwrap();
    assert!(matches!(entered, WorkoutEntered::Done(_)));
    assert_eq!(history(&site, &visitor, None).await, [done[2], done[1], id(1)]);
}

#[tokio::test]
async fn an_account_can_begin_so_many_workouts_a_day() {
    let site = Site::new().await;
    let (client, user) = site.ann().await;
    for _ in 0..WORKOUTS_PER_DAY {
        finished(&site, &client, Some(&user.id)).await;
    }
    assert_eq!(start(&site, &client, Some(&user.id)).await, WorkoutStarted::TooMany);
    site.clock.advance(Duration::DAY);
    assert!(matches!(start(&site, &client, Some(&user.id)).await, WorkoutStarted::Done(_)));
}

#[tokio::test]
async fn the_history_has_the_old_and_the_new_in_one_order_and_in_pages() {
    let site = Site::new().await;
    let (client, ann) = site.ann().await;
    let user = Some(&ann.id);
    let mut expected = Vec::new();
    for number in 0..3 {
        let old = FinishedWorkout {
            name: format!("Old {number}"),
            started_at: site.clock.now(),
            finished_at: site.clock.now(),
            sets_done: 9,
        };
        site.database.add_workout(&ann.id, &old).await.unwrap();
        // At the same moment.
        finished(&site, &client, user).await;
        expected.extend([old.started_at, old.started_at]);
        site.clock.advance(Duration::HOUR);
    }
    expected.reverse();
    for limit in 1..=7 {
        let (mut before, mut begun, mut pages) = (None, Vec::new(), 0);
        loop {
            let page = site.accounts.history(&client, user, before, limit).await.unwrap();
            begun.extend(page.entries.iter().map(|entry| match entry {
                HistoryEntry::Logged(workout) => workout.started_at,
                HistoryEntry::Counted(workout) => workout.started_at,
            }));
            pages += 1;
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!((begun, pages), (expected.clone(), 6_u32.div_ceil(limit)), "{limit}");
    }
    let days = site.accounts.trained_days(&client, user, date!(2026 - 02 - 01)).await.unwrap();
    assert_eq!(days.len(), 6);
}

#[tokio::test]
async fn a_visitor_keeps_the_last_three_workouts_and_their_place_in_the_programme() {
    let site = Site::new().await;
    let visitor = site.client();
    let mut done = Vec::new();
    for _ in 0..5 {
        let workout = started(&site, &visitor, None).await;
        for (block, _) in workout.blocks() {
            for row in 1..=workout.rows(block) {
                let slot = format!("{block}s{row}");
                change(
                    &site,
                    &visitor,
                    None,
                    workout.id(),
                    &[log(u32::from(block.number()) * 100 + u32::from(row), &slot)],
                )
                .await;
            }
        }
        let finish = site.accounts.finish_workout(&visitor, None, workout.id(), operation_id(1), None);
        assert!(matches!(finish.await.unwrap(), WorkoutFinished::Done(_)));
        done.insert(0, workout.id());
        site.clock.advance(Duration::HOUR);
    }
    let kept = history(&site, &visitor, None).await;
    assert!((1..=3).contains(&kept.len()), "{}", kept.len());
    assert_eq!(kept, done[..kept.len()], "the newest");
    let plan =
        site.accounts.todays_plan(&visitor, None, &Preferences::default(), date!(2026 - 03 - 02)).await;
    assert_eq!(plan.unwrap().ordinal, 5);
}

#[tokio::test]
async fn what_a_session_cannot_hold_is_refused_and_still_can_be_finished() {
    let site = Site::new().await;
    let visitor = site.client();
    let id = started(&site, &visitor, None).await.id();
    let long = Note::parse(&"n".repeat(200)).unwrap();
    let mut last = Vec::new();
    for number in 0..100 {
        let slot = Slot::parse(&format!("b{}s{}", number % 5 + 1, number / 5 + 1)).unwrap();
        let change_set = Change::Log(slot, set(long.clone()));
        last = change(&site, &visitor, None, id, &[operation(number, change_set)]).await.1;
    }
    assert_eq!(last, [Outcome::Refused(Refusal::TooLarge)]);
    let (workout, _) = change(&site, &visitor, None, id, &[]).await;
    assert!(serde_json::to_vec(&workout).unwrap().len() <= 16 * 1024);
    let finish = site.accounts.finish_workout(&visitor, None, id, operation_id(1_000), None);
    assert!(matches!(finish.await.unwrap(), WorkoutFinished::Done(_)));
    assert_eq!(history(&site, &visitor, None).await, [id]);
}

#[tokio::test]
async fn the_workouts_of_one_account_are_nothing_to_another() {
    let site = Site::new().await;
    let (ann, of_ann) = site.ann().await;
    let (bob, of_bob) = site.registered("bob@example.com").await;
    let id = started(&site, &ann, Some(&of_ann.id)).await.id();
    let changed = site.accounts.change_workout(&bob, Some(&of_bob.id), id, &[log(1, "b1s1")]).await.unwrap();
    assert_eq!(changed, WorkoutChanged::Gone);
    assert_eq!(site.accounts.workout(&bob, Some(&of_bob.id), id).await.unwrap(), None);
    assert!(!site.accounts.delete_workout(&bob, Some(&of_bob.id), id).await.unwrap());
    let export = site.accounts.export(&ann, &of_ann).await.unwrap();
    let export: Vec<String> = export.try_collect().await.unwrap();
    let json: serde_json::Value = serde_json::from_str(&export.concat()).unwrap();
    assert_eq!(json["logged_workouts"][0]["id"], id.to_string());
    assert!(site.database.delete_user(&of_ann.id).await.unwrap());
    assert_eq!(site.database.open_logged(&of_ann.id).await.unwrap(), None);
}
