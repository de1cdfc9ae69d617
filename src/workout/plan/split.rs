//! Which movements are trained on which day.

use crate::workout::exercise::Pattern::{self, *};
use crate::workout::training::{Goal, Training};

/// One day of a split: its name and its movements, the most important first.
type Day = (&'static str, &'static [Pattern]);

/// Up to three days a week: everything, every time.
const FULL_BODY: &[Day] = &[
    ("Full body A", &[Squat, PushHorizontal, PullHorizontal, Hinge, Core, PushVertical, PullVertical, Lunge]),
    ("Full body B", &[Hinge, PushVertical, PullVertical, Lunge, Core, PushHorizontal, PullHorizontal, Squat]),
    ("Full body C", &[Lunge, PullHorizontal, PushHorizontal, Squat, Core, PullVertical, PushVertical, Hinge]),
];
/// Four or five days.
const UPPER_LOWER: &[Day] = &[
    ("Upper body", &[PushHorizontal, PullHorizontal, PushVertical, PullVertical, Core]),
    ("Lower body", &[Squat, Hinge, Lunge, Core]),
];
/// Six or seven days.
const PUSH_PULL_LEGS: &[Day] = &[
    ("Push day", &[PushHorizontal, PushVertical, PushHorizontal, Core, PushVertical]),
    ("Pull day", &[PullVertical, PullHorizontal, PullVertical, Core, PullHorizontal]),
    ("Leg day", &[Squat, Hinge, Lunge, Core]),
];
/// For range of motion, on any number of days: stretches, and enough strength work to keep what was gained.
const MOBILITY: &[Day] = &[
    ("Mobility flow A", &[Mobility, Mobility, Squat, Mobility, Core, Mobility]),
    ("Mobility flow B", &[Mobility, Mobility, Lunge, Mobility, PullHorizontal, Mobility]),
    ("Mobility flow C", &[Mobility, Mobility, Hinge, Mobility, PushVertical, Mobility]),
];
/// For when a day's movements are used up and there is time left: trunk, conditioning, then stretching.
const TOP_UP: &[Pattern] = &[Core, Conditioning, Core, Conditioning, Mobility, Mobility, Mobility];

/// Today's part of the split.
pub(super) struct Split {
    pub(super) name: &'static str,
    /// Counts how often this day of the split has recurred.
    pub(super) turn: usize,
    movements: &'static [Pattern],
    /// With conditioning in between.
    circuit: bool,
}

impl Split {
    pub(super) fn of_the_day(training: &Training, day: i64) -> Self {
        let days = match (training.goal, training.days_per_week) {
            (Goal::Mobility, _) => MOBILITY,
            (_, ..=3) => FULL_BODY,
            (_, 4 | 5) => UPPER_LOWER,
            (_, 6..) => PUSH_PULL_LEGS,
        };
        // The casts below are lossless: a split has two or three days, and a turn is less than `TURNS`.
        let length = days.len() as i64;
        let (name, movements) = days[day.rem_euclid(length) as usize];
        let turn = day.div_euclid(length).rem_euclid(TURNS) as usize;
        Self { name, turn, movements, circuit: matches!(training.goal, Goal::Endurance | Goal::FatLoss) }
    }

    /// The movements of the day in order, more than any session has time for: the day's own, twice, then
    /// those that suit any day.
    pub(super) fn patterns(&self) -> impl Iterator<Item = Pattern> + use<> {
        let Self { movements, circuit, .. } = *self;
        let own = movements.iter().chain(movements).enumerate().flat_map(move |(i, pattern)| {
            let breath = (circuit && i % 3 == 1).then_some(Conditioning);
            std::iter::once(*pattern).chain(breath)
        });
        own.chain(TOP_UP.iter().cycle().copied().take(4 * TOP_UP.len()))
    }
}

/// After this many turns the choice of exercises restarts. A multiple of 1 to 10, so that the rotation
/// through up to ten exercises continues smoothly.
const TURNS: i64 = 2520;
