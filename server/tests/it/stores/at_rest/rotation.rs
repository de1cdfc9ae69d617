//! A new secret while people are active: everybody stays signed in, every acknowledged write is there, and in
//! the end the old secret is useless.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use http::StatusCode;
use store_contract::Rows;
use tokio::sync::RwLock;

use super::{Browser, Instance, NEW, OLD, sealer};

/// Number of active people.
const WRITERS: u16 = 20;

/// How many more writes each of them does before the next step.
const WRITES_PER_STEP: u32 = 3;

/// One instance, restarted with the new secret in front: `[old]`, `[new, old]`, `[new]`.
pub(super) async fn under_load_loses_no_session_and_no_write(rows: Rows) {
    let old = Instance::new(&rows, &[OLD]);
    rotate(&rows, vec![old], &[(0, &[NEW, OLD])]).await;
}

/// Two instances behind a balancer, restarted one after the other. Both must accept the new secret before either
/// writes with it, so there is a step in between: `[old]`, `[old, new]`, `[new, old]`, `[new]`.
pub(super) async fn on_two_instances_loses_no_session_and_no_write(rows: Rows) {
    let old = Instance::new(&rows, &[OLD]);
    let steps: [(usize, &[&str]); 4] =
        [(0, &[OLD, NEW]), (1, &[OLD, NEW]), (0, &[NEW, OLD]), (1, &[NEW, OLD])];
    rotate(&rows, vec![old.clone(), old], &steps).await;
}

/// Restarts instance after instance with other secrets while everybody writes; then removes the old secret.
async fn rotate(rows: &Rows, instances: Vec<Instance>, steps: &[(usize, &[&str])]) {
    let mut browsers = vec![];
    for number in 0..WRITERS {
        browsers.push(Browser::signed_in(&instances[0], 100 + number).await);
    }
    let instances = Arc::new(RwLock::new(instances));
    let stop = Arc::new(AtomicBool::new(false));
    let writes = Arc::new(AtomicU32::new(0));
    let writers: Vec<_> = browsers
        .into_iter()
        .map(|browser| tokio::spawn(write_on(browser, instances.clone(), stop.clone(), writes.clone())))
        .collect();
    for (instance, secrets) in steps {
        let restarted = Instance::new(rows, secrets);
        // Requests in progress end at the instance where they began, as when a server drains.
        instances.write().await[*instance] = restarted;
        let enough = writes.load(Ordering::SeqCst) + WRITES_PER_STEP * u32::from(WRITERS);
        while writes.load(Ordering::SeqCst) < enough {
            assert!(writers.iter().all(|writer| !writer.is_finished()), "a writer has given up");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    stop.store(true, Ordering::SeqCst);

    let (last, resealed) = (instances.read().await[0].clone(), sealer(NEW));
    let without_old = Instance::new(rows, &[NEW]);
    for writer in writers {
        let (mut browser, number) = writer.await.unwrap();
        assert_eq!(browser.read(&last).await, Some(number), "an acknowledged write is lost");
        let row = browser.row(rows).await;
        assert!(resealed.open(&row.row.key, &row.row.data).is_ok(), "still sealed with the old secret");
        assert_eq!(browser.read(&without_old).await, Some(number), "the cookie is signed with the old one");
    }
}

/// Writes until told to stop; every write must be acknowledged.
async fn write_on(
    mut browser: Browser,
    instances: Arc<RwLock<Vec<Instance>>>,
    stop: Arc<AtomicBool>,
    writes: Arc<AtomicU32>,
) -> (Browser, u16) {
    let mut number = 0;
    while !stop.load(Ordering::SeqCst) {
        number = number % 400 + 1;
        // Sent to either, as a balancer does.
        let instance = {
            let instances = instances.read().await;
            instances[usize::from(number) % instances.len()].clone()
        };
        assert_eq!(browser.save(&instance, number).await, StatusCode::OK, "signed out by a rotation");
        assert_eq!(browser.read(&instance).await, Some(number));
        writes.fetch_add(1, Ordering::SeqCst);
    }
    (browser, number)
}
