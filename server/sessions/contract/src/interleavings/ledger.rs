//! What was acknowledged in one round, and what follows from it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use session_rows::{Created, Lookup, NewRow, Replaced, Row, RowKey, Saved};

use crate::support::{anonymous, owned};

/// Keys of one round; more than its tasks can ever use.
const KEYS_PER_ROUND: u32 = 256;

/// The severity of a finding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// An ended session reappeared.
    Resurrection,
    /// `load` finds a session that is missing from its owner's index.
    LostEntry,
    /// The owner's index shows a session that `load` does not find.
    Phantom,
    /// Another promise was broken.
    Other,
}

/// A key and what is known about it.
struct Entry {
    row: NewRow,
    /// The entry whose session was to get this key.
    parent: Option<usize>,
    /// Creation of the session was acknowledged.
    created: bool,
    /// Replacement of this key was acknowledged.
    replaced: bool,
    /// The operation whose end of the session was acknowledged. From then on the key must never be found.
    dead: Option<&'static str>,
    /// It was found after its end.
    met_again: bool,
    /// A task tried to end it, so it may be gone.
    threatened: bool,
    /// Acknowledged saves: new revision and data.
    saves: BTreeMap<i64, Vec<u8>>,
}

/// An operation in progress: its key, and whether that was dead when the operation began.
#[derive(Clone, Copy)]
pub(super) struct Aim {
    /// Number of the entry.
    pub(super) index: usize,
    pub(super) key: RowKey,
    dead: Option<&'static str>,
}

pub(super) struct Ledger {
    round: u32,
    entries: Vec<Entry>,
    /// Owners for whom a task tried to end all sessions.
    purged: HashSet<String>,
    /// Whether the index of every owner was compared with the existing sessions.
    pub(super) index_was_judged: bool,
    /// Operations so far.
    pub(super) operations: u64,
    /// Broken promises so far.
    pub(super) findings: Vec<(Verdict, String)>,
}

impl Ledger {
    /// Two sessions of one owner, one of another, one anonymous.
    pub(super) fn begin(round: u32) -> Self {
        let mut ledger = Self {
            round,
            entries: vec![],
            purged: HashSet::new(),
            index_was_judged: false,
            operations: 0,
            findings: vec![],
        };
        for owner in [Some("a"), Some("a"), Some("b"), None] {
            let index = ledger.plan(owner.map(|owner| ledger.owner(owner)), None);
            ledger.entries[index].created = true;
        }
        ledger
    }

    /// The round's own name of an owner, so that rounds do not share any.
    pub(super) fn owner(&self, owner: &str) -> String {
        format!("{owner}-{}", self.round)
    }

    fn plan(&mut self, owner: Option<String>, parent: Option<usize>) -> usize {
        let number = self.round * KEYS_PER_ROUND + u32::try_from(self.entries.len()).unwrap();
        let row = owner.map_or_else(|| anonymous(number), |owner| owned(number, &owner));
        self.entries.push(Entry {
            row,
            parent,
            created: false,
            replaced: false,
            dead: None,
            met_again: false,
            threatened: false,
            saves: BTreeMap::new(),
        });
        self.entries.len() - 1
    }

    /// The rows at the start of the round.
    pub(super) fn new_rows(&self) -> Vec<NewRow> {
        self.entries.iter().map(|entry| entry.row.clone()).collect()
    }

    /// All keys, including those that were only planned.
    pub(super) fn keys(&self) -> Vec<RowKey> {
        self.entries.iter().map(|entry| entry.row.key).collect()
    }

    /// How many sessions were acknowledged as ended.
    pub(super) fn ended(&self) -> u64 {
        self.entries.iter().filter(|entry| entry.created && entry.dead.is_some()).count() as u64
    }

    /// Indices of the sessions that are known to have begun.
    pub(super) fn created(&self) -> Vec<usize> {
        (0..self.entries.len()).filter(|index| self.entries[*index].created).collect()
    }

    /// Begins an operation on a key.
    pub(super) fn aim(&mut self, index: usize) -> Aim {
        self.operations += 1;
        Aim { index, key: self.entries[index].row.key, dead: self.entries[index].dead }
    }

    /// Begins an operation that may end the session; also returns its handle and its owner.
    pub(super) fn threaten(&mut self, index: usize) -> (Aim, String, Option<String>) {
        self.entries[index].threatened = true;
        let row = &self.entries[index].row;
        let (handle, owner) = (row.handle.clone(), row.owner.clone());
        (self.aim(index), handle, owner)
    }

    /// Begins an additional login: plans its row.
    pub(super) fn plan_login(&mut self, owner: &str) -> (usize, NewRow) {
        self.operations += 1;
        let index = self.plan(Some(self.owner(owner)), None);
        (index, self.entries[index].row.clone())
    }

