//! A rest as it is counted down. Times are milliseconds since 1970.

/// By how much the buttons change it, in seconds.
pub(super) const STEP: i64 = 15;
/// The longest one, in seconds.
const LONGEST: i64 = 3_600;
/// The length of the ring around the clock: that of its path, in units of its own.
const RING: i64 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rest {
    /// What it takes, in seconds: the one that runs, or the next.
    pub(super) total: i64,
    /// What it has left, in seconds.
    pub(super) left: i64,
    /// By the clock of this device. `None` if it does not run.
    pub(super) ends_at: Option<i64>,
    /// It has run out, and nobody has begun another.
    pub(super) is_over: bool,
}

/// Whole seconds of some milliseconds, rounded up, within what a rest can take.
pub(super) fn seconds(millis: i64) -> i64 {
    (millis + 999).div_euclid(1000).clamp(0, LONGEST)
}

/// How much of the ring around the clock is not drawn, of a thousand: its `stroke-dashoffset`. In seconds.
#[must_use]
pub fn ring_offset(left: i64, total: i64) -> i64 {
    RING - RING * left.min(total) / total.max(1)
}

impl Rest {
    /// One that has not begun.
    pub(super) const fn of(total: i64) -> Self {
        Self { total, left: total, ends_at: None, is_over: false }
    }

    /// Looks at the clock. True if it has just run out.
    pub(super) fn look(&mut self, now: i64) -> bool {
        let Some(end) = self.ends_at else { return false };
        self.left = seconds(end - now);
        self.is_over = self.left == 0;
        if self.is_over {
            self.ends_at = None;
        }
        self.is_over
    }

    /// By so many seconds.
    pub(super) fn change(&mut self, by: i64) {
        self.total = (self.total + by).clamp(STEP, LONGEST);
        match &mut self.ends_at {
            Some(end) => *end += by * 1000,
            None => *self = Self::of(self.total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_when_its_time_has_come_however_often_the_clock_is_looked_at() {
        let mut rest = Rest { ends_at: Some(90_000), ..Rest::of(90) };
        for (now, left) in [(0, 90), (1, 90), (1_000, 89), (89_999, 1)] {
            assert!(!rest.look(now));
            assert_eq!(rest.left, left, "{now}");
        }
        assert!(rest.look(5_000_000), "a phone that slept");
        assert_eq!((rest.left, rest.ends_at, rest.is_over), (0, None, true));
        assert!(!rest.look(5_000_001), "once");
    }

    #[test]
    fn a_rest_that_runs_ends_later_or_earlier_and_the_next_one_takes_longer_or_less() {
        let mut rest = Rest { ends_at: Some(90_000), ..Rest::of(90) };
        rest.change(STEP);
        assert_eq!((rest.ends_at, rest.total), (Some(105_000), 105));
        let mut rest = Rest::of(20);
        rest.change(-STEP);
        assert_eq!((rest.left, rest.total), (15, 15), "not less than one step");
    }

    #[test]
    fn the_ring_is_whole_at_the_beginning_and_gone_at_the_end() {
        assert_eq!((ring_offset(90, 90), ring_offset(45, 90), ring_offset(0, 90)), (0, 500, 1_000));
        assert_eq!((ring_offset(100, 90), ring_offset(0, 0)), (0, 1_000), "never more than there is");
    }
}
