//! One round: a person, a workout, some devices, one check.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use accounts::training::HistoryEntry;
use domain::account::UserId;
use domain::workout::document::{Operation, Workout, WorkoutId};
use time::OffsetDateTime;
use tokio::task::JoinSet;
use web::state::App;

use super::device::{Device, Line, Sent};
use super::dice::Dice;
use super::ledger::Ledger;
use super::lines::{Call, Http, client};
use super::operations::{Kinds, queue};
use crate::database::backends::{account, email};
use crate::database::logged_workouts::{log, opened};
use crate::support::helpers::{Browser, PASSWORD, TestApp};
use crate::support::workout::value;

const DEVICES: u8 = 3;
/// For how long a workout has been open when its round begins.
const OPEN_FOR: time::Duration = time::Duration::HOUR;

/// The instances on which a round takes place.
pub(super) struct Site {
    pub(super) instances: Vec<TestApp>,
}

impl Site {
    /// A device is on one of them.
    fn of(&self, device: u8) -> &TestApp {
        &self.instances[usize::from(device) % self.instances.len()]
    }

    fn first(&self) -> &App {
        &self.instances[0].app
    }

    fn started(&self) -> OffsetDateTime {
        self.first().clock.now() - OPEN_FOR
    }
}

/// Plays the devices of a round.
struct Round {
    seed: u64,
    ledger: Arc<Ledger>,
    copies: Arc<Mutex<Vec<Vec<Operation>>>>,
    tasks: JoinSet<()>,
}

impl Round {
    fn new(seed: u64) -> Self {
        Self { seed, ledger: Arc::default(), copies: Arc::default(), tasks: JoinSet::new() }
    }

    fn add<L: Line + 'static>(&mut self, device: u8, line: L, kinds: Kinds, started: OffsetDateTime) {
        let mut dice = Dice::new(self.seed, device.into());
        let queue = queue(&mut dice, device, kinds, started);
        let (ledger, copies) = (Arc::clone(&self.ledger), Arc::clone(&self.copies));
        self.tasks.spawn(Device { line, dice, ledger, copies }.play(queue));
    }

    /// What is wrong, with the seed.
    fn findings(&self, before: &Workout, found: Option<&Workout>, ends_otherwise: bool) -> Vec<String> {
        let findings = self.ledger.judge(before, found, ends_otherwise);
        findings.into_iter().map(|what| format!("{}: {what}", self.seed)).collect()
    }
}

/// With what was open before, in the account.
async fn begun(app: &App, user: &UserId, seed: u64, started: OffsetDateTime) -> Workout {
    // Another id in each round: those of one id wait for each other.
    let workout = opened(u8::try_from(seed % 200).unwrap(), started);
    app.db.add_logged(user, &workout, started).await.unwrap();
    workout
}

async fn found(app: &App, user: &UserId, id: WorkoutId) -> Option<Workout> {
    app.db.logged(user, id).await.unwrap().map(|stored| stored.workout)
}

/// Every operation, by the use case. In every fourth round somebody deletes the workout.
pub(super) async fn of_an_account(site: &Site, seed: u64) -> Vec<String> {
    let (app, started) = (site.first(), site.started());
    let user = account(&app.db, &format!("call{seed}@example.com")).await.id;
    let before = begun(app, &user, seed, started).await;
    let mut round = Round::new(seed);
    for device in 1..=DEVICES {
        let app = Arc::clone(&site.of(device).app);
        let line = Call { app, user: user.clone(), workout: before.id() };
        round.add(device, line, Kinds::All, started);
    }
    let mut dice = Dice::new(seed, 100);
    if dice.one_in(4) {
        let after = Duration::from_millis(dice.roll(40));
        round.tasks.spawn(delete(
            Arc::clone(app),
            user.clone(),
            before.id(),
            Arc::clone(&round.ledger),
            after,
        ));
    }
    while let Some(played) = round.tasks.join_next().await {
        played.unwrap();
    }
    let found = found(app, &user, before.id()).await;
    let mut findings = round.findings(&before, found.as_ref(), false);
    findings.extend(derived(app, &user, found.as_ref()).await.map(|what| format!("{seed}: {what}")));
    findings
}

async fn delete(app: App, user: UserId, id: WorkoutId, ledger: Arc<Ledger>, after: Duration) {
    tokio::time::sleep(after).await;
    ledger.delete();
    // An answer that is lost is asked for again.
    while app.accounts.delete_workout(&client(&app), Some(&user), id).await.is_err() {}
    ledger.deleted();
}

