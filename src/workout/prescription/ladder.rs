//! The loads of one exercise from easy to hard, for one person.

use super::Person;
use crate::workout::exercise::{Exercise, LoadKind};
use crate::workout::load::{Load, Tone};
use crate::workout::steps::Steps;
use crate::workout::weight::{Weight, per_hundredth};

/// No load grows by more than this share at once, in percent: ACSM (2009) advises 2 to 10 %.
const LARGEST_STEP: i64 = 10;

pub(super) struct Ladder<'a> {
    exercise: &'a Exercise,
    person: &'a Person,
}

impl<'a> Ladder<'a> {
    pub(super) const fn new(exercise: &'a Exercise, person: &'a Person) -> Self {
        Self { exercise, person }
    }

    fn bar(&self) -> Steps {
        Steps::bar(&self.person.gear)
    }

    fn per_hand(&self) -> Steps {
        let unit = self.person.gear.units();
        match self.exercise.load {
            LoadKind::Kettlebell => Steps::kettlebell(unit),
            LoadKind::Body
            | LoadKind::Bar
            | LoadKind::PerHand
            | LoadKind::Stack
            | LoadKind::Band
            | LoadKind::Assisted
            | LoadKind::AssistedBand => Steps::dumbbell(unit),
        }
    }

    fn stack(&self) -> Steps {
        Steps::stack(self.person.gear.units())
    }

    fn added(&self) -> Steps {
        Steps::added(self.person.gear.units())
    }

    /// Whether a weight can be put on top of the body, now or after less help.
    fn can_be_weighted(&self) -> bool {
        match self.exercise.load {
            LoadKind::Assisted | LoadKind::AssistedBand => true,
            LoadKind::Body => self.exercise.weighted,
            LoadKind::Bar | LoadKind::PerHand | LoadKind::Kettlebell | LoadKind::Stack | LoadKind::Band => {
                false
            }
        }
    }

    /// The next harder load.
    pub(super) fn harder(&self, load: Load) -> Option<Load> {
        match load {
            Load::Body if self.can_be_weighted() => self.added().above(0).map(Load::Added),
            Load::Body => None,
            Load::Added(weight) => self.added().above(weight.exact()).map(Load::Added),
            Load::Assisted(help) => Some(self.stack().below(help.exact()).map_or(Load::Body, Load::Assisted)),
            Load::Bar(weight) => self.bar().above(weight.exact()).map(Load::Bar),
            Load::PerHand(weight) => self.per_hand().above(weight.exact()).map(Load::PerHand),
            Load::Stack(weight) => self.stack().above(weight.exact()).map(Load::Stack),
            Load::Band(tone) => heavier(tone).map(Load::Band),
            Load::AssistedBand(tone) => Some(lighter(tone).map_or(Load::Body, Load::AssistedBand)),
        }
    }

    /// The next easier load.
    pub(super) fn easier(&self, load: Load) -> Option<Load> {
        match load {
            Load::Body => match self.exercise.load {
                LoadKind::Assisted => self.stack().above(0).map(Load::Assisted),
                LoadKind::AssistedBand => Tone::ALL.first().copied().map(Load::AssistedBand),
                LoadKind::Body
                | LoadKind::Bar
                | LoadKind::PerHand
                | LoadKind::Kettlebell
                | LoadKind::Stack
                | LoadKind::Band => None,
            },
            Load::Added(weight) => Some(self.added().below(weight.exact()).map_or(Load::Body, Load::Added)),
            Load::Assisted(help) => self.stack().above(help.exact()).map(Load::Assisted),
            Load::Bar(weight) => self.bar().below(weight.exact()).map(Load::Bar),
            Load::PerHand(weight) => self.per_hand().below(weight.exact()).map(Load::PerHand),
            Load::Stack(weight) => self.stack().below(weight.exact()).map(Load::Stack),
            Load::Band(tone) => lighter(tone).map(Load::Band),
            Load::AssistedBand(tone) => heavier(tone).map(Load::AssistedBand),
        }
    }

    /// The hardest loadable one with at most this [exact](Weight::exact) weight. If there is none, the lightest
    /// of all, or what was lifted if that is lighter still: a person who cannot lift the empty bar yet does
    /// not get it. A load without a weight of its own stays what it is.
    pub(super) fn at_most(&self, load: Load, exact: i64) -> Load {
        let of = |steps: Steps, own: Weight| {
            let lightest = || steps.above(-1).filter(|lightest| lightest.exact() <= own.exact());
            let unit = self.person.gear.units();
            let as_it_was = || Weight::clamped(own.exact().div_euclid(per_hundredth(unit)), unit);
            steps.at_most(exact).or_else(lightest).unwrap_or_else(as_it_was)
        };
        match load {
            Load::Body | Load::Band(_) | Load::Assisted(_) | Load::AssistedBand(_) => load,
            Load::Added(_) => self.added().at_most(exact).map_or(Load::Body, Load::Added),
            Load::Bar(own) => Load::Bar(of(self.bar(), own)),
            Load::PerHand(own) => Load::PerHand(of(self.per_hand(), own)),
            Load::Stack(own) => Load::Stack(of(self.stack(), own)),
        }
    }

