//! The rules for exercises with a load of their own.

use std::cmp::Ordering;

use super::Prescription;
use super::case::Case;
use super::judged::Judged;
use super::reason::{Next, Reason};
use crate::workout::exercise::{LoadKind, Pattern};
use crate::workout::load::Load;
use crate::workout::one_rep_max::{epley, for_reps};
use crate::workout::programme::Range;
use crate::workout::training::Level;

/// Beyond these the formula for the one-repetition maximum does not hold.
const MOST_REPS: i64 = 12;
/// How far beyond the top of the range a large step has to be earned.
const EARNED_BEYOND: u8 = 6;
/// From the third miss on, the load goes down.
const MISSES: usize = 3;

impl Case<'_> {
    pub(super) fn with_load(&self, last: &Judged<'_>) -> Prescription {
        let same = self.base(last);
        let amount = |number| self.amount(number);
        if self.is_paused() {
            self.plain(Some(same), Some(self.pause()))
        } else if self.range_changed {
            let reason = Reason::NewRange { low: amount(self.low()), high: amount(self.high()) };
            self.plain(Some(same), Some(reason))
        } else if last.all_reached(self.high()) {
            if self.left_enough(last) {
                self.up(last)
            } else {
                self.growing(same, Reason::Hard { high: amount(self.high()) }, last, self.high())
            }
        } else if last.all_reached(self.low()) {
            let reason = Reason::SameMore { load: same, low: amount(self.low()) };
            self.growing(same, reason, last, self.high())
        } else {
            self.missed(last, same)
        }
    }

    /// The load to start from: the last one, or what it tells about another range.
    pub(super) fn base(&self, last: &Judged<'_>) -> Load {
        match (self.assignment.range, last.performance.range) {
            (Range::Reps { low, .. }, Range::Reps { .. }) if self.range_changed => {
                self.estimate(last, low.into())
            }
            (Range::Reps { .. } | Range::Seconds { .. }, _) => self.ladder.same(last.load),
        }
    }

    /// For another range: the weight that leaves the reserve after `low` repetitions, by the same formula as
    /// the one-repetition maximum. At most 10 % more, and help or bands as they were.
    fn estimate(&self, last: &Judged<'_>, low: i64) -> Load {
        let weight = match last.load {
            Load::Bar(weight) | Load::PerHand(weight) | Load::Stack(weight) => weight,
            Load::Body | Load::Added(_) | Load::Assisted(_) | Load::Band(_) | Load::AssistedBand(_) => {
                return self.ladder.same(last.load);
            }
        };
        let reserve = last.rir.map_or(last.performance.reps_in_reserve, |rir| rir.reps());
        let reps = i64::from(last.most().unwrap_or_default()) + i64::from(reserve);
        let best = epley(weight.exact(), reps.min(MOST_REPS));
        let wanted = for_reps(best, low + i64::from(self.assignment.reps_in_reserve));
        self.ladder.at_most(last.load, wanted.min(weight.exact() * 11 / 10))
    }

    /// Every set reached the top of the range.
    fn up(&self, last: &Judged<'_>) -> Prescription {
        let before = self.judged.get(1);
        let reached = self.amount(last.least().unwrap_or_default());
        let from = last.load;
        let same = self.ladder.same(from);
        let Some(single) = self.ladder.harder(from) else {
            return self.growing(same, Reason::Heaviest, last, self.above_high(EARNED_BEYOND));
        };
        // Bands are far apart, so the top has to be reached twice.
        let twice = before.is_some_and(|before| before.load == from && before.all_reached(self.high()));
        if matches!(from, Load::Band(_) | Load::AssistedBand(_)) && !twice {
            let reason = Reason::TopOnce { sets: last.expected(), reached };
            return self.growing(same, reason, last, self.high());
        }
        if !self.ladder.is_small(from, single) {
            let ceiling = self.earned_at(from, single);
            if !last.all_reached(ceiling) {
                let reason = Reason::Earn {
                    percent: self.percent(from, single),
                    first: self.amount(ceiling),
                    next: self.next_is(),
                };
                return self.growing(same, reason, last, ceiling);
            }
        }
        let (low, sets) = (self.amount(self.low()), last.expected());
        let to = self.step(from, single);
        let well_above = |judged: &Judged<'_>| judged.all_reached(self.above_high(2));
        if well_above(last) && before.is_some_and(well_above) {
            let steps = if to == single { 1 } else { 2 };
            if let Some(two) = self.within_limit(from, 2 * steps) {
                let above = self.amount(self.above_high(2));
                return self.plain(Some(two), Some(Reason::UpTwo { sets, above, from, to: two, low }));
            }
        }
        self.plain(Some(to), Some(Reason::Up { sets, reached, from, to, low }))
    }

    /// One step, or two at once for a beginner's squat or hinge, which grow fastest.
    fn step(&self, from: Load, single: Load) -> Load {
        let exercise = self.exercise();
        let fast = self.person.level == Level::Beginner
            && exercise.load == LoadKind::Bar
            && matches!(exercise.pattern, Pattern::Squat | Pattern::Hinge);
        if fast { self.within_limit(from, 2).unwrap_or(single) } else { single }
    }

    /// This many steps at once, if that is known to be at most 10 %.
    fn within_limit(&self, from: Load, steps: u8) -> Option<Load> {
        let to = (0..steps).try_fold(from, |load, _| self.ladder.harder(load))?;
        (!self.ladder.is_unknown(from) && self.ladder.is_small(from, to)).then_some(to)
    }

    /// How much of `from` shows that the low end is in reach with `to`, by Epley's formula.
    fn earned_at(&self, from: Load, to: Load) -> u16 {
        let most = self.above_high(EARNED_BEYOND);
        match (self.assignment.range, self.ladder.ratio(from, to)) {
            (Range::Reps { low, .. }, Some((to, from))) => {
                let reps = ((30 + i64::from(low)) * to + from - 1) / from - 30;
                u16::try_from(reps).unwrap_or(most).clamp(self.high(), most)
            }
            (Range::Reps { .. }, None) | (Range::Seconds { .. }, _) => most,
        }
    }

    fn percent(&self, from: Load, to: Load) -> u16 {
        let percent = self.ladder.ratio(from, to).map(|(to, from)| (100 * (to - from) + from / 2) / from);
        percent.and_then(|percent| u16::try_from(percent).ok()).unwrap_or(100)
    }

    fn next_is(&self) -> Next {
        match self.exercise().load {
            LoadKind::Kettlebell => Next::Bell,
            LoadKind::PerHand => Next::Dumbbell,
            LoadKind::Body
            | LoadKind::Bar
            | LoadKind::Stack
            | LoadKind::Band
            | LoadKind::Assisted
            | LoadKind::AssistedBand => Next::Step,
        }
    }

    /// Some sets missed the low end.
    fn missed(&self, last: &Judged<'_>, same: Load) -> Prescription {
        let again = Reason::Again { missed: last.missed(self.low()), of: last.expected() };
        if self.misses(last.load) < MISSES {
            return self.plain(Some(same), Some(again));
        }
        let tenth_off = self.ladder.lighter(same, 1);
        let is_lighter = tenth_off.compare(same) == Some(Ordering::Less);
        let lighter = if is_lighter { Some(tenth_off) } else { self.ladder.easier(same) };
        match lighter {
            Some(to) => self.plain(Some(to), Some(Reason::BackOff { from: same, to })),
            None => Prescription {
                offer: self.easier_variation(),
                ..self.plain(Some(same), Some(Reason::Struggling))
            },
        }
    }

    /// How many performances in a row missed the low end with this load, up to the last one.
    pub(super) fn misses(&self, load: Load) -> usize {
        let missed = |judged: &&Judged<'_>| {
            judged.load.compare(load) == Some(Ordering::Equal) && !judged.all_reached(self.low())
        };
        self.judged.iter().take_while(missed).count()
    }
}
