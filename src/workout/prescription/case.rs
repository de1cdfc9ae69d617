//! One exercise to prescribe, with all that the rules look at.

use time::Date;

use super::judged::Judged;
use super::ladder::Ladder;
use super::no_load::MOST_SETS;
use super::reason::{Reason, Start};
use super::{Person, Prescription};
use crate::workout::exercise::{Exercise, LoadKind, Pattern};
use crate::workout::load::{Amount, Load};
use crate::workout::performance::Performance;
use crate::workout::programme::{Assignment, Range};

/// A pause from which the load goes on, but not up.
const PAUSE_DAYS: u16 = 14;
/// A pause after which it is 10 % lighter, 20 % lighter, and unknown.
const BACK_DAYS: u16 = 28;
const LONG_BACK_DAYS: u16 = 56;
const FORGOTTEN_DAYS: u16 = 180;
/// An exercise may have two ranges in a week, as a main lift and as an accessory. Each goes its own way, unless
/// one of them was not done for so long that the other knows better.
const STALE_DAYS: i64 = 56;

pub(super) struct Case<'a> {
    pub(super) assignment: &'a Assignment,
    pub(super) person: &'a Person,
    pub(super) ladder: Ladder<'a>,
    /// Newest first. All have the range of the assignment, unless `range_changed`.
    pub(super) judged: Vec<Judged<'a>>,
    pub(super) range_changed: bool,
    /// Since the exercise was last done in any range.
    pub(super) days: u16,
    /// The most sets that may be earned on top of the programme's.
    most_earned: u8,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        assignment: &'a Assignment,
        history: &'a [Performance],
        day: Date,
        person: &'a Person,
    ) -> Self {
        let exercise = assignment.exercise;
        let own = history.iter().rev().filter(|performance| performance.exercise.as_str() == exercise.id);
        let mut judged: Vec<Judged<'a>> =
            own.filter_map(|performance| Judged::new(performance, exercise)).collect();
        // Past workouts may be entered late. The sort is stable, so those of one day keep their order.
        judged.sort_by_key(|judged| std::cmp::Reverse(judged.performance.day));

        let same = |judged: &&Judged<'a>| judged.performance.range == assignment.range;
        let newest = judged.first().map(|judged| judged.performance.day);
        let newest_same = judged.iter().find(same).map(|judged| judged.performance.day);
        let range_changed = match (newest, newest_same) {
            (Some(newest), Some(same)) => (newest - same).whole_days() > STALE_DAYS,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if !range_changed {
            judged.retain(|judged| judged.performance.range == assignment.range);
        }
        let days = newest.map_or(0, |newest| (day - newest).whole_days().max(0));
        Self {
            assignment,
            person,
            ladder: Ladder::new(exercise, person),
            judged,
            range_changed,
            days: u16::try_from(days).unwrap_or(u16::MAX),
            most_earned: MOST_SETS,
        }
    }

    /// Where the muscles have room for so many sets more this week.
    pub(super) fn with_room_for(self, most_earned: u8) -> Self {
        Self { most_earned, ..self }
    }

    pub(super) fn prescription(&self) -> Prescription {
        if self.is_fixed() {
            let same = self.judged.first().map(|last| self.ladder.same(last.load));
            return self.plain(same.or_else(|| self.body()), None);
        }
        let Some(last) = self.judged.first() else {
            let start = self.start();
            let amount = self.amount(self.low() + self.to_spare());
            return self.plain(start.1, Some(Reason::First { start: start.0, amount }));
        };
        if self.exercise().load == LoadKind::Body && last.load == Load::Body {
            return self.without_load(last);
        }
        if self.days >= FORGOTTEN_DAYS {
            let (start, load) = self.start();
            return self.plain(load, Some(Reason::LongAgo { days: self.days, last: last.load, start }));
        }
        let converted = last.load.weight().is_some_and(|weight| weight.unit() != self.person.gear.units());
        Prescription {
            converted_from: converted.then_some(last.load),
            ..if self.days >= BACK_DAYS { self.after_a_break(last) } else { self.with_load(last) }
        }
    }

    fn after_a_break(&self, last: &Judged<'_>) -> Prescription {
        let from = self.base(last);
        let to = self.ladder.lighter(from, if self.days >= LONG_BACK_DAYS { 2 } else { 1 });
        let reason = if to == from { self.pause() } else { Reason::BackAfter { days: self.days, from, to } };
        self.plain(Some(to), Some(reason))
    }

    /// Whether the pause was so long that nothing goes up.
    pub(super) fn is_paused(&self) -> bool {
        self.days >= PAUSE_DAYS
    }

    pub(super) fn pause(&self) -> Reason {
        Reason::Pause { days: self.days, low: self.amount(self.low()) }
    }

    /// Stretches and intervals, which do not grow: the same load as last time.
    fn is_fixed(&self) -> bool {
        match self.exercise().pattern {
            Pattern::Mobility | Pattern::WarmUp => true,
            Pattern::Squat
            | Pattern::Hinge
            | Pattern::Lunge
            | Pattern::PushHorizontal
            | Pattern::PushVertical
            | Pattern::PullHorizontal
            | Pattern::PullVertical
            | Pattern::Arms
            | Pattern::Calves
            | Pattern::Core
            | Pattern::Conditioning => match self.assignment.range {
                Range::Seconds { low, high } => low == high,
                Range::Reps { .. } => false,
            },
        }
    }

    fn body(&self) -> Option<Load> {
        (self.exercise().load == LoadKind::Body).then_some(Load::Body)
    }

    /// How to begin, and with which load.
    fn start(&self) -> (Start, Option<Load>) {
        match self.exercise().load {
            LoadKind::Body => (Start::Body, Some(Load::Body)),
            LoadKind::Bar => (Start::EmptyBar, Some(Load::Bar(self.person.gear.bar()))),
            LoadKind::PerHand | LoadKind::Kettlebell | LoadKind::Stack => (Start::FindWeight, None),
            LoadKind::Band => (Start::FindBand, None),
            LoadKind::Assisted | LoadKind::AssistedBand => (Start::FindHelp, None),
        }
    }

    /// What a first weight should leave beyond the low end: the reserve, and two for the next workouts.
    fn to_spare(&self) -> u16 {
        match self.assignment.range {
            Range::Reps { .. } => u16::from(self.assignment.reps_in_reserve) + 2,
            Range::Seconds { .. } => 10,
        }
    }

    pub(super) const fn exercise(&self) -> &'static Exercise {
        self.assignment.exercise
    }

    pub(super) fn low(&self) -> u16 {
        self.assignment.range.low()
    }

    pub(super) fn high(&self) -> u16 {
        self.assignment.range.high()
    }

    /// A number of repetitions or seconds, as the range has it.
    pub(super) fn amount(&self, number: u16) -> Amount {
        match self.assignment.range {
            Range::Reps { .. } => Amount::Reps(u8::try_from(number).unwrap_or(u8::MAX).min(Amount::MAX_REPS)),
            Range::Seconds { .. } => Amount::Seconds(number.clamp(1, Amount::MAX_SECONDS)),
        }
    }

    /// A little more: one repetition, 5 seconds, from a minute on 10 seconds.
    pub(super) const fn more(&self, number: u16) -> u16 {
        match self.assignment.range {
            Range::Reps { .. } => number + 1,
            Range::Seconds { .. } if number < 60 => number + 5,
            Range::Seconds { .. } => number + 10,
        }
    }

    /// This many steps of [`more`](Self::more) beyond the top of the range.
    pub(super) fn above_high(&self, steps: u8) -> u16 {
        let size = match self.assignment.range {
            Range::Reps { .. } => 1,
            Range::Seconds { .. } => 5,
        };
        self.high() + u16::from(steps) * size
    }

    /// The programme's sets, and those that the person earned on top because the exercise has no load.
    pub(super) fn sets(&self) -> u8 {
        let earned = match self.exercise().load {
            LoadKind::Body if !self.range_changed => {
                self.judged.first().map_or(0, |last| last.performance.extra_sets)
            }
            LoadKind::Body
            | LoadKind::Bar
            | LoadKind::PerHand
            | LoadKind::Kettlebell
            | LoadKind::Stack
            | LoadKind::Band
            | LoadKind::Assisted
            | LoadKind::AssistedBand => 0,
        };
        self.assignment.sets.saturating_add(earned).min(self.most_sets())
    }

    /// With those that may be earned.
    pub(super) fn most_sets(&self) -> u8 {
        let own = self.assignment.sets;
        own.saturating_add(self.most_earned).min(MOST_SETS).max(own)
    }

    /// The low end in every set.
    pub(super) fn plain(&self, load: Option<Load>, reason: Option<Reason>) -> Prescription {
        self.with_targets(load, reason, vec![self.low(); usize::from(self.sets())])
    }

    /// A little more than last time in every set, at most `ceiling`; the low end where there was no last time.
    pub(super) fn growing(
        &self,
        load: Load,
        reason: Reason,
        last: &Judged<'_>,
        ceiling: u16,
    ) -> Prescription {
        let target =
            |done: Option<u16>| done.map_or(self.low(), |done| self.more(done).clamp(self.low(), ceiling));
        let targets = (0..usize::from(self.sets())).map(|i| target(last.done.get(i).copied().flatten()));
        self.with_targets(Some(load), Some(reason), targets.collect())
    }

    fn with_targets(&self, load: Option<Load>, reason: Option<Reason>, targets: Vec<u16>) -> Prescription {
        Prescription {
            load,
            targets: targets.into_iter().map(|target| self.amount(target)).collect(),
            extra_sets: self.sets() - self.assignment.sets,
            reason,
            offer: None,
            ramp: Vec::new(),
            converted_from: None,
        }
    }

    /// Whether the last set left what it should, as far as the person said so. One repetition of difference
    /// is within what people can tell.
    pub(super) fn left_enough(&self, last: &Judged<'_>) -> bool {
        last.rir.is_none_or(|rir| rir.reps() + 1 >= self.assignment.reps_in_reserve)
    }
}
