//! Spends the time that the templates leave.

use crate::workout::exercise::{Exercise, Muscle, Pattern};
use crate::workout::programme::draft::{Draft, MAX_SETS};
use crate::workout::programme::remark::Remark;
use crate::workout::programme::selection::Pool;
use crate::workout::programme::template::Movement;
use crate::workout::programme::volume::{self, AIM_HALF_SETS, LIMIT_HALF_SETS, Volume};
use crate::workout::programme::week::{MIN_SETS, Week, is_circuit};
use crate::workout::training::Goal;

/// How many stretches may fill up a session.
const MAX_STRETCHES: usize = 6;
/// How many exercises with intervals may fill up a session, and with how many intervals each.
const MAX_BREATHS: usize = 3;
const MAX_INTERVALS: u8 = 6;

impl Week<'_> {
    /// Spends spare time: on whatever is farthest below the aim, and up to the limit where a session would be
    /// too short otherwise. One addition per session and round, so that the week stays balanced. Returns the
    /// sets of the week.
    pub(super) fn fill(&mut self, planned: Volume) -> Volume {
        let mut volume = planned;
        for goal in [AIM_HALF_SETS, LIMIT_HALF_SETS] {
            let mut added = true;
            while added {
                added = false;
                for day in 0..self.drafts.len() {
                    added |= self.fill_one(day, goal, &mut volume, planned);
                }
            }
        }
        volume
    }

    fn fill_one(&mut self, day: usize, goal: u16, volume: &mut Volume, planned: Volume) -> bool {
        let Some(draft) = self.drafts.get_mut(day) else { return false };
        if goal == LIMIT_HALF_SETS && draft.is_long_enough() {
            return false;
        }
        let mut tried: Vec<Muscle> = Vec::new();
        loop {
            let below = |muscle: &&Muscle| {
                volume.of(**muscle) < goal.min(volume::limit(**muscle)) && !tried.contains(muscle)
            };
            let least = draft.template.muscles.iter().filter(below).min_by_key(|muscle| volume.of(**muscle));
            let Some(muscle) = least.copied() else { return false };
            if work_more(draft, &self.pool, self.block, &self.mains, muscle, volume) {
                let half_sets = planned.of(muscle);
                let remark = Remark::Added { muscle, half_sets };
                if half_sets < AIM_HALF_SETS && !draft.remarks.contains(&remark) {
                    draft.remarks.push(remark);
                }
                return true;
            }
            tried.push(muscle);
        }
    }

    /// Fills what strength leaves with intervals and stretches, and says why if it still is short.
    pub(super) fn round_off(&mut self, day: usize, volume: &Volume) {
        let Some(draft) = self.drafts.get_mut(day) else { return };
        let turn = self.block + draft.index;
        let flow = draft.template.muscles.is_empty();
        let breaths = if is_circuit(self.training) && !flow { MAX_BREATHS } else { 0 };
        let stretches = if flow { usize::MAX } else { MAX_STRETCHES };
        for (pattern, most, sets) in [
            (Pattern::Conditioning, breaths, MAX_INTERVALS),
            // More stretching brings little more range.
            (Pattern::Mobility, stretches, MAX_SETS - 1),
        ] {
            while !draft.is_long_enough() && draft.count(pattern) < most {
                let used = draft.used();
                let Some(next) = self.pool.accessory(Movement::Of(pattern), turn, &used, &[]) else { break };
                let wanted = draft.wanted(next, false);
                if draft.add(next, false, wanted, 1) == 0 {
                    break;
                }
            }
            while most > 0 && !draft.is_long_enough() && draft.grow_least(pattern, sets) {}
        }
        if draft.template.easy {
            draft.remarks.push(Remark::EasyDay);
        } else if !draft.is_long_enough() {
            draft.remarks.push(match draft.rest_that_is_too_long(volume) {
                Some(rest_seconds) => Remark::LongRest { rest_seconds },
                None => Remark::Enough,
            });
        }
        if self.training.goal == Goal::FatLoss {
            draft.remarks.push(Remark::FoodDecides);
        }
    }
}

/// More work for a muscle in this session: a set more, another exercise, or still more sets.
fn work_more(
    draft: &mut Draft<'_>,
    pool: &Pool<'_>,
    block: usize,
    mains: &[&'static Exercise],
    muscle: Muscle,
    volume: &mut Volume,
) -> bool {
    if let Some(exercise) = draft.grow_for(muscle, volume, |wanted| wanted + 1) {
        volume.add(exercise, 1);
        return true;
    }
    let turn = block + draft.index;
    if let Some(exercise) = pool.accessory(Movement::For(muscle), turn, &draft.used(), mains) {
        let most = draft.wanted(exercise, false).min(volume.room(exercise));
        let sets = draft.add(exercise, false, most, MIN_SETS);
        if sets > 0 {
            volume.add(exercise, sets);
            return true;
        }
    }
    if let Some(exercise) = draft.grow_for(muscle, volume, |_| MAX_SETS) {
        volume.add(exercise, 1);
        return true;
    }
    false
}
