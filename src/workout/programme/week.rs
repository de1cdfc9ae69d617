//! Plans the sessions of a week together.

use crate::workout::exercise::{Exercise, Pattern};
use crate::workout::programme::draft::Draft;
use crate::workout::programme::remark::Remark;
use crate::workout::programme::selection::Pool;
use crate::workout::programme::template::{Movement, Template, occurrence, sessions};
use crate::workout::programme::volume::Volume;
use crate::workout::programme::{Session, WEEKS_PER_BLOCK};
use crate::workout::training::{Goal, SESSION_MINUTES, Training};

/// Fewer are not worth the set-up.
pub(super) const MIN_SETS: u8 = 2;
/// A gentle session is not longer than this, in minutes.
const EASY_MINUTES: u32 = 30;

/// As many sessions as the person trains days.
pub(super) struct Week<'a> {
    pub(super) training: &'a Training,
    pub(super) pool: Pool<'a>,
    pub(super) drafts: Vec<Draft<'a>>,
    /// The main lifts of all templates, also of those that come next week.
    pub(super) mains: Vec<&'static Exercise>,
    /// How often accessories have changed.
    pub(super) block: usize,
    /// Its sets, once it is planned.
    volume: Volume,
}

impl<'a> Week<'a> {
    /// The week that contains the session after `ordinal` others.
    pub(super) fn around(training: &'a Training, ordinal: u32) -> Self {
        let days = u32::from(training.days_per_week).clamp(1, 7);
        let (number, templates) = (ordinal / days, sessions(training));
        let wish =
            u32::from(training.session_minutes).clamp(*SESSION_MINUTES.start(), *SESSION_MINUTES.end());
        let drafts = (0..days)
            .map(|day| {
                // Of the very last week only the beginning can be counted.
                let ordinal = (number * days).saturating_add(day);
                let index = ordinal as usize % templates.len();
                let template = &templates[index];
                let minutes = if template.easy { wish.min(EASY_MINUTES) } else { wish };
                Draft::new(training, template, index, ordinal, minutes)
            })
            .collect();
        let pool = Pool::new(training);
        let mains = mains(&pool, templates);
        let block = (number / WEEKS_PER_BLOCK) as usize;
        let mut week = Self { training, pool, drafts, mains, block, volume: Volume::default() };
        for day in 0..week.drafts.len() {
            week.lay_out(day, templates);
        }
        let planned = week.keep_below_the_limit();
        let volume = week.fill(planned);
        for day in 0..week.drafts.len() {
            week.round_off(day, &volume);
        }
        week.volume = volume;
        if number > 0 && number % WEEKS_PER_BLOCK == 0 {
            week.drafts.iter_mut().for_each(|draft| draft.remarks.insert(0, Remark::NewBlock));
        }
        week
    }

    /// One of its sessions.
    pub(super) fn session(self, ordinal: u32) -> Session {
        let day = (ordinal as usize).checked_rem(self.drafts.len()).unwrap_or_default();
        let week = self.volume;
        let mut drafts = self.drafts;
        let draft = drafts.swap_remove(day);
        Session {
            name: draft.template.name,
            ordinal,
            minutes: u8::try_from(draft.minutes()).unwrap_or(u8::MAX),
            warm_up: draft.warm_up,
            blocks: draft.blocks,
            remarks: draft.remarks,
            week,
        }
    }
}