    /// What to load for the same again. A weight in the present unit stays as it was typed: it was lifted, so
    /// it can be loaded. One in the other unit is rounded to the easier side.
    pub(super) fn same(&self, load: Load) -> Load {
        match load.weight() {
            Some(weight) if weight.unit() != self.person.gear.units() => match load {
                Load::Assisted(help) => self.stack().above(help.exact() - 1).map_or(load, Load::Assisted),
                Load::Body
                | Load::Added(_)
                | Load::Bar(_)
                | Load::PerHand(_)
                | Load::Stack(_)
                | Load::Band(_)
                | Load::AssistedBand(_) => self.at_most(load, weight.exact()),
            },
            Some(_) | None => load,
        }
    }

    /// Lighter by some tenths, rounded down. Help and bands, which have no tenths, go one step for each.
    pub(super) fn lighter(&self, load: Load, tenths: u8) -> Load {
        match load {
            Load::Added(weight) | Load::Bar(weight) | Load::PerHand(weight) | Load::Stack(weight) => {
                self.at_most(load, weight.exact() * i64::from(10 - tenths.min(10)) / 10)
            }
            Load::Body | Load::Assisted(_) | Load::Band(_) | Load::AssistedBand(_) => {
                (0..tenths).fold(load, |load, _| self.easier(load).unwrap_or(load))
            }
        }
    }

    /// What is moved in all, in [exact](Weight::exact) units. `None` where that is not known.
    fn moved(&self, load: Load) -> Option<i64> {
        let body = self.person.body_weight.map(Weight::exact);
        match load {
            Load::Bar(weight) | Load::PerHand(weight) | Load::Stack(weight) => Some(weight.exact()),
            Load::Body => body,
            Load::Added(weight) => body.map(|body| body + weight.exact()),
            Load::Assisted(help) => body.map(|body| body - help.exact()),
            Load::Band(_) | Load::AssistedBand(_) => None,
        }
    }

    /// Whether a step is at most 10 % of what is moved. A single step on or off the body counts as such when
    /// the body weight is unknown: 2.5 kg and 5 kg are less than a tenth of almost everybody.
    pub(super) fn is_small(&self, from: Load, to: Load) -> bool {
        match (self.moved(from), self.moved(to)) {
            (Some(from), Some(to)) => to * 100 <= from * (100 + LARGEST_STEP),
            (None, _) | (_, None) => true,
        }
    }

    /// By how many percent a step is heavier, rounded, and what the ratio is as a fraction. `None` where the
    /// weight moved is unknown or nothing.
    pub(super) fn ratio(&self, from: Load, to: Load) -> Option<(i64, i64)> {
        let (from, to) = (self.moved(from)?, self.moved(to)?);
        (from > 0).then_some((to, from))
    }

    /// Whether the body weight is needed to judge a step and is unknown.
    pub(super) fn is_unknown(&self, load: Load) -> bool {
        self.moved(load).is_none()
    }
}

fn heavier(tone: Tone) -> Option<Tone> {
    Tone::ALL.iter().copied().find(|next| *next > tone)
}

