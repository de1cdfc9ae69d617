//! A session while it is planned, and the time it takes.

use crate::workout::exercise::{Exercise, LoadKind, Muscle, Pattern};
use crate::workout::programme::numbers::assign;
use crate::workout::programme::remark::Remark;
use crate::workout::programme::template::Template;
use crate::workout::programme::volume::{self, Volume};
use crate::workout::programme::{Assignment, Range, WARM_UP_SECONDS};
use crate::workout::training::Training;

/// A repetition takes 3.5 seconds, down and up at a calm pace.
const HALF_SECONDS_PER_REPETITION: u32 = 7;
/// For moving to the next exercise and getting ready.
const SECONDS_TO_SET_UP: u32 = 40;
/// A lighter set before the work sets, with the change of plates.
const RAMP_SECONDS: u32 = 60;
/// Lighter sets before the first and the second main lift with a bar or a stack.
const RAMPS: [u32; 2] = [3, 2];
/// More sets of one exercise bring little.
pub(super) const MAX_SETS: u8 = 5;
/// More is no longer a session.
const MAX_BLOCKS: usize = 20;
/// At this part of the wish, in percent, a session is long enough.
const LONG_ENOUGH: u32 = 85;

pub(super) struct Draft<'a> {
    pub(super) training: &'a Training,
    pub(super) template: &'static Template,
    /// Which of the templates.
    pub(super) index: usize,
    pub(super) ordinal: u32,
    pub(super) warm_up: Vec<&'static Exercise>,
    pub(super) blocks: Vec<Assignment>,
    pub(super) remarks: Vec<Remark>,
    /// In seconds.
    limit: u32,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        training: &'a Training,
        template: &'static Template,
        index: usize,
        ordinal: u32,
        minutes: u32,
    ) -> Self {
        Self {
            training,
            template,
            index,
            ordinal,
            warm_up: Vec::new(),
            blocks: Vec::new(),
            remarks: Vec::new(),
            limit: minutes * 60,
        }
    }

    /// What is in it already.
    pub(super) fn used(&self) -> Vec<&'static Exercise> {
        self.blocks.iter().map(|block| block.exercise).collect()
    }

    /// Adds an exercise with at most this many sets, if there is time for at least `least`. Returns how many.
    ///
    /// It comes behind the others of its kind: first strength, then breath, then stretching, except where the
    /// template mixes them.
    pub(super) fn add(&mut self, exercise: &'static Exercise, main: bool, most: u8, least: u8) -> u8 {
        if self.blocks.len() >= MAX_BLOCKS {
            return 0;
        }
        let assignment = assign(self.training, exercise, main);
        let place = if self.template.muscles.is_empty() {
            self.blocks.len()
        } else {
            self.blocks.iter().filter(|block| part(block) <= part(&assignment)).count()
        };
        self.blocks.insert(place, assignment);
        let mut sets = most;
        while sets >= least.max(1) {
            if let Some(block) = self.blocks.get_mut(place) {
                block.sets = sets;
            }
            if self.seconds() <= self.limit {
                return sets;
            }
            sets -= 1;
        }
        self.blocks.remove(place);
        0
    }

    /// How many sets the goal and the level ask for.
    pub(super) fn wanted(&self, exercise: &'static Exercise, main: bool) -> u8 {
        assign(self.training, exercise, main).sets
    }

    pub(super) fn wish_minutes(&self) -> u32 {
        self.limit / 60
    }

    pub(super) fn count(&self, pattern: Pattern) -> usize {
        self.blocks.iter().filter(|block| block.exercise.pattern == pattern).count()
    }

    /// Gives the main lifts, or the accessories, all the sets they should have; the first of them first.
    pub(super) fn deepen(&mut self, main: bool) {
        for index in 0..self.blocks.len() {
            while self
                .blocks
                .get(index)
                .is_some_and(|block| block.main == main && block.sets < self.wanted(block.exercise, main))
                && self.grow(index)
            {}
        }
    }

    /// Adds a set to the exercise of this pattern that has least, below `most`.
    pub(super) fn grow_least(&mut self, pattern: Pattern, most: u8) -> bool {
        let of = |block: &Assignment| block.exercise.pattern == pattern && block.sets < most;
        self.least(of).is_some_and(|index| self.grow(index))
    }

    /// Adds a set for a muscle, to the exercise that has least, below what `most` makes of the sets it should
    /// have. Returns the exercise.
    pub(super) fn grow_for(
        &mut self,
        muscle: Muscle,
        volume: &Volume,
        most: impl Fn(u8) -> u8,
    ) -> Option<&'static Exercise> {
        let index = self.least(|block| {
            let Assignment { exercise, main, sets, .. } = *block;
            exercise.primary == muscle
                && exercise.pattern.builds_muscle()
                && sets < most(self.wanted(exercise, main)).min(MAX_SETS)
                && volume.room(exercise) > 0
        })?;
        let exercise = self.blocks.get(index)?.exercise;
        self.grow(index).then_some(exercise)
    }

    /// The longest rest of an exercise that would be allowed another set, when there is no time for one.
    pub(super) fn rest_that_is_too_long(&self, volume: &Volume) -> Option<u16> {
        let muscles = self.template.muscles;
        let allowed = |block: &&Assignment| {
            let Assignment { exercise, sets, .. } = **block;
            let wanted = muscles.contains(&exercise.primary)
                && volume.of(exercise.primary) < volume::limit(exercise.primary);
            exercise.pattern.builds_muscle() && wanted && sets < MAX_SETS && volume.room(exercise) > 0
        };
        self.blocks.iter().filter(allowed).map(|block| block.rest_seconds).max()
    }

    /// The block with the fewest sets among these.
    fn least(&self, among: impl Fn(&Assignment) -> bool) -> Option<usize> {
        let blocks = self.blocks.iter().enumerate().filter(|(_, block)| among(block));
        blocks.min_by_key(|(_, block)| block.sets).map(|(index, _)| index)
    }

    /// Adds a set to a block, if there is time.
    fn grow(&mut self, index: usize) -> bool {
        self.change(index, 1);
        let fits = self.seconds() <= self.limit;
        if !fits {
            self.change(index, -1);
        }
        fits
    }

    fn change(&mut self, index: usize, by: i8) {
        if let Some(block) = self.blocks.get_mut(index) {
            block.sets = block.sets.saturating_add_signed(by);
        }
    }

    pub(super) fn is_long_enough(&self) -> bool {
        self.minutes() * 60 * 100 >= self.limit * LONG_ENOUGH
    }

    pub(super) fn minutes(&self) -> u32 {
        self.seconds().div_ceil(60)
    }

    fn seconds(&self) -> u32 {
        seconds(self.warm_up.len(), &self.blocks)
    }
}

