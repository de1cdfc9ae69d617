//! A new version is rolled out, one instance after the other, while people use the application.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::instances::balancer::Balancer;
use crate::instances::cluster::Site;
use crate::support::helpers::{Browser, Setup, TestApp};
use crate::support::stack::{Stack, say};

/// People who constantly load and save until told to stop.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    /// How often all of them together have saved.
    saved: Arc<AtomicUsize>,
    people: Vec<tokio::task::JoinHandle<(Browser, Counts)>>,
}

/// Saved in turns: after a lost save, a person finds the other one.
const THEMES: [&str; 2] = ["dark", "light"];

/// What happened to them.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) looked: usize,
    pub(crate) saved: usize,
    /// Interrupted saves: no proxy may retry those.
    pub(crate) broken: usize,
}

impl Counts {
    /// This many people have loaded and saved while instances were stopped this many times. Everything a
    /// proxy may retry was answered; otherwise they would have failed.
    pub(crate) fn assert_saved(self, people: usize, stops: usize) {
        assert_eq!(self.saved + self.broken, self.looked / 2, "every round ends with a save: {self:?}");
        // At most one request per person is in progress when an instance stops.
        assert!(self.broken <= people * stops, "{self:?}");
        assert!(self.saved > self.broken, "{self:?}");
    }
}

impl Load {
    pub(crate) fn of(people: Vec<Browser>) -> Self {
        let (stop, saved) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let start = |person| tokio::spawn(use_it(person, Arc::clone(&stop), Arc::clone(&saved)));
        let people = people.into_iter().map(start).collect();
        Self { stop, saved, people }
    }

    /// Waits until they have saved so many times more.
    pub(crate) async fn goes_on_for(&self, saves: usize) {
        let enough = self.saved.load(Ordering::Relaxed) + saves;
        let begun = Instant::now();
        while self.saved.load(Ordering::Relaxed) < enough {
            assert!(begun.elapsed() < Duration::from_secs(60), "nobody gets anything saved");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Everybody is still signed in, each in the same session.
    pub(crate) async fn end(self) -> Counts {
        self.stop.store(true, Ordering::Relaxed);
        let mut sum = Counts::default();
        for person in self.people {
            let (person, counts) = person.await.unwrap();
            assert!(person.is_signed_in().await);
            sum.looked += counts.looked;
            sum.saved += counts.saved;
            sum.broken += counts.broken;
        }
        sum
    }
}

async fn use_it(person: Browser, stop: Arc<AtomicBool>, saved: Arc<AtomicUsize>) -> (Browser, Counts) {
    static PERSON: AtomicUsize = AtomicUsize::new(0);
    let number = PERSON.fetch_add(1, Ordering::Relaxed);
    let handle = person.info().await["session"]["handle"].clone();
    let mut counts = Counts::default();
    // The theme saved last; unknown after an interrupted save.
    let mut kept: Option<&str> = None;
    while !stop.load(Ordering::Relaxed) {
        let answer = person.get("/account").await;
        assert_eq!(answer.status, 200, "person {number} after {counts:?}: {}", answer.location());
        let info = person.info().await;
        assert_eq!(info["session"]["handle"], handle, "person {number} after {counts:?}");
        if let Some(kept) = kept {
            assert_eq!(info["preferences"]["theme"], kept, "person {number} after {counts:?}");
        }
        counts.looked += 2;
        let theme = THEMES[counts.looked / 2 % 2];
        let answer = person.save_preferences(&[("theme", theme)]).await;
        match answer.status.as_u16() {
            303 => {
                counts.saved += 1;
                saved.fetch_add(1, Ordering::Relaxed);
                kept = Some(theme);
            }
            502 => {
                counts.broken += 1;
                kept = None;
            }
            other => panic!("person {number} after {counts:?}: {other}"),
        }
    }
    (person, counts)
}

pub(crate) async fn a_rolling_restart_loses_neither_session_nor_request(stack: Stack) {
    let Some(site) = Site::fresh(stack) else { return };
    let balancer = Balancer::start().await;
    let start = || site.instance(|setup: Setup| setup.var("PUBLIC_URL", &balancer.url));
    let (mut a, mut b): (TestApp, TestApp) = (start().await, start().await);
    balancer.send_to(&[&a.url, &b.url]);
    let mut people = Vec::new();
    for number in 0..4 {
        let person = a.registered(&format!("person{number}@example.com")).await;
        people.push(person.by_way_of(&balancer.url));
    }
    let load = Load::of(people);
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        a.stop().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        a = start().await;
        balancer.send_to(&[&a.url, &b.url]);
        tokio::time::sleep(Duration::from_millis(300)).await;
        b.stop().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        b = start().await;
        balancer.send_to(&[&a.url, &b.url]);
    }
    let counts = load.end().await;
    assert!(counts.looked > 20 && counts.saved > 10, "{counts:?}");
    counts.assert_saved(4, 4);
    assert!(balancer.retried() > 0, "requests hit the restarts");
    say(&format!(
        "rolling restart, {stack:?}: {counts:?}, {} answered by the other instance",
        balancer.retried()
    ));
}