fn lighter(tone: Tone) -> Option<Tone> {
    Tone::ALL.iter().rev().copied().find(|next| *next < tone)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::workout::performance::tests::kg;
    use crate::workout::training::{Training, TrainingDetails, Units};

    fn person(body_weight: Option<&str>) -> Person {
        let body_weight = body_weight.map(kg);
        Person::new(&Training::default(), &TrainingDetails { body_weight, ..TrainingDetails::default() })
    }

    fn exercise(id: &str) -> &'static Exercise {
        Exercise::find(id).unwrap()
    }

    #[test]
    fn help_shrinks_to_nothing_and_then_weight_is_added() {
        let person = person(None);
        let ladder = Ladder::new(exercise("assisted_pull_up"), &person);
        let next = |load: &Load| ladder.harder(*load);
        let up: Vec<Load> = std::iter::successors(Some(Load::Assisted(kg("12"))), next).take(6).collect();
        let expected = [
            Load::Assisted(kg("12")),
            Load::Assisted(kg("10")),
            Load::Assisted(kg("5")),
            Load::Body,
            Load::Added(kg("2.5")),
            Load::Added(kg("5")),
        ];
        assert_eq!(up, expected);
        for pair in expected[1..].windows(2) {
            assert_eq!(ladder.easier(pair[1]), Some(pair[0]), "and back");
        }
    }

    #[test]
    fn the_help_of_bands_shrinks_to_nothing_too() {
        let person = person(None);
        let ladder = Ladder::new(exercise("band_assisted_pull_up"), &person);
        let next = |load: &Load| ladder.harder(*load);
        let up = [Tone::ExtraHeavy, Tone::Heavy, Tone::Medium, Tone::Light, Tone::ExtraLight]
            .map(Load::AssistedBand)
            .into_iter()
            .chain([Load::Body, Load::Added(kg("2.5"))]);
        let up: Vec<Load> = up.collect();
        assert_eq!(std::iter::successors(up.first().copied(), next).take(7).collect::<Vec<_>>(), up);
        for pair in up.windows(2) {
            assert_eq!(ladder.easier(pair[1]), Some(pair[0]), "and back");
            assert_eq!(pair[1].compare(pair[0]), Some(std::cmp::Ordering::Greater));
        }
        assert_eq!(ladder.easier(up[0]), None);
    }

    #[test]
    fn a_push_up_gets_no_help() {
        let person = person(None);
        let ladder = Ladder::new(exercise("push_up"), &person);
        assert_eq!(ladder.harder(Load::Body), Some(Load::Added(kg("2.5"))));
        assert_eq!(ladder.easier(Load::Body), None);
        assert_eq!(Ladder::new(exercise("knee_push_up"), &person).harder(Load::Body), None);
    }

    #[test]
    fn the_ends_of_the_ladders() {
        let person = person(None);
        let swing = Ladder::new(exercise("kettlebell_swing"), &person);
        assert_eq!(swing.harder(Load::PerHand(kg("48"))), None);
        assert_eq!(swing.easier(Load::PerHand(kg("4"))), None);
        let bands = Ladder::new(exercise("band_row"), &person);
        assert_eq!(bands.harder(Load::Band(Tone::ExtraHeavy)), None);
        assert_eq!(bands.easier(Load::Band(Tone::ExtraLight)), None);
        assert_eq!(bands.harder(Load::Band(Tone::Light)), Some(Load::Band(Tone::Medium)));
        let squat = Ladder::new(exercise("back_squat"), &person);
        assert_eq!(squat.easier(Load::Bar(kg("20"))), None);
        assert_eq!(squat.lighter(Load::Bar(kg("20")), 1), Load::Bar(kg("20")), "never below the empty bar");
        assert_eq!(squat.lighter(Load::Bar(kg("8")), 1), Load::Bar(kg("8")), "nor up to it");
    }

    #[test]
    fn the_body_belongs_to_the_weight_that_is_moved() {
        let known = person(Some("80"));
        let ladder = Ladder::new(exercise("pull_up"), &known);
        assert!(ladder.is_small(Load::Body, Load::Added(kg("7.5"))));
        assert!(!ladder.is_small(Load::Body, Load::Added(kg("10"))));
        let unknown = person(None);
        assert!(Ladder::new(exercise("pull_up"), &unknown).is_small(Load::Body, Load::Added(kg("2.5"))));
        let squat = Ladder::new(exercise("back_squat"), &unknown);
        assert!(squat.is_small(Load::Bar(kg("25")), Load::Bar(kg("27.5"))));
        assert!(!squat.is_small(Load::Bar(kg("22.5")), Load::Bar(kg("25"))));
    }

    #[test]
    fn another_unit_is_rounded_to_the_easier_side() {
        let person = person(None);
        let lb = |typed| Weight::parse(typed, Units::Lb).unwrap();
        let squat = Ladder::new(exercise("back_squat"), &person);
        assert_eq!(squat.same(Load::Bar(lb("135"))), Load::Bar(kg("60")));
        assert_eq!(squat.same(Load::Bar(kg("61"))), Load::Bar(kg("61")), "as typed");
        let pull_up = Ladder::new(exercise("assisted_pull_up"), &person);
        assert_eq!(pull_up.same(Load::Assisted(lb("20"))), Load::Assisted(kg("10")), "9.07 kg");
    }

    proptest! {
        #[test]
        fn easier_is_easier_and_harder_is_harder(
            hundredths in 0_i64..=90_000, unit in select(Units::ALL), kind in 0..5_usize, tenths in 0_u8..=3,
        ) {
            let person = person(Some("80"));
            let weight = Weight::clamped(hundredths, unit);
            let (id, load) = [
                ("back_squat", Load::Bar(weight)),
                ("goblet_squat", Load::PerHand(weight)),
                ("kettlebell_swing", Load::PerHand(weight)),
                ("leg_press", Load::Stack(weight)),
                ("assisted_pull_up", Load::Assisted(weight)),
            ][kind];
            let ladder = Ladder::new(exercise(id), &person);
            if let Some(harder) = ladder.harder(load) {
                prop_assert_eq!(harder.compare(load), Some(std::cmp::Ordering::Greater));
            }
            if let Some(easier) = ladder.easier(load) {
                prop_assert_eq!(easier.compare(load), Some(std::cmp::Ordering::Less));
            }
            prop_assert_ne!(ladder.lighter(load, tenths).compare(load), Some(std::cmp::Ordering::Greater));
            prop_assert_ne!(ladder.same(load).compare(load), Some(std::cmp::Ordering::Greater));
        }
    }
}
