//! What an exercise is, and which ones a person can do.

use crate::workout::catalogue::EXERCISES;
use crate::workout::training::{Equipment, Level};

/// The kind of movement an exercise trains. A workout balances them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Bending knees and hips together.
    Squat,
    /// Bending at the hips.
    Hinge,
    /// One leg in front of the other.
    Lunge,
    /// Pushing away from the chest.
    PushHorizontal,
    /// Pushing overhead.
    PushVertical,
    /// Pulling towards the chest.
    PullHorizontal,
    /// Pulling a weight down, or oneself up.
    PullVertical,
    /// Bending or straightening the elbows against a weight.
    Arms,
    /// Rising onto the toes.
    Calves,
    /// Holding the trunk.
    Core,
    /// Getting out of breath; includes carrying weights.
    Conditioning,
    /// Range of motion.
    Mobility,
    /// Getting warm.
    WarmUp,
}

/// The muscles whose weekly sets are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Muscle {
    Quads,
    Hamstrings,
    Glutes,
    Calves,
    Chest,
    /// Latissimus, trapezius and what lies between the shoulder blades.
    Back,
    Delts,
    Biceps,
    Triceps,
    Core,
    LowerBack,
}

impl Muscle {
    /// From the legs upwards.
    pub const ALL: &'static [Self] = &[
        Self::Quads,
        Self::Hamstrings,
        Self::Glutes,
        Self::Calves,
        Self::Chest,
        Self::Back,
        Self::Delts,
        Self::Biceps,
        Self::Triceps,
        Self::Core,
        Self::LowerBack,
    ];

    /// Whether it takes a plural verb.
    pub(crate) const fn is_plural(self) -> bool {
        match self {
            Self::Quads | Self::Hamstrings | Self::Glutes | Self::Calves | Self::Delts => true,
            Self::Chest | Self::Back | Self::Biceps | Self::Triceps | Self::Core | Self::LowerBack => false,
        }
    }

    /// As in the middle of a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Quads => "quads",
            Self::Hamstrings => "hamstrings",
            Self::Glutes => "glutes",
            Self::Calves => "calves",
            Self::Chest => "chest",
            Self::Back => "back",
            Self::Delts => "shoulders",
            Self::Biceps => "biceps",
            Self::Triceps => "triceps",
            Self::Core => "core",
            Self::LowerBack => "lower back",
        }
    }
}

/// What makes an exercise heavier or lighter, and so what a set of it records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoadKind {
    /// Nothing but the body; with [`weighted`](field@Exercise::weighted), possibly a weight on top.
    Body,
    /// A barbell: the weight of the bar and all its plates.
    Bar,
    /// Dumbbells: the weight of one of them.
    PerHand,
    Kettlebell,
    /// The weight set on a machine or a cable.
    Stack,
    /// A band, by its strength.
    Band,
    /// Body weight less the help of a machine. Less help is harder.
    Assisted,
    /// The same with the help of a band, by its strength.
    AssistedBand,
}

/// Which place in a session an exercise can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Worth building a session on, and fit to be made heavier for months.
    Main,
    /// Only ever comes after the main lifts.
    Accessory,
}

impl Pattern {
    /// Whether a set of it counts for its muscles. Getting warm, stretching and getting out of breath do not.
    #[must_use]
    pub const fn builds_muscle(self) -> bool {
        match self {
            Self::Squat
            | Self::Hinge
            | Self::Lunge
            | Self::PushHorizontal
            | Self::PushVertical
            | Self::PullHorizontal
            | Self::PullVertical
            | Self::Arms
            | Self::Calves
            | Self::Core => true,
            Self::Conditioning | Self::Mobility | Self::WarmUp => false,
        }
    }
}

/// An exercise of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exercise {
    /// A stable name for programs, such as `goblet_squat`. It never changes and never disappears: results of
    /// years refer to it.
    pub id: &'static str,
    pub name: &'static str,
    /// How to do it, in one sentence.
    pub cue: &'static str,
    /// The mistake to avoid, in one sentence.
    pub watch_out: &'static str,
    /// What to prepare before the first set, in one sentence.
    pub set_up: &'static str,
    /// All of it is needed; empty means body weight.
    pub needs: &'static [Equipment],
    pub pattern: Pattern,
    /// The minimum level it requires.
    pub level: Level,
    /// Counts as a whole set for this muscle.
    pub primary: Muscle,
    /// Counts as half a set for each of these.
    pub secondary: &'static [Muscle],
    pub load: LoadKind,
    /// Whether a weight can be added to [`LoadKind::Body`].
    pub weighted: bool,
    pub role: Role,
    /// The id of the next harder variation, for when repetitions alone no longer make it hard.
    pub harder: Option<&'static str>,
    /// Done on one side, then on the other. Repetitions and seconds are those of one side.
    pub per_side: bool,
    /// Measured in seconds, not in repetitions.
    pub timed: bool,
}

impl Exercise {
    pub const ALL: &'static [Self] = &EXERCISES;

    /// The exercise with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|exercise| exercise.id == id)
    }
}
