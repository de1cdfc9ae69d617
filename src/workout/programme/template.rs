//! Which movements belong to which session, by days per week.

use crate::workout::exercise::Muscle::{self, *};
use crate::workout::exercise::Pattern::{self, *};
use crate::workout::training::{Goal, Training};

/// What an exercise in a session is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Movement {
    /// Any exercise of the pattern, large ones first.
    Of(Pattern),
    /// A small one of the pattern that works this muscle, such as a leg curl or a fly.
    Small(Pattern, Muscle),
    /// Anything that works this muscle first.
    For(Muscle),
}

/// A place in a session.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Keeps its exercise from block to block.
    pub(super) main: bool,
    pub(super) movement: Movement,
}

/// A session before anything is known of the person.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) name: &'static str,
    /// In order; when time is short, the last are left out.
    pub(super) slots: &'static [Slot],
    /// What spare time may go to.
    pub(super) muscles: &'static [Muscle],
    /// Short and gentle, whatever the preferences say.
    pub(super) easy: bool,
}

const fn session(name: &'static str, slots: &'static [Slot], muscles: &'static [Muscle]) -> Template {
    Template { name, slots, muscles, easy: false }
}

const fn main(pattern: Pattern) -> Slot {
    Slot { main: true, movement: Movement::Of(pattern) }
}

const fn and(pattern: Pattern) -> Slot {
    Slot { main: false, movement: Movement::Of(pattern) }
}

const fn and_for(muscle: Muscle) -> Slot {
    Slot { main: false, movement: Movement::For(muscle) }
}

const FLY: Slot = Slot { main: false, movement: Movement::Small(PushHorizontal, Chest) };
const DELTS: Slot = Slot { main: false, movement: Movement::Small(PushVertical, Delts) };
const REAR_DELTS: Slot = Slot { main: false, movement: Movement::Small(PullHorizontal, Delts) };
const LEG_CURL: Slot = Slot { main: false, movement: Movement::Small(Hinge, Hamstrings) };
const LEG_EXTENSION: Slot = Slot { main: false, movement: Movement::Small(Squat, Quads) };

// The lower back is not among them: it works in every hinge, and is not made to work more for a number.
const ALL: &[Muscle] =
    &[Quads, Hamstrings, Glutes, Muscle::Calves, Chest, Back, Delts, Biceps, Triceps, Muscle::Core];
const UPPER: &[Muscle] = &[Chest, Back, Delts, Biceps, Triceps, Muscle::Core];
const LOWER: &[Muscle] = &[Quads, Hamstrings, Glutes, Muscle::Calves, Muscle::Core];
const PUSH: &[Muscle] = &[Chest, Delts, Triceps, Muscle::Core];
const PULL: &[Muscle] = &[Back, Biceps, Muscle::Core];

const UPPER_A: Template = session(
    "Upper body A",
    &[
        main(PushHorizontal),
        main(PullHorizontal),
        and(PushVertical),
        and(PullVertical),
        and_for(Biceps),
        and_for(Triceps),
    ],
    UPPER,
);
const LOWER_A: Template = session(
    "Lower body A",
    &[main(Squat), main(Hinge), and(Lunge), LEG_CURL, and(Pattern::Calves), and(Pattern::Core)],
    LOWER,
);
const PUSH_SLOTS: &[Slot] = &[main(PushHorizontal), main(PushVertical), FLY, DELTS, and_for(Triceps)];
const PULL_SLOTS: &[Slot] =
    &[main(PullVertical), main(PullHorizontal), and(PullHorizontal), REAR_DELTS, and_for(Biceps)];
const LEG_SLOTS: &[Slot] =
    &[main(Squat), main(Hinge), and(Lunge), LEG_CURL, and(Pattern::Calves), and(Pattern::Core)];

