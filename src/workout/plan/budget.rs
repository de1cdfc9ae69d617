//! Fits blocks into the available time.

use super::{Block, Dose, MAX_BLOCKS, SECONDS_TO_SET_UP};
use crate::workout::exercise::Exercise;

/// Blocks within a budget of seconds.
pub(super) struct Budget {
    pub(super) blocks: Vec<Block>,
    all: u32,
    /// Every set pays for the rest after it. There is none after the last set, so one rest is credited in
    /// advance.
    left: u32,
    rest: u32,
}

impl Budget {
    pub(super) fn new(all: u32, rest_seconds: u16) -> Self {
        let rest = u32::from(rest_seconds);
        Self { blocks: Vec::with_capacity(MAX_BLOCKS), all, left: all + rest, rest }
    }

    /// Adds a block if there is time for it.
    pub(super) fn add(&mut self, exercise: &'static Exercise, dose: Dose, sets: u8) -> bool {
        let fits = self.pay(SECONDS_TO_SET_UP + u32::from(sets) * (dose.seconds() + self.rest));
        if fits {
            self.blocks.push(Block { exercise, sets, dose });
        }
        fits
    }

    /// Adds sets, one to each block in turn, until all have `sets` or the time is used up.
    pub(super) fn grow(&mut self, sets: u8) {
        for sets in 2..=sets {
            for i in 0..self.blocks.len() {
                let block = self.blocks[i];
                if block.sets < sets && self.pay(block.dose.seconds() + self.rest) {
                    self.blocks[i].sets += 1;
                }
            }
        }
    }

    fn pay(&mut self, seconds: u32) -> bool {
        match self.left.checked_sub(seconds) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    pub(super) fn seconds(&self) -> u32 {
        // Without a block nothing was paid, and the credited rest is still there.
        self.all.saturating_sub(self.left)
    }
}
