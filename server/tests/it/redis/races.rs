//! Thousands of concurrent operations, without losing or leaving behind a single index entry.

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use session_rows::{Lookup, SessionRows};
use sessions::store::RedisRows;
use time::Duration;

use crate::redis::audit::audit;
use crate::redis::support::{NOW, Redis, anonymous, at, key, owned};

const TASKS: u64 = 16;
const STEPS: u32 = 400;
/// Few, so that tasks collide.
const KEYS: u32 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_operations_lose_no_index_entry() {
    let Some(redis) = Redis::fresh().await else { return };
    let seed: u64 = rand::random();
    let tasks: Vec<_> =
        (0..TASKS).map(|task| tokio::spawn(play(redis.rows.clone(), seed.wrapping_add(task)))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let audit = audit(&redis).await;
    println!("{} operations, seed {seed}: {audit:?}", TASKS * u64::from(STEPS));
    assert!(audit.sessions > 5, "something must be left to compare: {audit:?}");
    assert_eq!(audit.findings, [""; 0], "seed {seed}");

    // The store's own figures agree.
    let stats = redis.rows.stats(NOW).await.unwrap();
    assert_eq!(stats.live + stats.expired, audit.sessions as u64);
    let mut of_owners = 0;
    for owner in owners() {
        of_owners += redis.rows.end_all(&owner, None).await.unwrap();
    }
    assert!(of_owners >= stats.signed_in);
    assert_eq!(redis.rows.stats(NOW).await.unwrap().signed_in, 0);
}

/// With separators and pattern characters: an owner must not be mistaken for another index.
fn owners() -> [String; 4] {
    ["a", "a:b", "owner-live:a", "*"].map(Into::into)
}

async fn play(rows: Arc<RedisRows>, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    for _ in 0..STEPS {
        let (one, other) = (random.random_range(0..KEYS), random.random_range(0..KEYS));
        let owner = &owners()[random.random_range(0..4)];
        let mut new = if random.random() { owned(other, owner) } else { anonymous(other) };
        // Each session that begins differs in handle and times; some have already expired.
        new.handle = format!("{:x}", random.random::<u64>());
        new.last_activity = at(random.random_range(-100..100));
        new.expires_at = at(random.random_range(-10..1000));
        new.live_until = new.last_activity + Duration::seconds(random.random_range(0..1000));
        let revision = match rows.load(&key(one), NOW).await.unwrap() {
            Lookup::Found(row) => row.revision,
            Lookup::Replaced | Lookup::Missing => 1,
        };
        match random.random_range(0..100) {
            0..30 => _ = rows.create(&new).await.unwrap(),
            30..40 => _ = rows.save(&key(one), revision, b"data", NOW).await.unwrap(),
            40..60 => {
                let [a, b, c] = [(); 3].map(|()| at(random.random_range(0..2000)));
                rows.touch(&key(one), a, b, c, NOW).await.unwrap();
            }
            60..80 => {
                // Mostly in the past already, so that a sweep frees the key again.
                let until = at(random.random_range(-50..5));
                rows.replace(&key(one), revision, &new, until, NOW).await.unwrap();
            }
            80..85 => _ = rows.delete(&key(one)).await.unwrap(),
            85..88 => _ = rows.discard(&key(one), revision).await.unwrap(),
            88..91 => {
                if let Some(row) = rows.list(owner, NOW, 5).await.unwrap().0.pop() {
                    rows.end(owner, &row.row.handle).await.unwrap();
                }
            }
            91..94 => _ = rows.end_all(owner, random.random::<bool>().then_some(&key(one))).await.unwrap(),
            _ if random.random_ratio(1, 100) => _ = rows.end_everyone().await.unwrap(),
            _ => _ = rows.sweep(NOW, 10).await.unwrap(),
        }
    }
}
