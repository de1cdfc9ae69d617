//! How a workout ends, and when it seems forgotten.

use time::{Duration, OffsetDateTime, UtcOffset};

use super::{Refusal, Status, Workout};

/// Open for so long without an operation, a workout seems forgotten.
const ABANDONED_AFTER: Duration = Duration::hours(12);
/// No workout is longer.
pub(super) const LONGEST: Duration = Duration::DAY;

/// Where *Finish workout* leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything is logged, or skipped for a reason.
    Finish,
    /// Some planned sets are missing: to be shown first.
    Review { missing: u32 },
    /// Nothing is logged, so there is nothing to keep.
    Discard,
}

/// Whether a workout can be discarded unfinished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discard {
    AtOnce,
    /// This many logged sets would be lost.
    AfterConfirmation {
        sets: u32,
    },
    /// It is finished: it can be deleted from the history.
    Never,
}

/// A workout that was left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abandoned {
    /// The time of the last set, as the end to offer; `None` if nothing was logged.
    pub last_set_at: Option<OffsetDateTime>,
}

impl Workout {
    /// Planned and added rows that are empty and were not skipped.
    #[must_use]
    pub fn missing_sets(&self) -> u32 {
        let missing = |block| {
            let logged = u8::try_from(self.work_sets(block).count()).unwrap_or(u8::MAX);
            if self.skipped(block).is_some() { 0 } else { self.rows(block).saturating_sub(logged) }
        };
        self.blocks().map(|(block, _)| u32::from(missing(block))).sum()
    }

    /// Where *Finish workout* leads now.
    #[must_use]
    pub fn ending(&self) -> Ending {
        match self.missing_sets() {
            _ if self.sets.is_empty() => Ending::Discard,
            0 => Ending::Finish,
            missing => Ending::Review { missing },
        }
    }

    /// Whether it can be discarded now.
    #[must_use]
    pub fn discard(&self) -> Discard {
        match (self.status(), u32::try_from(self.sets.len()).unwrap_or(u32::MAX)) {
            (Status::Finished, _) => Discard::Never,
            (Status::Open, 0) => Discard::AtOnce,
            (Status::Open, sets) => Discard::AfterConfirmation { sets },
        }
    }

    /// When the last set was logged, in UTC; `None` if there is none.
    #[must_use]
    pub fn last_set_at(&self) -> Option<OffsetDateTime> {
        self.sets.values().map(|set| set.logged_at).max()
    }

    /// Whether it was left open for 12 hours without an operation. The person then chooses: finish at the time
    /// of the last set, continue, or discard. Nothing happens by itself.
    #[must_use]
    pub fn abandoned(&self, now: OffsetDateTime) -> Option<Abandoned> {
        let is_forgotten = self.status() == Status::Open && now - self.touched_at >= ABANDONED_AFTER;
        let zoned = |at: OffsetDateTime| at.to_offset(self.started_at.offset());
        is_forgotten.then(|| Abandoned { last_set_at: self.last_set_at().map(zoned) })
    }

    /// Corrects start and end of a finished workout. `started_at` has the offset of the zone at that time. The
    /// sets move along, and stay between the two.
    ///
    /// # Errors
    /// [`Refusal::ImpossibleTimes`] if it is open, if it would end before its start, more than a day after or in
    /// the future.
    pub fn move_to(
        &mut self,
        started_at: OffsetDateTime,
        ended_at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<(), Refusal> {
        let (started_at, ended_at) =
            (started_at.truncate_to_millisecond(), ended_at.truncate_to_millisecond());
        let length = ended_at - started_at;
        let is_possible = !length.is_negative() && length <= LONGEST && ended_at <= now;
        if self.status() == Status::Open || !is_possible {
            return Err(Refusal::ImpossibleTimes);
        }
        let moved = started_at - self.started_at;
        for set in self.sets.values_mut() {
            set.logged_at =
                set.logged_at.saturating_add(moved).clamp(started_at, ended_at).to_offset(UtcOffset::UTC);
        }
        (self.started_at, self.ended_at) = (started_at, Some(ended_at));
        self.keep_end();
        Ok(())
    }
}
