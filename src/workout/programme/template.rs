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

#[cfg(test)]
mod tests {
    use super::*;

    /// `● squat` for a main lift, `○ core` for an accessory.
    fn words(template: &Template) -> String {
        let slots = template.slots.iter().map(|slot| {
            let movement = match slot.movement {
                Movement::Of(pattern) => match pattern {
                    Squat => "squat",
                    Hinge => "hinge",
                    Lunge => "lunge",
                    PushHorizontal => "push-h",
                    PushVertical => "push-v",
                    PullHorizontal => "pull-h",
                    PullVertical => "pull-v",
                    Pattern::Calves => "calves",
                    Pattern::Core => "core",
                    Mobility => "stretch",
                    Arms | Conditioning | WarmUp => panic!("{pattern:?}"),
                },
                Movement::For(Biceps) => "biceps",
                Movement::For(Triceps) => "triceps",
                Movement::Small(PushHorizontal, Chest) => "fly",
                Movement::Small(PushVertical, Delts) => "delts",
                Movement::Small(PullHorizontal, Delts) => "rear delts",
                Movement::Small(Hinge, Hamstrings) => "leg curl",
                Movement::Small(Squat, Quads) => "leg extension",
                other => panic!("{other:?}"),
            };
            format!("{} {movement}", if slot.main { "●" } else { "○" })
        });
        format!("{}: {}", template.name, slots.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn every_session_has_its_places_in_order() {
        let upper_a = "Upper body A: ● push-h ● pull-h ○ push-v ○ pull-v ○ biceps ○ triceps";
        let lower_a = "Lower body A: ● squat ● hinge ○ lunge ○ leg curl ○ calves ○ core";
        let push = "● push-h ● push-v ○ fly ○ delts ○ triceps";
        let pull = "● pull-v ● pull-h ○ pull-h ○ rear delts ○ biceps";
        let legs = "● squat ● hinge ○ lunge ○ leg curl ○ calves ○ core";
        let full = [
            "Full body A: ● squat ● push-h ○ pull-h ○ hinge ○ core ○ calves",
            "Full body B: ● hinge ● push-v ○ pull-v ○ lunge ○ core ○ biceps",
            "Full body C: ● squat ● pull-h ○ push-h ○ hinge ○ delts ○ triceps",
        ];
        let four = [
            upper_a,
            lower_a,
            "Upper body B: ● push-v ● pull-v ○ push-h ○ pull-h ○ biceps ○ triceps",
            "Lower body B: ● hinge ● squat ○ lunge ○ leg extension ○ calves ○ core",
        ];
        let named = |names: &[&str]| -> Vec<String> {
            let slots = |name: &str| {
                if name.starts_with("Push") {
                    push
                } else if name.starts_with("Pull") {
                    pull
                } else {
                    legs
                }
            };
            names.iter().map(|name| format!("{name}: {}", slots(name))).collect()
        };
        let six = named(&["Push day A", "Pull day A", "Leg day A", "Push day B", "Pull day B", "Leg day B"]);
        let owned = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let easy = format!("Easy day:{}", " ○ stretch".repeat(6));
        for (days, expected) in [
            (1, owned(&full)),
            (2, owned(&full)),
            (3, owned(&full)),
            (4, owned(&four)),
            (5, [owned(&[upper_a, lower_a]), named(&["Push day", "Pull day", "Leg day"])].concat()),
            (6, six.clone()),
            (7, [six, vec![easy]].concat()),
        ] {
            let training = Training { days_per_week: days, goal: Goal::Muscle, ..Training::default() };
            let found: Vec<String> = sessions(&training).iter().map(words).collect();
            assert_eq!(found, expected, "{days} days");
        }
    }
}
