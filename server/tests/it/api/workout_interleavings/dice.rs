//! Chance that can be repeated.

/// A generator for which a seed is enough to repeat what a device does.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Neighbouring seeds and players differ from the first roll on.
    pub(super) const fn new(seed: u64, player: u64) -> Self {
        Self((seed ^ player.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd129_42f1_3af7_1c1b))
    }

    /// Below `sides`.
    pub(super) const fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub(super) const fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    /// One of several.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.roll(of.len() as u64)).unwrap()]
    }
}