/// The estimated duration of exercises after so many movements of warm-up, rounded up.
pub(in crate::workout) fn minutes(warm_up: usize, blocks: &[Assignment]) -> u8 {
    u8::try_from(seconds(warm_up, blocks).div_ceil(60)).unwrap_or(u8::MAX)
}

fn seconds(warm_up: usize, blocks: &[Assignment]) -> u32 {
    let mut ramps = RAMPS.iter();
    let mut seconds = warm_up as u32 * u32::from(WARM_UP_SECONDS);
    for block in blocks {
        let ramp = if has_ramp(block) { ramps.next().copied().unwrap_or(0) } else { 0 };
        let set = work_seconds(block) + u32::from(block.rest_seconds);
        seconds += SECONDS_TO_SET_UP + RAMP_SECONDS * ramp + u32::from(block.sets) * set;
    }
    // Nobody waits after the last set.
    seconds - blocks.last().map_or(0, |block| u32::from(block.rest_seconds))
}

fn has_ramp(block: &Assignment) -> bool {
    block.main
        && match block.exercise.load {
            LoadKind::Bar | LoadKind::Stack => true,
            LoadKind::Body
            | LoadKind::PerHand
            | LoadKind::Kettlebell
            | LoadKind::Band
            | LoadKind::Assisted
            | LoadKind::AssistedBand => false,
        }
}

/// Of one set in the middle of its range.
fn work_seconds(block: &Assignment) -> u32 {
    let one_side = match block.range {
        Range::Reps { low, high } => {
            (u32::from(low) + u32::from(high)).div_ceil(2) * HALF_SECONDS_PER_REPETITION / 2
        }
        Range::Seconds { low, high } => (u32::from(low) + u32::from(high)).div_ceil(2),
    };
    if block.exercise.per_side { 2 * one_side } else { one_side }
}

fn part(block: &Assignment) -> u8 {
    match block.exercise.pattern {
        Pattern::WarmUp
        | Pattern::Squat
        | Pattern::Hinge
        | Pattern::Lunge
        | Pattern::PushHorizontal
        | Pattern::PushVertical
        | Pattern::PullHorizontal
        | Pattern::PullVertical
        | Pattern::Arms
        | Pattern::Calves
        | Pattern::Core => 0,
        Pattern::Conditioning => 1,
        Pattern::Mobility => 2,
    }
}