/// What the history says must be what the workout says.
async fn derived(app: &App, user: &UserId, found: Option<&Workout>) -> Option<String> {
    let history = app.accounts.history(&client(app), Some(user), None, 10).await.unwrap().entries;
    let listed: Vec<u32> = history
        .iter()
        .map(|entry| match entry {
            HistoryEntry::Logged(summary) => summary.sets,
            HistoryEntry::Counted(counted) => panic!("from before sets were logged: {counted:?}"),
        })
        .collect();
    let finished = found.filter(|workout| workout.ended_at().is_some());
    let expected: Vec<u32> =
        finished.iter().map(|workout| u32::try_from(workout.count_work_sets()).unwrap()).collect();
    (listed != expected).then(|| format!("the history has {listed:?}, and the workout {expected:?}"))
}

/// By `/rpc` and forms. Twice in a round, all devices are logged out, and log in again.
pub(super) async fn of_sessions_that_end(site: &Site, seed: u64) -> Vec<String> {
    let (app, started) = (site.first(), site.started());
    let address = format!("http{seed}@example.com");
    site.instances[0].registered(&address).await;
    let user = app.db.user_by_email(&email(&address)).await.unwrap().unwrap().id;
    let before = begun(app, &user, seed, started).await;
    let mut round = Round::new(seed);
    for device in 1..=DEVICES {
        let instance = site.of(device);
        let browser = instance.logged_in(&address).await;
        let line = Http {
            token: browser.csrf_token().await,
            browser,
            origin: instance.origin.clone(),
            owner: Some(user.clone()),
            address: Some(address.clone()),
            workout: before.id(),
            ends: u32::from(device != 1),
            last: 0,
        };
        round.add(device, line, Kinds::WithoutSwaps, started);
    }
    while let Some(played) = round.tasks.join_next().await {
        played.unwrap();
    }
    let found = found(app, &user, before.id()).await;
    round.findings(&before, found.as_ref(), false)
}

/// Tabs of a browser without a login, which gets one in the middle. In every second round the account has an open
/// workout.
pub(super) async fn of_a_visitor(site: &Site, seed: u64) -> Vec<String> {
    let app = site.first();
    let address = format!("visitor{seed}@example.com");
    site.instances[0].registered(&address).await;
    let user = app.db.user_by_email(&email(&address)).await.unwrap().unwrap().id;
    let mut dice = Dice::new(seed, 100);
    if dice.one_in(2) {
        begun_with_a_set(app, &user).await;
    }
    let visitor = site.instances[0].browser();
    visitor.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
    let row = visitor.row("b1s1").await;
    let id = WorkoutId::parse(value(&row, "workout")).unwrap();
    let started = app.clock.now();
    // With nothing logged at all, the account's own workout would take its place.
    let first = log(9_000, "b4s1", started);
    let mut round = Round::new(seed);
    let token = visitor.csrf_token().await;
    let tab = |instance: &TestApp, browser: Browser| Http {
        browser,
        origin: instance.origin.clone(),
        owner: None,
        address: None,
        workout: id,
        token: token.clone(),
        ends: 0,
        last: 0,
    };
    let mut first_tab = tab(&site.instances[0], visitor.by_way_of(&site.instances[0].url));
    while first_tab.send(std::slice::from_ref(&first), &round.ledger).await == Sent::Failed {}
    for device in 1..=DEVICES {
        let instance = site.of(device);
        round.add(device, tab(instance, visitor.by_way_of(&instance.url)), Kinds::WithoutEnd, started);
    }
    let after = Duration::from_millis(dice.roll(60));
    round.tasks.spawn(async move {
        tokio::time::sleep(after).await;
        while visitor.log_in(&address, PASSWORD).await.status != 303 {}
    });
    while let Some(played) = round.tasks.join_next().await {
        played.unwrap();
    }
    let found = found(app, &user, id).await;
    // As it was when it was started: the plan of the same person, without a set. If the account has another open one, the
    // login may finish it.
    round.findings(&opened(1, started), found.as_ref(), true)
}

async fn begun_with_a_set(app: &App, user: &UserId) {
    let now = app.clock.now();
    let mut other = opened(200, now);
    other.apply(log(8_000, "b1s1", now), now);
    app.db.add_logged(user, &other, now).await.unwrap();
}