/// Up to three days a week: everything, every time.
const FULL_BODY: &[Template] = &[
    session(
        "Full body A",
        &[
            main(Squat),
            main(PushHorizontal),
            and(PullHorizontal),
            and(Hinge),
            and(Pattern::Core),
            and(Pattern::Calves),
        ],
        ALL,
    ),
    session(
        "Full body B",
        &[
            main(Hinge),
            main(PushVertical),
            and(PullVertical),
            and(Lunge),
            and(Pattern::Core),
            and_for(Biceps),
        ],
        ALL,
    ),
    session(
        "Full body C",
        &[main(Squat), main(PullHorizontal), and(PushHorizontal), and(Hinge), DELTS, and_for(Triceps)],
        ALL,
    ),
];
const FOUR_DAYS: &[Template] = &[
    UPPER_A,
    LOWER_A,
    session(
        "Upper body B",
        &[
            main(PushVertical),
            main(PullVertical),
            and(PushHorizontal),
            and(PullHorizontal),
            and_for(Biceps),
            and_for(Triceps),
        ],
        UPPER,
    ),
    session(
        "Lower body B",
        &[main(Hinge), main(Squat), and(Lunge), LEG_EXTENSION, and(Pattern::Calves), and(Pattern::Core)],
        LOWER,
    ),
];
const FIVE_DAYS: &[Template] = &[
    UPPER_A,
    LOWER_A,
    session("Push day", PUSH_SLOTS, PUSH),
    session("Pull day", PULL_SLOTS, PULL),
    session("Leg day", LEG_SLOTS, LOWER),
];
const SIX_DAYS: &[Template] = &[PUSH_A, PULL_A, LEGS_A, PUSH_B, PULL_B, LEGS_B];
const SEVEN_DAYS: &[Template] = &[PUSH_A, PULL_A, LEGS_A, PUSH_B, PULL_B, LEGS_B, EASY];
const PUSH_A: Template = session("Push day A", PUSH_SLOTS, PUSH);
const PULL_A: Template = session("Pull day A", PULL_SLOTS, PULL);
const LEGS_A: Template = session("Leg day A", LEG_SLOTS, LOWER);
const PUSH_B: Template = session("Push day B", PUSH_SLOTS, PUSH);
const PULL_B: Template = session("Pull day B", PULL_SLOTS, PULL);
const LEGS_B: Template = session("Leg day B", LEG_SLOTS, LOWER);
const EASY: Template = Template {
    name: "Easy day",
    slots: &[and(Mobility), and(Mobility), and(Mobility), and(Mobility), and(Mobility), and(Mobility)],
    muscles: &[],
    easy: true,
};

/// For range of motion, on any number of days: stretches, and enough strength work to keep what was gained.
const FLOWS: &[Template] = &[
    session(
        "Mobility flow A",
        &[and(Mobility), and(Mobility), and(Squat), and(Mobility), and(Pattern::Core), and(Mobility)],
        &[],
    ),
    session(
        "Mobility flow B",
        &[and(Mobility), and(Mobility), and(Lunge), and(Mobility), and(PullHorizontal), and(Mobility)],
        &[],
    ),
    session(
        "Mobility flow C",
        &[and(Mobility), and(Mobility), and(Hinge), and(Mobility), and(PushVertical), and(Mobility)],
        &[],
    ),
];

/// The sessions that follow one another.
pub(super) fn sessions(training: &Training) -> &'static [Template] {
    match (training.goal, training.days_per_week) {
        (Goal::Mobility, _) => FLOWS,
        (Goal::Strength | Goal::Muscle | Goal::Endurance | Goal::FatLoss, days) => match days {
            ..=3 => FULL_BODY,
            4 => FOUR_DAYS,
            5 => FIVE_DAYS,
            6 => SIX_DAYS,
            7.. => SEVEN_DAYS,
        },
    }
}

/// How many earlier sessions of `all` have the same main movement as this slot of session `index`.
pub(super) fn occurrence(all: &[Template], index: usize, movement: Movement) -> usize {
    let has = |template: &&Template| template.slots.iter().any(|slot| slot.main && slot.movement == movement);
    all.iter().take(index).filter(has).count()
}
