//! Workouts that are changed by many devices at once.

use std::sync::Arc;

use accounts::training::WorkoutStarted;
use domain::workout::document::Outcome;

use crate::site::Site;
use crate::training::{change, log, operation_id, start, started};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_parallel_operations_are_all_applied() {
    let site = Arc::new(Site::new().await);
    let (ann, user) = site.ann().await;
    let visitor = site.client();
    for (client, user) in [(ann, Some(user.id)), (visitor, None)] {
        let id = started(&site, &client, user.as_ref()).await.id();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..100 {
            let (site, client, user) = (Arc::clone(&site), client.clone(), user.clone());
            let slot = format!("b1s{}", number % 20 + 1);
            tasks.spawn(
                async move { change(&site, &client, user.as_ref(), id, &[log(number, &slot)]).await.1 },
            );
        }
        for outcomes in tasks.join_all().await {
            assert_eq!(outcomes, [Outcome::Applied]);
        }
        let workout = site.accounts.workout(&client, user.as_ref(), id).await.unwrap().unwrap();
        assert!((0..100).all(|number| workout.has_applied(operation_id(number))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_starts_at_once_one_opens_a_workout() {
    let site = Arc::new(Site::new().await);
    let (client, user) = site.ann().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (site, client, user) = (Arc::clone(&site), client.clone(), user.id.clone());
        tasks.spawn(async move { start(&site, &client, Some(&user)).await });
    }
    let outcomes = tasks.join_all().await;
    let done = outcomes.iter().filter(|outcome| matches!(outcome, WorkoutStarted::Done(_)));
    assert_eq!(done.count(), 1);
    let open = site.accounts.open_workout(&client, Some(&user.id)).await.unwrap().unwrap().id();
    assert!(outcomes.iter().all(|outcome| match outcome {
        WorkoutStarted::Done(workout) => workout.id() == open,
        WorkoutStarted::AlreadyOpen(id) => *id == open,
        WorkoutStarted::TooMany => false,
    }));
}
