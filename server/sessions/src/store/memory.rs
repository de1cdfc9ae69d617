//! Rows in the memory of this process: for development, and as the reference for the other stores.
//!
//! Rejected in production (server/CONTRACT.md): a restart signs everyone out, and instances do not see each
//! other's sessions. One lock around one map makes every operation atomic; it is kept this simple so that the
//! rules can be read here in plain Rust.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use time::OffsetDateTime;

use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError};

#[derive(Default)]
pub struct MemoryRows {
    slots: Mutex<HashMap<RowKey, Slot>>,
}

enum Slot {
    Session(Row),
    /// The key was replaced; this is remembered until then.
    Tombstone {
        until: OffsetDateTime,
    },
}

impl Slot {
    /// When the slot expires.
    fn expires_at(&self) -> OffsetDateTime {
        match self {
            Self::Session(row) => row.row.expires_at,
            Self::Tombstone { until } => *until,
        }
    }

    fn session(&self) -> Option<&Row> {
        match self {
            Self::Session(row) => Some(row),
            Self::Tombstone { .. } => None,
        }
    }

    fn belongs_to(&self, owner: &str) -> bool {
        self.session().is_some_and(|row| row.row.owner.as_deref() == Some(owner))
    }
}

/// Whether `list` and `stats` count the session: neither of its two times has passed.
fn is_live(row: &Row, now: OffsetDateTime) -> bool {
    row.row.expires_at > now && row.row.live_until > now
}

/// The session under a key, unless it has expired or is only a tombstone.
fn unexpired<'a>(
    slots: &'a mut HashMap<RowKey, Slot>,
    key: &RowKey,
    now: OffsetDateTime,
) -> Option<&'a mut Row> {
    match slots.get_mut(key) {
        Some(Slot::Session(row)) if row.row.expires_at > now => Some(row),
        _ => None,
    }
}

impl MemoryRows {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A panic elsewhere cannot leave the map half changed (every change below is one call on it), so a
    /// poisoned lock is still usable.
    fn slots(&self) -> MutexGuard<'_, HashMap<RowKey, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the slots selected by `condemned` and counts them.
    fn remove(&self, condemned: impl Fn(&RowKey, &Slot) -> bool) -> u64 {
        let mut slots = self.slots();
        let before = slots.len();
        slots.retain(|key, slot| !condemned(key, slot));
        (before - slots.len()) as u64
    }
}

impl std::fmt::Debug for MemoryRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryRows").field("slots", &self.slots().len()).finish()
    }
}

#[async_trait]
impl SessionRows for MemoryRows {
    fn kind(&self) -> &'static str {
        "memory"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        let mut slots = self.slots();
        if slots.contains_key(&row.key) {
            return Ok(Created::KeyExists);
        }
        slots.insert(row.key, Slot::Session(Row { row: row.clone(), revision: 1 }));
        Ok(Created::Inserted)
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        Ok(match self.slots().get(key) {
            Some(slot) if slot.expires_at() <= now => Lookup::Missing,
            Some(Slot::Session(row)) => Lookup::Found(Box::new(row.clone())),
            Some(Slot::Tombstone { .. }) => Lookup::Replaced,
            None => Lookup::Missing,
        })
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let mut slots = self.slots();
        let Some(row) = unexpired(&mut slots, key, now) else { return Ok(Saved::Gone) };
        if row.revision != revision {
            return Ok(Saved::Stale);
        }
        row.revision += 1;
        row.row.data = data.to_vec();
        Ok(Saved::Written(row.revision))
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        let mut slots = self.slots();
        let Some(row) = unexpired(&mut slots, old, now) else { return Ok(Replaced::Gone) };
        if row.revision != revision {
            return Ok(Replaced::Stale);
        }
        if slots.contains_key(&new.key) {
            return Ok(Replaced::KeyExists);
        }
        slots.insert(*old, Slot::Tombstone { until: tombstone_until });
        slots.insert(new.key, Slot::Session(Row { row: new.clone(), revision: 1 }));
        Ok(Replaced::Done)
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut slots = self.slots();
        let Some(row) = unexpired(&mut slots, key, now).filter(|row| is_live(row, now)) else {
            return Ok(false);
        };
        let row = &mut row.row;
        row.last_activity = row.last_activity.max(last_activity);
        row.expires_at = row.expires_at.max(expires_at);
        row.live_until = row.live_until.max(live_until);
        Ok(true)
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        let mut slots = self.slots();
        if slots.get(key).and_then(Slot::session).is_none() {
            return Ok(false);
        }
        slots.remove(key);
        Ok(true)
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError> {
        let mut slots = self.slots();
        if slots.get(key).and_then(Slot::session).is_none_or(|row| row.revision != revision) {
            return Ok(false);
        }
        slots.remove(key);
        Ok(true)
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError> {
        let of_that_handle = |slot: &Slot| slot.session().is_some_and(|row| row.row.handle == handle);
        Ok(self.remove(|_, slot| slot.belongs_to(owner) && of_that_handle(slot)) > 0)
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError> {
        Ok(self.remove(|key, slot| slot.belongs_to(owner) && Some(key) != except))
    }

    async fn list(
        &self,
        owner: &str,
        now: OffsetDateTime,
        limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let slots = self.slots();
        let mut rows: Vec<&Row> = slots
            .values()
            .filter(|slot| slot.belongs_to(owner))
            .filter_map(Slot::session)
            .filter(|row| is_live(row, now))
            .collect();
        rows.sort_by(|a, b| b.row.last_activity.cmp(&a.row.last_activity).then(a.row.key.cmp(&b.row.key)));
        let total = rows.len() as u64;
        Ok((rows.into_iter().take(limit as usize).cloned().collect(), total))
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        let mut slots = self.slots();
        let expired: Vec<RowKey> = slots
            .iter()
            .filter(|(_, slot)| slot.expires_at() <= now)
            .map(|(key, _)| *key)
            .take(batch as usize)
            .collect();
        for key in &expired {
            slots.remove(key);
        }
        Ok(expired.len() as u64)
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        let mut stats = Stats::default();
        for row in self.slots().values().filter_map(Slot::session) {
            if is_live(row, now) {
                stats.live += 1;
                stats.signed_in += u64::from(row.row.owner.is_some());
            } else {
                stats.expired += 1;
            }
        }
        Ok(stats)
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        Ok(self.remove(|_, slot| slot.session().is_some()))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
