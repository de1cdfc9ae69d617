//! One workout on many devices whose queues arrive in any order, in part twice, while it is finished or deleted: on
//! every pair of stores, as all of `api`.

use std::sync::Arc;

use accounts::training::{HistoryEntry, StartWorkout, WorkoutChanged, WorkoutStarted};
use accounts::{Client, Device};
use domain::account::UserId;
use domain::preferences::Preferences;
use domain::workout::document::{Change, Operation, Status, WorkoutId, Zone};
use server::state::App;
use sessions::TypedSession;
use sessions::typed::SessionStatus;

use crate::database::backends::email;
use crate::database::logged_workouts::{log, operation};
use crate::support::helpers::TestApp;

const ROUNDS: u64 = 12;
const DEVICES: u16 = 3;
const SETS_OF_A_DEVICE: u16 = 12;

/// A generator for which a seed is enough to repeat a round.
struct Dice(u64);

impl Dice {
    /// Below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A person on their devices.
#[derive(Clone)]
struct Person {
    app: App,
    client: Client,
    user: UserId,
    workout: WorkoutId,
}

impl Person {
    /// With an open workout.
    async fn begins(app: &TestApp, address: &str) -> Self {
        app.registered(address).await;
        let user = app.app.db.user_by_email(&email(address)).await.unwrap().unwrap().id;
        let client = Client {
            session: TypedSession::absent(Arc::clone(&app.app.sessions), SessionStatus::None),
            ip_address: "192.0.2.1".parse().unwrap(),
            user_agent: None,
            device: Device::default(),
        };
        let start = StartWorkout { preferences: &Preferences::default(), zone: &Zone::utc() };
        let started = app.app.accounts.start_workout(&client, Some(&user), start).await.unwrap();
        let WorkoutStarted::Done(workout) = started else { panic!("{started:?}") };
        Self { app: app.app.clone(), client, user, workout: workout.id() }
    }

    /// Sends a queue in any order, in batches, some of them twice: as if the answer had been lost.
    async fn send(self, mut queue: Vec<Operation>, seed: u64) {
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
                let Self { app, client, user, workout } = &self;
                let changed = app.accounts.change_workout(client, Some(user), *workout, &batch).await;
                let changed = changed.unwrap();
                let is_gone = matches!(changed, WorkoutChanged::Gone);
                assert!(is_gone || !gone, "it came back");
                gone = is_gone;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn delete_after(self, milliseconds: u64) {
        tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
        assert!(
            self.app.accounts.delete_workout(&self.client, Some(&self.user), self.workout).await.unwrap()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn devices_that_send_twice_and_in_any_order_lose_nothing_and_bring_nothing_back() {
    let app = TestApp::spawn().await;
    let now = app.clock.now();
    for seed in 0..ROUNDS {
        let ann = Person::begins(&app, &format!("ann{seed}@example.com")).await;
        let deletes = seed % 2 == 1;
        let mut tasks = tokio::task::JoinSet::new();
        for device in 1..=DEVICES {
            let set = |number| log(device * 100 + number, &format!("b{device}s{number}"), now);
            let mut queue: Vec<_> = (1..=SETS_OF_A_DEVICE).map(set).collect();
            if device == 1 {
                queue.push(operation(1, Change::Finish { at: now }));
            }
            tasks.spawn(ann.clone().send(queue, seed * 10 + u64::from(device)));
        }
        if deletes {
            tasks.spawn(ann.clone().delete_after(seed));
        }
        tasks.join_all().await;

        let Person { client, user, workout, .. } = &ann;
        let accounts = &app.app.accounts;
        let found = accounts.workout(client, Some(user), *workout).await.unwrap();
        let history = accounts.history(client, Some(user), None, 10).await.unwrap().entries;
        if deletes {
            assert_eq!((found, history), (None, Vec::new()), "{seed}");
            continue;
        }
        let found = found.unwrap();
        // A finish that came before any set was refused, and is sent no more.
        let is_finished = found.has_applied(operation(1, Change::Finish { at: now }).id);
        assert_eq!(found.status() == Status::Finished, is_finished, "{seed}");
        assert_eq!(found.sets().len(), usize::from(DEVICES * SETS_OF_A_DEVICE), "{seed}");
        let derived: Vec<u32> = history
            .iter()
            .map(|entry| match entry {
                HistoryEntry::Logged(summary) => summary.sets,
                HistoryEntry::Counted(_) => panic!("{seed}: from before sets were logged"),
            })
            .collect();
        let expected = if is_finished { vec![u32::from(DEVICES * SETS_OF_A_DEVICE)] } else { vec![] };
        assert_eq!(derived, expected, "{seed}: what is derived agrees");
    }
}
