//! Speed of the session stores by operation: `cargo bench -p server --bench stores`.
//!
//! Each benchmark is called `store/operation` and can be selected by a filter: `… --bench stores --
//! sqlite/load`. `load` is measured with different numbers of stored sessions:
//! `BENCH_SESSIONS=1000,10000,100000,1000000` (default 1000), written before the measurement starts. Servers
//! are started on free ports and stopped again; unavailable ones are reported in one line and skipped.
//! Running servers are measured if they are named as for the tests.
#![expect(clippy::unwrap_used, reason = "a measurement of a store that fails can only stop")]

#[path = "../../examples/fill_sessions/filler.rs"]
mod filler;
mod operations;
mod stores;

use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;

fn benches(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    for &kind in stores::KINDS {
        match runtime.block_on(kind.open()) {
            Ok(store) => operations::all(criterion, &runtime, &store),
            Err(missing) => eprintln!("{} is left out: {missing}", kind.name()),
        }
    }
}

criterion_group!(stores, benches);
criterion_main!(stores);
