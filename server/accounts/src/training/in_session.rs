//! The workouts of a visitor who is not signed in: the open one and the last finished ones, in the session.

mod stored;

use domain::workout::document::{Status, Workout, WorkoutId};
use serde::Serialize;
use serde_json::{Map, Value};
use sessions::{Section, SessionData};

use super::edit::AfterEdit;
use crate::{Client, Error};

pub(crate) const WORKOUTS: Section<SessionWorkouts> = Section::new("workouts");

/// In the text of one document. Twenty sets of six exercises take half of it.
pub(super) const MOST_BYTES_IN_SESSION: usize = 16 * 1024;
/// In the text of all of them: every request of the visitor reads it.
const MOST_BYTES: usize = 24 * 1024;
const MOST_FINISHED: usize = 3;
/// Of them, what is around the workouts.
const FRAME: usize = 100;

/// How it is read is in `in_session/stored.rs`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct SessionWorkouts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) open: Option<Workout>,
    /// In the order of their start. The oldest makes room for others.
    pub(super) finished: Vec<Workout>,
    /// How many of those that made room count.
    counted_before: u32,
    /// Workouts that this version cannot read, or has no place for, as they were stored. The first makes room.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    set_aside: Vec<Value>,
    /// Whatever else another version has stored.
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl SessionWorkouts {
    pub(crate) fn of(data: &SessionData) -> Self {
        data.sections.get(WORKOUTS)
    }

    /// Begins a new session with them, if there are any. If that fails they are lost.
    pub(crate) async fn begin_again(self, client: &Client) {
        if self == Self::default() {
            return;
        }
        if let Err(error) = change(client, |own| own.clone_from(&self)).await {
            tracing::warn!(%error, "a visitor's workouts could not be kept");
        }
    }

    /// Removes those that an account has now.
    pub(super) fn let_go(&mut self) {
        let set_aside = std::mem::take(&mut self.set_aside);
        let others = std::mem::take(&mut self.others);
        *self = Self { set_aside, others, ..Self::default() };
    }

    /// How many workouts count, those that made room included.
    pub(super) fn counting(&self) -> u32 {
        let kept = self.finished.iter().filter(|workout| workout.counts()).count();
        self.counted_before.saturating_add(u32::try_from(kept).unwrap_or(u32::MAX))
    }

    pub(super) fn find(&self, id: WorkoutId) -> Option<&Workout> {
        self.open.iter().chain(&self.finished).find(|workout| workout.id() == id)
    }

    /// `None` if there is no such workout.
    pub(super) fn edit<T>(
        &mut self,
        id: WorkoutId,
        edit: impl Fn(&mut Workout) -> (T, AfterEdit),
    ) -> Option<T> {
        let mut workout = self.take(id)?;
        let (out, after) = edit(&mut workout);
        match after {
            AfterEdit::Keep | AfterEdit::Save => self.put(workout),
            AfterEdit::Delete => {}
        }
        Some(out)
    }

    pub(super) fn take(&mut self, id: WorkoutId) -> Option<Workout> {
        if let Some(open) = self.open.take_if(|open| open.id() == id) {
            return Some(open);
        }
        let place = self.finished.iter().position(|workout| workout.id() == id)?;
        Some(self.finished.remove(place))
    }

    /// Whether a finished workout fits once all other finished ones have made room.
    pub(super) fn has_room_for(&self, finished: &Workout) -> bool {
        bytes(&(&self.open, [finished])) <= MOST_BYTES - FRAME
    }

    /// Others make room for it, the oldest first.
    pub(super) fn put(&mut self, workout: Workout) {
        let id = workout.id();
        match workout.status() {
            Status::Open => self.open = Some(workout),
            Status::Finished => {
                self.finished.push(workout);
                self.finished.sort_by_key(Workout::started_at);
            }
        }
        while self.finished.len() > MOST_FINISHED || bytes(self) > MOST_BYTES {
            // A workout of long ago may be entered now: it is the oldest, and must not be lost at once.
            if let Some(oldest) = self.finished.iter().position(|other| other.id() != id) {
                let oldest = self.finished.remove(oldest);
                self.counted_before = self.counted_before.saturating_add(u32::from(oldest.counts()));
            } else if self.set_aside.is_empty() {
                return;
            } else {
                self.set_aside.remove(0);
                tracing::warn!("a workout that could not be read has made room in a session");
            }
        }
    }
}

/// Of the JSON text.
pub(super) fn bytes(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |text| text.len())
}

/// Changes them until no other change of the session came in between. A visitor without a session gets one, unless
/// nothing changes.
pub(super) async fn change<T>(
    client: &Client,
    apply: impl Fn(&mut SessionWorkouts) -> T,
) -> Result<T, Error> {
    let changed = client.session.change_sections(|sections| {
        let mut own = sections.get(WORKOUTS);
        let out = apply(&mut own);
        sections.set(WORKOUTS, &own);
        out
    });
    Ok(changed.await?)
}
