//! Workouts that are changed by many devices at once.

use std::sync::Arc;

use accounts::Client;
use accounts::training::{WorkoutChanged, WorkoutStarted};
use domain::account::UserId;
use domain::workout::document::{Change, Operation, Outcome, Status, WorkoutId};

use crate::site::{NOW, Site};
use crate::training::{change, history, log, operation, operation_id, start, started};

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

/// A generator for which a seed is enough to repeat a round.
struct Dice(u64);

impl Dice {
    /// Below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Sends a queue in any order, in batches, some of them twice: as if the answer had been lost. Returns whether
/// the workout was gone at last.
async fn send(
    site: Arc<Site>,
    client: Client,
    user: UserId,
    id: WorkoutId,
    mut queue: Vec<Operation>,
    seed: u64,
) -> bool {
    let mut dice = Dice(seed);
    let mut gone = false;
    while !queue.is_empty() {
        let size = 1 + usize::try_from(dice.roll(3)).unwrap();
        let mut batch = Vec::new();
        while batch.len() < size && !queue.is_empty() {
            let place = usize::try_from(dice.roll(queue.len() as u64)).unwrap();
            batch.push(queue.swap_remove(place));
        }
        for _ in 0..=dice.roll(2) {
            let changed = site.accounts.change_workout(&client, Some(&user), id, &batch).await.unwrap();
            let is_gone = matches!(changed, WorkoutChanged::Gone);
            assert!(is_gone || !gone, "it came back");
            gone = is_gone;
        }
        tokio::task::yield_now().await;
    }
    gone
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn devices_that_send_twice_and_in_any_order_lose_nothing_and_bring_nothing_back() {
    for seed in 0..12 {
        let site = Arc::new(Site::new().await);
        let (client, user) = site.ann().await;
        let id = started(&site, &client, Some(&user.id)).await.id();
        let deletes = seed % 2 == 1;
        let mut tasks = tokio::task::JoinSet::new();
        for device in 1..=3 {
            let mut queue: Vec<_> =
                (1..=12).map(|set| log(device * 100 + set, &format!("b{device}s{set}"))).collect();
            if device == 1 {
                queue.push(operation(1, Change::Finish { at: NOW }));
            }
            let (site, client, user) = (Arc::clone(&site), client.clone(), user.id.clone());
            tasks.spawn(send(site, client, user, id, queue, seed * 10 + u64::from(device)));
        }
        if deletes {
            let (site, client, user) = (Arc::clone(&site), client.clone(), user.id.clone());
            tasks.spawn(async move {
                tokio::time::sleep(std::time::Duration::from_millis(seed)).await;
                site.accounts.delete_workout(&client, Some(&user), id).await.unwrap()
            });
        }
        tasks.join_all().await;
        let workout = site.accounts.workout(&client, Some(&user.id), id).await.unwrap();
        if deletes {
            assert_eq!(workout, None, "{seed}");
            assert_eq!(history(&site, &client, Some(&user.id)).await, []);
            continue;
        }
        let workout = workout.unwrap();
        // A finish that came before any set was refused, and is sent no more.
        let is_finished = workout.has_applied(operation_id(1));
        assert_eq!(workout.status() == Status::Finished, is_finished);
        assert_eq!(workout.sets().len(), 36, "{seed}");
        let performances = site.accounts.performances(&client, Some(&user.id), None).await.unwrap();
        let derived = performances.iter().map(|done| done.sets.len()).sum::<usize>();
        assert_eq!(derived, if is_finished { 36 } else { 0 }, "what is derived agrees");
    }
}