impl Week<'_> {
    /// Takes what the template asks for, as far as there is time: first a few sets of the most important
    /// exercises, then all of their sets, then the others.
    fn lay_out(&mut self, day: usize, templates: &'static [Template]) {
        let Some(draft) = self.drafts.get_mut(day) else { return };
        draft.warm_up = warm_up(draft.ordinal as usize, draft.wish_minutes());
        let mut chosen: Vec<(&'static Exercise, bool)> = Vec::new();
        let mut used = Vec::new();
        for (i, slot) in draft.template.slots.iter().enumerate() {
            let found = if slot.main {
                self.pool.main(slot.movement, occurrence(templates, draft.index, slot.movement), &used)
            } else {
                self.pool.accessory(slot.movement, self.block + draft.index + i, &used, &self.mains)
            };
            match found {
                Some(exercise) => {
                    chosen.push((exercise, slot.main));
                    used.push(exercise);
                }
                None => draft.remarks.extend(nothing_for(&self.pool, slot.movement)),
            }
        }

        let breadth = (draft.wish_minutes() as usize / 8).clamp(2, draft.template.slots.len().max(2));
        let first = || chosen.iter().take(breadth);
        for (exercise, _) in first().filter(|(_, main)| *main) {
            draft.add(exercise, true, MIN_SETS, 1);
        }
        // After the main lifts: intervals change from block to block, and a long one must not push out a lift.
        if is_circuit(self.training) && !draft.template.easy {
            let turn = self.block + draft.index;
            if let Some(breath) = self.pool.accessory(Movement::Of(Pattern::Conditioning), turn, &[], &[]) {
                let intervals = draft.wanted(breath, false);
                draft.add(breath, false, intervals, MIN_SETS);
            }
        }
        for (exercise, _) in first().filter(|(_, main)| !*main) {
            let least = if draft.blocks.is_empty() { 1 } else { MIN_SETS };
            draft.add(exercise, false, MIN_SETS, least);
        }
        for main in [true, false] {
            draft.deepen(main);
        }
        for (exercise, main) in chosen.iter().skip(breadth) {
            let sets = draft.wanted(exercise, *main);
            draft.add(exercise, *main, sets, MIN_SETS);
        }
    }

    /// Takes sets away where a muscle would pass its limit; accessories give way to main lifts. Returns the
    /// sets of the week.
    fn keep_below_the_limit(&mut self) -> Volume {
        let mut volume = Volume::default();
        for main in [true, false] {
            for draft in &mut self.drafts {
                draft.blocks.retain_mut(|block| {
                    if block.main != main {
                        return true;
                    }
                    let room = volume.room(block.exercise);
                    if room < block.sets.min(MIN_SETS) {
                        return false;
                    }
                    block.sets = block.sets.min(room);
                    volume.add(block.exercise, block.sets);
                    true
                });
            }
        }
        volume
    }
}

/// Intervals belong to these goals.
pub(super) fn is_circuit(training: &Training) -> bool {
    match training.goal {
        Goal::Endurance | Goal::FatLoss => true,
        Goal::Strength | Goal::Muscle | Goal::Mobility => false,
    }
}

/// The main lifts of all sessions.
fn mains(pool: &Pool<'_>, templates: &'static [Template]) -> Vec<&'static Exercise> {
    let mut mains = Vec::new();
    for (index, template) in templates.iter().enumerate() {
        let mut used = Vec::new();
        for slot in template.slots.iter().filter(|slot| slot.main) {
            used.extend(pool.main(slot.movement, occurrence(templates, index, slot.movement), &used));
        }
        mains.extend(used);
    }
    mains
}

/// What to say when there is no exercise for a place.
fn nothing_for(pool: &Pool<'_>, movement: Movement) -> Option<Remark> {
    match movement {
        Movement::For(muscle) if !pool.has(movement) => {
            pool.missing_for(muscle).map(|tick| Remark::NoExercise { muscle, tick })
        }
        Movement::For(_) | Movement::Of(_) | Movement::Small(..) => None,
    }
}

/// 2 movements for a quarter of an hour, 5 for an hour or more; other ones each time, the gentlest first.
fn warm_up(turn: usize, minutes: u32) -> Vec<&'static Exercise> {
    let all: Vec<_> = Exercise::ALL.iter().filter(|e| e.pattern == Pattern::WarmUp).collect();
    let count = (minutes as usize / 15 + 1).min(5);
    let first = turn % all.len().max(1) * count;
    let chosen = |i: &usize| (0..count).any(|n| (first + n) % all.len() == *i);
    (0..all.len()).filter(chosen).filter_map(|i| all.get(i).copied()).collect()
}
