//! The operations of one task in a round.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use session_rows::Lookup;

use super::ledger::Ledger;
use crate::Rows;
use crate::not_offered::if_offered;
use crate::support::{NOW, at};

/// Operations per task and round.
const STEPS: u32 = 6;

struct Player {
    rows: Rows,
    ledger: Arc<Mutex<Ledger>>,
    random: StdRng,
    /// Revisions loaded earlier, by entry: the view of a request in progress.
    held: HashMap<usize, i64>,
}

/// Plays one task of a round.
pub(super) async fn play(rows: Rows, ledger: Arc<Mutex<Ledger>>, seed: u64) {
    let mut player = Player { rows, ledger, random: StdRng::seed_from_u64(seed), held: HashMap::new() };
    for _ in 0..STEPS {
        player.step().await;
        for _ in 0..player.random.random_range(0..3) {
            tokio::task::yield_now().await;
        }
    }
}

impl Player {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    /// A session that has begun, possibly a dead one.
    fn pick(&mut self) -> usize {
        let created = self.ledger().created();
        created[self.random.random_range(0..created.len())]
    }

    async fn step(&mut self) {
        let index = self.pick();
        match self.random.random_range(0..100) {
            0..14 => self.load(index).await,
            14..18 => self.list().await,
            18..22 => self.log_in().await,
            22..45 => self.save(index).await,
            45..56 => self.touch(index).await,
            56..74 => self.replace(index).await,
            74..80 => self.delete(index).await,
            80..84 => self.discard(index).await,
            84..90 => self.end(index).await,
            90..97 => self.end_all(index).await,
            _ => {
                let removed = self.rows.sweep(NOW, 10).await;
                if let Some(removed) = if_offered(removed) {
                    self.ledger().swept(removed);
                }
            }
        }
    }

    async fn load(&mut self, index: usize) {
        let aim = self.ledger().aim(index);
        let found = self.rows.load(&aim.key, NOW).await.unwrap();
        self.ledger().loaded(aim, &found);
        if let Lookup::Found(row) = found {
            self.held.insert(index, row.revision);
        }
    }

    async fn list(&mut self) {
        let owner = self.some_owner();
        let dead = self.ledger().look();
        if let Some((listed, _)) = if_offered(self.rows.list(&owner, NOW, 1000).await) {
            self.ledger().listed(&dead, &listed);
        }
    }

    fn some_owner(&mut self) -> String {
        let owner = if self.random.random() { "a" } else { "b" };
        self.ledger().owner(owner)
    }

    /// The revision held since an earlier step, however old, or one loaded now.
    async fn revision(&mut self, index: usize) -> i64 {
        if !self.held.contains_key(&index) {
            self.load(index).await;
        }
        // Without a row the first revision is as good a guess as any.
        self.held.get(&index).copied().unwrap_or(1)
    }

    /// Logs in on another device.
    async fn log_in(&mut self) {
        let owner = if self.random.random() { "a" } else { "b" };
        let (index, row) = self.ledger().plan_login(owner);
        let outcome = self.rows.create(&row).await.unwrap();
        self.ledger().logged_in(index, outcome);
    }

    async fn save(&mut self, index: usize) {
        let revision = self.revision(index).await;
        let data: [u8; 8] = self.random.random();
        let aim = self.ledger().aim(index);
        let saved = self.rows.save(&aim.key, revision, &data, NOW).await.unwrap();
        self.ledger().saved(aim, revision, data.to_vec(), saved);
        // Half of the tasks reload next time, like a caller that was told its save was stale.
        if self.random.random() {
            self.held.remove(&index);
        }
    }

    async fn touch(&mut self, index: usize) {
        let later = self.random.random_range(0..50);
        let aim = self.ledger().aim(index);
        let touched = self.rows.touch(&aim.key, at(later), at(1000 + later), at(500 + later), NOW).await;
        self.ledger().touched(aim, touched.unwrap());
    }

    async fn replace(&mut self, index: usize) {
        let revision = self.revision(index).await;
        let login = if self.random.random() { "a" } else { "b" };
        let (aim, new, row) = self.ledger().plan_successor(index, login);
        let outcome = self.rows.replace(&aim.key, revision, &row, at(60), NOW).await.unwrap();
        self.ledger().replaced(aim, new, outcome);
    }

    async fn delete(&mut self, index: usize) {
        let (aim, _, _) = self.ledger().threaten(index);
        let was_there = self.rows.delete(&aim.key).await.unwrap();
        self.ledger().ended_one(aim, "delete", was_there);
    }

    async fn discard(&mut self, index: usize) {
        let revision = self.revision(index).await;
        let (aim, _, _) = self.ledger().threaten(index);
        if let Some(was_there) = if_offered(self.rows.discard(&aim.key, revision).await) {
            self.ledger().discarded(aim, was_there);
        }
    }

    async fn end(&mut self, index: usize) {
        let (aim, handle, owner) = self.ledger().threaten(index);
        let Some(owner) = owner else { return };
        if let Some(was_there) = if_offered(self.rows.end(&owner, &handle).await) {
            self.ledger().ended_one(aim, "end", was_there);
        }
    }

    async fn end_all(&mut self, index: usize) {
        let except = self.random.random::<bool>().then_some(index);
        let owner = self.some_owner();
        let condemned = self.ledger().condemn(&owner, except);
        let except = except.map(|index| self.ledger().aim(index).key);
        if if_offered(self.rows.end_all(&owner, except.as_ref()).await).is_some() {
            self.ledger().all_ended(&condemned);
        }
    }
}
