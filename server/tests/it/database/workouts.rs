//! Finished workouts.

use std::sync::Arc;

use database::Database;
use domain::workout::log::FinishedWorkout;

use crate::database::backends::{account, all_at_once, at};

pub(crate) fn workout(name: &str, second: i64) -> FinishedWorkout {
    FinishedWorkout {
        name: name.to_owned(),
        started_at: at(second),
        finished_at: at(second + 2700),
        sets_done: 12,
    }
}

pub(crate) async fn a_workout_posted_twice_is_one(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let first = workout("Full body A", 0);
    // The second post of a form arrives later: what was saved first stays.
    let second = FinishedWorkout { finished_at: at(9999), ..first.clone() };
    database.add_workout(&ada.id, &first).await.unwrap();
    database.add_workout(&ada.id, &second).await.unwrap();
    let stored = database.workouts(&ada.id, 10).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].name, first.name);
    assert_eq!(stored[0].started_at, first.started_at);
    assert_eq!(stored[0].finished_at, first.finished_at);
    assert_eq!(stored[0].sets_done, first.sets_done);
}

pub(crate) async fn of_fifty_parallel_posts_of_one_workout_one_stays(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    all_at_once((0..50).map(|_| {
        let (database, id) = (Arc::clone(&database), ada.id.clone());
        async move { database.add_workout(&id, &workout("Full body A", 0)).await.unwrap() }
    }))
    .await;
    assert_eq!(database.workouts(&ada.id, 100).await.unwrap().len(), 1);
}

pub(crate) async fn workouts_are_listed_newest_first(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    for second in [20, 40, 10, 30] {
        database.add_workout(&ada.id, &workout("Full body A", second)).await.unwrap();
    }
    let stored = database.workouts(&ada.id, 3).await.unwrap();
    let begun: Vec<_> = stored.iter().map(|workout| workout.started_at).collect();
    assert_eq!(begun, [at(40), at(30), at(20)]);
}

pub(crate) async fn two_people_may_begin_at_the_same_moment(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    database.add_workout(&ada.id, &workout("Full body A", 0)).await.unwrap();
    database.add_workout(&grace.id, &workout("Upper body", 0)).await.unwrap();
    assert_eq!(database.workouts(&ada.id, 10).await.unwrap()[0].name, "Full body A");
    assert_eq!(database.workouts(&grace.id, 10).await.unwrap()[0].name, "Upper body");
}

pub(crate) async fn a_limit_of_zero_lists_no_workouts(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    database.add_workout(&ada.id, &workout("Full body A", 0)).await.unwrap();
    assert_eq!(database.workouts(&ada.id, 0).await.unwrap(), []);
}

pub(crate) async fn workouts_are_read_in_pages(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    for second in 0..5 {
        database.add_workout(&ada.id, &workout("Full body A", second)).await.unwrap();
    }
    let (mut before, mut begun) = (None, Vec::new());
    loop {
        let page = database.workouts_before(&ada.id, before, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.started_at);
        begun.extend(page.into_iter().map(|workout| workout.started_at));
    }
    assert_eq!(begun, [at(4), at(3), at(2), at(1), at(0)]);
}

pub(crate) async fn workouts_are_counted_by_their_end(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    for second in [0, 100, 200] {
        database.add_workout(&ada.id, &workout("Full body A", second)).await.unwrap();
    }
    for (after, count) in [(0, 3), (2700, 2), (2799, 2), (2800, 1), (2900, 0)] {
        assert_eq!(database.count_workouts(&ada.id, at(after)).await.unwrap(), count, "{after}");
    }
    assert_eq!(database.count_workouts(&grace.id, at(0)).await.unwrap(), 0);
}