    /// `create` has returned.
    pub(super) fn logged_in(&mut self, index: usize, outcome: Created) {
        if outcome == Created::KeyExists {
            self.finding(Verdict::Other, index, "a new key was said to exist");
        }
        self.entries[index].created = true;
    }

    /// Begins a replace: plans the new row. It may give an owner to an anonymous session.
    pub(super) fn plan_successor(&mut self, index: usize, login: &str) -> (Aim, usize, NewRow) {
        let owner = self.entries[index].row.owner.clone().unwrap_or_else(|| self.owner(login));
        let new = self.plan(Some(owner), Some(index));
        let row = self.entries[new].row.clone();
        (self.aim(index), new, row)
    }

    /// Begins an `end_all`: returns the sessions that must be gone when it returns. Keys whose replacement
    /// was already acknowledged are excluded, because the session has left them.
    pub(super) fn condemn(&mut self, owner: &str, except: Option<usize>) -> Vec<usize> {
        self.operations += 1;
        self.purged.insert(owner.to_owned());
        let is_condemned = |index: &usize| {
            let entry = &self.entries[*index];
            entry.created
                && !entry.replaced
                && entry.row.owner.as_deref() == Some(owner)
                && Some(*index) != except
        };
        (0..self.entries.len()).filter(is_condemned).collect()
    }

    /// `end_all` has returned: the condemned keys are dead, and so are all keys that were replacing them
    /// meanwhile.
    pub(super) fn all_ended(&mut self, condemned: &[usize]) {
        let mut gone: HashSet<usize> = condemned.iter().copied().collect();
        // A successor comes after its parent in the list, so one pass reaches all generations.
        for index in 0..self.entries.len() {
            if self.entries[index].parent.is_some_and(|parent| gone.contains(&parent)) {
                gone.insert(index);
            }
            if gone.contains(&index) {
                self.entries[index].dead.get_or_insert("end_all");
            }
        }
    }

    /// `delete` or `end` has returned; either way the session is now gone.
    pub(super) fn ended_one(&mut self, aim: Aim, way: &'static str, was_there: bool) {
        self.alive_after_death(aim, was_there, way);
        self.entries[aim.index].dead.get_or_insert(way);
    }

    /// `discard` has returned; if the revision did not match, the session may still exist.
    pub(super) fn discarded(&mut self, aim: Aim, was_there: bool) {
        self.alive_after_death(aim, was_there, "discard");
        if was_there {
            self.entries[aim.index].dead.get_or_insert("discard");
        }
    }

    /// `load` has returned.
    pub(super) fn loaded(&mut self, aim: Aim, found: &Lookup) {
        self.alive_after_death(aim, matches!(found, Lookup::Found(_)), "load");
    }

    /// Begins a `list`: records which keys are already dead.
    pub(super) fn look(&mut self) -> Vec<Aim> {
        let dead = (0..self.entries.len()).filter(|index| self.entries[*index].dead.is_some());
        let dead: Vec<usize> = dead.collect();
        self.operations += 1;
        dead.into_iter()
            .map(|index| Aim { index, key: self.entries[index].row.key, dead: self.entries[index].dead })
            .collect()
    }

    /// `list` has returned.
    pub(super) fn listed(&mut self, dead: &[Aim], rows: &[Row]) {
        for aim in dead {
            self.alive_after_death(*aim, rows.iter().any(|row| row.row.key == aim.key), "list");
        }
    }

    /// `touch` has returned.
    pub(super) fn touched(&mut self, aim: Aim, touched: bool) {
        self.alive_after_death(aim, touched, "touch");
    }

    /// `save` has returned.
    pub(super) fn saved(&mut self, aim: Aim, revision: i64, data: Vec<u8>, saved: Saved) {
        let Saved::Written(new) = saved else { return };
        self.alive_after_death(aim, true, "save");
        if new != revision + 1 {
            self.finding(Verdict::Other, aim.index, &format!("saved {revision}, was told {new}"));
        }
        if self.entries[aim.index].saves.insert(new, data).is_some() {
            self.finding(Verdict::Other, aim.index, &format!("two saves got revision {new}: one is lost"));
        }
    }

    /// `replace` has returned.
    pub(super) fn replaced(&mut self, aim: Aim, new: usize, outcome: Replaced) {
        if outcome == Replaced::KeyExists {
            self.finding(Verdict::Other, new, "a new key was said to exist");
        }
        if outcome != Replaced::Done {
            return;
        }
        self.alive_after_death(aim, true, "replace");
        if self.entries[aim.index].replaced {
            self.finding(Verdict::Other, aim.index, "replaced twice");
        }
        self.entries[aim.index].replaced = true;
        self.entries[aim.index].dead.get_or_insert("replace");
        self.entries[new].created = true;
    }

