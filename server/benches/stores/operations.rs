//! What is measured.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, BenchmarkId, Criterion, SamplingMode};
use rand::RngExt as _;
use session_rows::{Created, Lookup, NewRow, RowKey, Saved};
use time::OffsetDateTime;
use tokio::runtime::Runtime;

use crate::filler::fill;
use crate::stores::Store;

const NOW: OffsetDateTime = time::macros::datetime!(2030-05-06 07:08:09 UTC);

/// The size of a sealed session with a login and preferences.
const DATA: [u8; 600] = [0xa7; 600];

/// Every operation on this store.
pub(crate) fn all(criterion: &mut Criterion, runtime: &Runtime, store: &Store) {
    let mut group = criterion.benchmark_group(store.kind.name());
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    writing(&mut group, runtime, store);
    listing(&mut group, runtime, store);
    ending(&mut group, runtime, store);
    loading(&mut group, runtime, store);
    group.finish();
}

type Group<'a> = BenchmarkGroup<'a, WallTime>;

fn writing(group: &mut Group<'_>, runtime: &Runtime, store: &Store) {
    let rows = &store.rows;
    group.bench_function("create", |bencher| {
        bencher.to_async(runtime).iter_batched(
            || row(random_key(), Some(owner())),
            |row| async move { assert_eq!(rows.create(&row).await.unwrap(), Created::Inserted) },
            BatchSize::SmallInput,
        );
    });
    runtime.block_on(rows.end_everyone()).unwrap();

    let saved = runtime.block_on(filled(store, 1, "save"))[0];
    // The revision continues from one sample to the next.
    let revision = AtomicU64::new(1);
    group.bench_function("save", |bencher| {
        bencher.to_async(runtime).iter(|| async {
            let loaded = i64::try_from(revision.fetch_add(1, Ordering::Relaxed)).unwrap();
            assert_eq!(rows.save(&saved, loaded, &DATA, NOW).await.unwrap(), Saved::Written(loaded + 1));
        });
    });

    let touched = runtime.block_on(filled(store, 1, "touch"))[0];
    let moved = AtomicU64::new(0);
    group.bench_function("touch", |bencher| {
        bencher.to_async(runtime).iter(|| async {
            let now = NOW + Duration::from_millis(moved.fetch_add(1, Ordering::Relaxed));
            let [expires_at, live_until] = [24, 1].map(|hours| now + time::Duration::hours(hours));
            assert!(rows.touch(&touched, now, expires_at, live_until, now).await.unwrap());
        });
    });
}

/// The first ten of twenty sessions.
fn listing(group: &mut Group<'_>, runtime: &Runtime, store: &Store) {
    runtime.block_on(filled(store, 20, "list"));
    group.bench_function(BenchmarkId::new("list", 10), |bencher| {
        bencher.to_async(runtime).iter(|| async {
            let (listed, total) = store.rows.list("list", NOW, 10).await.unwrap();
            assert_eq!((listed.len(), total), (10, 20));
        });
    });
}

/// All sessions of an owner; writing them is not part of the time.
fn ending(group: &mut Group<'_>, runtime: &Runtime, store: &Store) {
    let counts: &[u64] = if is_trial() { &[10] } else { &[10, 1_000, 10_000] };
    // Few samples, of one round each if rounds are long: filling takes much longer than ending.
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for &count in counts {
        group.bench_function(BenchmarkId::new("end_all", count), |bencher| {
            bencher.to_async(runtime).iter_custom(|rounds| async move {
                let mut taken = Duration::ZERO;
                for _ in 0..rounds {
                    filled(store, count, "end_all").await;
                    let begun = Instant::now();
                    let ended = store.rows.end_all("end_all", None).await.unwrap();
                    taken += begun.elapsed();
                    assert_eq!(ended, count);
                }
                taken
            });
        });
    }
}

/// Any of this many sessions; the store grows from one number to the next.
fn loading(group: &mut Group<'_>, runtime: &Runtime, store: &Store) {
    group.sample_size(20).sampling_mode(SamplingMode::Auto);
    runtime.block_on(store.rows.end_everyone()).unwrap();
    let mut keys = Vec::new();
    for stored in sizes() {
        let mut is_full = false;
        group.bench_function(BenchmarkId::new("load", stored), |bencher| {
            // In here, because a filter may skip this number.
            if !is_full {
                let missing = stored.saturating_sub(keys.len() as u64);
                keys.extend(runtime.block_on(filled(store, missing, &owner())));
                is_full = true;
            }
            bencher.to_async(runtime).iter_batched(
                || keys[rand::rng().random_range(0..keys.len())],
                |key| async move {
                    assert!(matches!(store.rows.load(&key, NOW).await.unwrap(), Lookup::Found(_)));
                },
                BatchSize::SmallInput,
            );
        });
    }
}

/// A trial run (`cargo test --benches`, `cargo bench -- --test`) without measurements.
fn is_trial() -> bool {
    let is_given = |flag: &str| std::env::args().any(|argument| argument == flag);
    is_given("--test") || !is_given("--bench")
}

/// `BENCH_SESSIONS`, ascending.
fn sizes() -> Vec<u64> {
    let given = std::env::var("BENCH_SESSIONS").unwrap_or_else(|_| "1000".to_owned());
    let size = |text: &str| match text.trim().parse() {
        Ok(size) if size > 0 => size,
        _ => {
            panic!("BENCH_SESSIONS={given}: numbers with commas between them are expected, like 1000,100000")
        }
    };
    let mut sizes: Vec<u64> = given.split(',').map(size).collect();
    sizes.sort_unstable();
    sizes
}

/// Writes this many sessions of an owner; returns their keys.
async fn filled(store: &Store, count: u64, owner: &str) -> Vec<RowKey> {
    let mut keys = Vec::new();
    let new = (0..count).map(|_| {
        let row = row(random_key(), Some(owner.to_owned()));
        keys.push(row.key);
        row
    });
    fill(store.rows.as_ref(), store.writers, new, |_| {}).await.unwrap();
    keys
}

fn random_key() -> RowKey {
    RowKey(rand::rng().random())
}

/// One of a thousand.
fn owner() -> String {
    format!("{:032x}", rand::rng().random_range(0..1000))
}

fn row(key: RowKey, owner: Option<String>) -> NewRow {
    NewRow {
        key,
        handle: format!("{:032x}", rand::rng().random::<u128>()),
        owner,
        data: DATA.to_vec(),
        created_at: NOW,
        last_activity: NOW,
        expires_at: NOW + time::Duration::DAY,
        live_until: NOW + time::Duration::HOUR,
    }
}
