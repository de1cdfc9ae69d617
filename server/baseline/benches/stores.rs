//! How fast the published stores are, for comparison with the server's own (`cargo bench -p server --bench stores`): the
//! same payload and the same numbers of stored sessions.
//!
//! ```text
//! cargo bench --locked --manifest-path server/baseline/Cargo.toml
//! ```
//!
//! Only what they offer is measured: `create`, `save` (which is also their only way to touch a session) and `load` among
//! as many stored sessions as `BENCH_SESSIONS` says (1000 by default). They cannot list or end sessions by owner.
//! Servers are started on free ports; `BASELINE_…_URL` names servers that are already running.
#![expect(clippy::unwrap_used, reason = "a measurement of a store that fails can only stop")]

use std::time::Duration;

use baseline::bridge::{Published, Record};
use baseline::stores::{Cached, Kind, Memory, Moka, MongoDb, MySql, Postgres, Redis, Sqlite};
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use futures::{StreamExt as _, stream};
use rand::RngExt as _;
use serde_json::json;
use time::OffsetDateTime;
use tokio::runtime::Runtime;

/// As many bytes as the server's own benchmark stores.
const DATA: usize = 600;

fn benches(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    one::<Memory>(criterion, &runtime, 1);
    one::<Moka>(criterion, &runtime, 1);
    one::<Sqlite>(criterion, &runtime, 1);
    one::<Cached>(criterion, &runtime, 1);
    one::<Postgres>(criterion, &runtime, 64);
    one::<MySql>(criterion, &runtime, 64);
    one::<Redis>(criterion, &runtime, 64);
    one::<MongoDb>(criterion, &runtime, 64);
}

/// Measures one store; `writers` tasks fill it at the same time.
fn one<K: Kind>(criterion: &mut Criterion, runtime: &Runtime, writers: usize) {
    if runtime.block_on(K::product()).is_none() {
        eprintln!("{} is left out: no server", K::NAME);
        return;
    }
    let (store, _kept) = runtime.block_on(K::open());
    let store = &store;
    let mut group = criterion.benchmark_group(K::NAME.replace([',', ' '], "-"));
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    group.bench_function("create", |bencher| {
        bencher.to_async(runtime).iter_batched(
            record,
            |mut record| async move { store.create(&mut record).await.unwrap() },
            BatchSize::SmallInput,
        );
    });
    let mut saved = record();
    runtime.block_on(store.create(&mut saved)).unwrap();
    let saved = &saved;
    group.bench_function("save", |bencher| {
        bencher.to_async(runtime).iter(|| async { store.save(saved).await.unwrap() });
    });

    let (empty, _kept) = runtime.block_on(K::open());
    let empty = &empty;
    let mut ids: Vec<i128> = Vec::new();
    for stored in sizes() {
        let missing = stored.saturating_sub(ids.len());
        let filled = stream::iter(0..missing)
            .map(|_| async {
                let mut record = record();
                empty.create(&mut record).await.unwrap();
                record.id
            })
            .buffer_unordered(writers)
            .collect::<Vec<_>>();
        ids.extend(runtime.block_on(filled));
        let any = || ids[rand::rng().random_range(0..ids.len())];
        group.bench_function(BenchmarkId::new("load", stored), |bencher| {
            bencher.to_async(runtime).iter_batched(
                any,
                |id| async move { assert!(empty.load(id).await.unwrap().is_some()) },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

/// `BENCH_SESSIONS` in ascending order.
fn sizes() -> Vec<usize> {
    let given = std::env::var("BENCH_SESSIONS").unwrap_or_else(|_| "1000".to_owned());
    let mut sizes: Vec<usize> = given.split(',').map(|size| size.trim().parse().unwrap()).collect();
    sizes.sort_unstable();
    sizes
}

fn record() -> Record {
    let data = [("data".to_owned(), json!("x".repeat(DATA)))].into();
    Record { id: rand::rng().random(), data, expiry: OffsetDateTime::now_utc() + time::Duration::DAY }
}

criterion_group!(stores, benches);
criterion_main!(stores);