    /// `sweep` has returned; nothing expires during a round.
    pub(super) fn swept(&mut self, removed: u64) {
        self.operations += 1;
        if removed > 0 {
            self.finding(Verdict::Other, 0, &format!("sweep removed {removed} unexpired rows"));
        }
    }

    /// The round is over and all operations have returned: what must be under this key?
    pub(super) fn close(&mut self, index: usize, found: &Lookup) {
        let entry = &self.entries[index];
        let owner_purged = entry.row.owner.as_ref().is_some_and(|owner| self.purged.contains(owner));
        let finding = match found {
            Lookup::Found(_) if entry.dead.is_some() => {
                let way = entry.dead.unwrap_or_default();
                Some((Verdict::Resurrection, format!("there at the end, in spite of {way}")))
            }
            Lookup::Found(_) if !entry.created => {
                Some((Verdict::Other, "there, although its replace did not succeed".into()))
            }
            Lookup::Found(row) => {
                let first = (1, &entry.row.data);
                let last = entry.saves.last_key_value().map_or(first, |(revision, data)| (*revision, data));
                let same = (row.revision, &row.row.data) == last
                    && (&row.row.owner, &row.row.handle) == (&entry.row.owner, &entry.row.handle);
                (!same).then(|| (Verdict::Other, format!("another row than the last acknowledged: {row:?}")))
            }
            Lookup::Replaced if !entry.replaced => {
                Some((Verdict::Other, "a tombstone, although no replace succeeded".into()))
            }
            Lookup::Missing if entry.replaced => Some((Verdict::Other, "its tombstone vanished".into())),
            Lookup::Missing if entry.created && !entry.threatened && !owner_purged => {
                Some((Verdict::Other, "lost, although nobody ended it".into()))
            }
            Lookup::Replaced | Lookup::Missing => None,
        };
        if let Some((verdict, what)) = finding {
            self.finding(verdict, index, &what);
        }
    }

    /// The round is over: `list` must show exactly the rows of an owner that `load` finds.
    pub(super) fn close_owner(&mut self, owner: &str, loaded: &[Row], listed: &[Row], total: u64) {
        let find = |rows: &[Row], key: &RowKey| rows.iter().find(|row| row.row.key == *key).cloned();
        let keys: BTreeSet<RowKey> = loaded.iter().chain(listed).map(|row| row.row.key).collect();
        for key in keys {
            let index = self.entries.iter().position(|entry| entry.row.key == key).unwrap_or_default();
            match (find(loaded, &key), find(listed, &key)) {
                (Some(_), None) => {
                    self.finding(Verdict::LostEntry, index, "found, but not in its owner's list")
                }
                (None, Some(_)) => {
                    self.finding(Verdict::Phantom, index, "in its owner's list, but not found")
                }
                (Some(loaded), Some(listed)) if loaded != listed => {
                    self.finding(
                        Verdict::Other,
                        index,
                        &format!("listed as {listed:?}, loaded as {loaded:?}"),
                    );
                }
                _ => {}
            }
        }
        if total != listed.len() as u64 {
            let what = format!("{owner}: {} rows listed, {total} said to be there", listed.len());
            self.finding(Verdict::Other, 0, &what);
        }
    }

    /// All sessions of the owner were then ended: `ended` is the reported count, `left` are those still
    /// found.
    pub(super) fn owner_ended(&mut self, owner: &str, loaded: &[Row], ended: u64, left: &[RowKey]) {
        for key in left {
            let index = self.entries.iter().position(|entry| entry.row.key == *key).unwrap_or_default();
            self.finding(Verdict::LostEntry, index, "outlived end_all when nothing else was going on");
        }
        let gone = (loaded.len() - left.len()) as u64;
        if ended > gone {
            let what = format!("{owner}: end_all ended {ended} sessions, but only {gone} were there");
            self.finding(Verdict::Phantom, 0, &what);
        } else if ended < gone {
            let what = format!("{owner}: end_all says {ended}, but {gone} sessions are gone");
            self.finding(Verdict::Other, 0, &what);
        }
    }

    /// An operation that began after the end was acknowledged still found the session.
    fn alive_after_death(&mut self, aim: Aim, alive: bool, met_by: &str) {
        if let (Some(way), true) = (aim.dead, alive) {
            self.finding(Verdict::Resurrection, aim.index, &format!("met by {met_by} in spite of {way}"));
        }
    }

    /// A session that came back counts once, however often it is found.
    fn finding(&mut self, verdict: Verdict, index: usize, what: &str) {
        if verdict == Verdict::Resurrection && std::mem::replace(&mut self.entries[index].met_again, true) {
            return;
        }
        self.findings.push((verdict, format!("round {}, key {index}: {what}", self.round)));
    }
}
