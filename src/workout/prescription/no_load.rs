//! The rules for the body alone: repetitions and seconds are the load.

use super::Prescription;
use super::case::Case;
use super::judged::Judged;
use super::reason::{Offer, Reason};
use crate::workout::exercise::Exercise;
use crate::workout::exercise_id::ExerciseId;
use crate::workout::load::Load;
use crate::workout::programme::Range;

/// More sets of one exercise than these bring little.
pub(super) const MOST_SETS: u8 = 5;
/// More repetitions train endurance only.
const MOST_REPS: u16 = 30;
/// More seconds of a hold do so, too.
const MOST_SECONDS: u16 = 120;
/// From the third miss on, something easier is offered.
const MISSES: usize = 3;

impl Case<'_> {
    pub(super) fn without_load(&self, last: &Judged<'_>) -> Prescription {
        let (low, high) = (self.amount(self.low()), self.amount(self.high()));
        if self.is_paused() {
            return self.plain(Some(Load::Body), Some(self.pause()));
        }
        if self.range_changed {
            return self.growing(Load::Body, Reason::NewRange { low, high }, last, self.high());
        }
        if !last.all_reached(self.low()) {
            return self.missed_without_load(last);
        }
        let more = Reason::SameMore { load: Load::Body, low };
        let at_top = last.all_reached(self.high());
        let twice = at_top
            && self.judged.get(1).is_some_and(|before| {
                before.load == Load::Body
                    && before.all_reached(self.high())
                    && before.performance.planned == last.performance.planned
            });
        match self.assignment.range {
            Range::Seconds { .. } => {
                let reason = if last.all_reached(MOST_SECONDS) { Reason::LongEnough } else { more };
                let offer = if twice { self.harder_variation() } else { None };
                Prescription { offer, ..self.growing(Load::Body, reason, last, MOST_SECONDS) }
            }
            Range::Reps { .. } if !at_top => self.growing(Load::Body, more, last, self.high()),
            Range::Reps { .. } if !self.left_enough(last) => {
                self.growing(Load::Body, Reason::Hard { high }, last, self.high())
            }
            Range::Reps { .. } if !twice => {
                let reached = self.amount(last.least().unwrap_or_default());
                let reason = Reason::TopOnce { sets: last.expected(), reached };
                self.growing(Load::Body, reason, last, self.high())
            }
            Range::Reps { .. } => self.beyond_the_top(last, more),
        }
    }

    /// Every set reached the top of the range twice running: something harder if there is anything, or
    /// another set where the muscles have room for it, or at last more repetitions.
    fn beyond_the_top(&self, last: &Judged<'_>, more: Reason) -> Prescription {
        let weight = || self.ladder.harder(Load::Body).and_then(Load::weight).map(Offer::AddWeight);
        if let Some(offer) = self.harder_variation().or_else(weight) {
            return Prescription {
                offer: Some(offer),
                ..self.growing(Load::Body, Reason::Ready, last, self.high())
            };
        }
        if self.sets() < self.most_sets() {
            let sets = self.sets() + 1;
            let mut plan = self.growing(Load::Body, Reason::MoreSets { sets }, last, self.high());
            plan.targets.push(self.amount(self.low()));
            plan.extra_sets += 1;
            return plan;
        }
        self.growing(Load::Body, more, last, MOST_REPS.max(self.high()))
    }

    fn missed_without_load(&self, last: &Judged<'_>) -> Prescription {
        if self.misses(Load::Body) < MISSES {
            let again = Reason::Again { missed: last.missed(self.low()), of: last.expected() };
            return self.plain(Some(Load::Body), Some(again));
        }
        let mut plan = self.plain(Some(Load::Body), Some(Reason::Struggling));
        plan.targets.truncate(self.assignment.sets.into());
        plan.extra_sets = 0;
        plan.offer = self.easier_variation();
        plan
    }

    /// The next variation that the person has the equipment for. Their level does not matter: they have shown
    /// what they can do.
    fn harder_variation(&self) -> Option<Offer> {
        let harder = Exercise::find(self.exercise().harder?)?;
        self.person.has_equipment_for(harder).then(|| Offer::Harder(ExerciseId::from(harder)))
    }

    /// The variation before this one.
    pub(super) fn easier_variation(&self) -> Option<Offer> {
        let leads_here = |other: &&Exercise| {
            other.harder == Some(self.exercise().id) && self.person.has_equipment_for(other)
        };
        Exercise::ALL.iter().find(leads_here).map(|easier| Offer::Easier(ExerciseId::from(easier)))
    }
}
