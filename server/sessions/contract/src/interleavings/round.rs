//! One round: a few sessions, a few tasks, one check.

use std::sync::{Arc, Mutex};

use session_rows::{Lookup, Row, RowKey};

use super::ledger::Ledger;
use super::task;
use crate::Rows;
use crate::not_offered::if_offered;
use crate::support::{NOW, accepted, create};

/// Concurrent tasks per round.
const TASKS: u64 = 4;

/// More rows than a round can create.
const ALL: u32 = 1000;

/// Plays a round on keys and owners of its own.
pub(super) async fn play(rows: Rows, round: u32, seed: u64) -> Ledger {
    let ledger = Ledger::begin(round);
    for row in ledger.new_rows() {
        create(&rows, &row).await;
    }
    let ledger = Arc::new(Mutex::new(ledger));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let seed = seed ^ (u64::from(round) * TASKS + task).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            tokio::spawn(task::play(rows.clone(), ledger.clone(), seed))
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut ledger = Arc::into_inner(ledger).unwrap().into_inner().unwrap();
    judge(&rows, &mut ledger).await;
    ledger
}

/// All operations have returned: what exists must match what was acknowledged.
async fn judge(rows: &Rows, ledger: &mut Ledger) {
    let mut alive = vec![];
    for (index, key) in ledger.keys().into_iter().enumerate() {
        let found: Lookup = rows.load(&key, NOW).await.unwrap();
        ledger.close(index, &found);
        if let Lookup::Found(row) = found {
            alive.push(*row);
        }
    }
    ledger.index_was_judged = judge_index(rows, ledger, &alive).await;
    if !ledger.index_was_judged {
        // Without an index there is no other way to end them all.
        for row in &alive {
            rows.delete(&row.row.key).await.unwrap();
        }
    }
}

/// The existing sessions must match those in their owner's index. `false` if the store has no such index.
async fn judge_index(rows: &Rows, ledger: &mut Ledger, alive: &[Row]) -> bool {
    for owner in ["a", "b"].map(|owner| ledger.owner(owner)) {
        let loaded: Vec<Row> =
            alive.iter().filter(|row| row.row.owner.as_ref() == Some(&owner)).cloned().collect();
        let Some((listed, total)) = if_offered(rows.list(&owner, NOW, ALL).await) else { return false };
        ledger.close_owner(&owner, &loaded, &listed, total);
        let Some(ended) = if_offered(rows.end_all(&owner, None).await) else { return false };
        let keys: Vec<RowKey> = loaded.iter().map(|row| row.row.key).collect();
        let left = accepted(rows, keys).await;
        ledger.owner_ended(&owner, &loaded, ended, &left);
    }
    true
}
