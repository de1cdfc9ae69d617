//! Which weights can be loaded: on a bar, in a rack of dumbbells or kettlebells, on a stack.

use crate::workout::exercise::LoadKind;
use crate::workout::load::SetFormat;
use crate::workout::training::Units;
use crate::workout::weight::{Weight, per_hundredth};

/// A person's bar and plates, and the unit they lift in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gear {
    units: Units,
    bar: Weight,
    smallest_plate: Weight,
}

impl Gear {
    /// A bar of 20 kg or 45 lb and plates from 1.25 kg or 2.5 lb, unless the person has others. Given weights
    /// in another unit than `units` are left out: kilogram plates on a pound bar make no round figures.
    /// So is a plate without weight.
    #[must_use]
    pub fn new(units: Units, bar: Option<Weight>, smallest_plate: Option<Weight>) -> Self {
        let (usual_bar, usual_plate) = match units {
            Units::Kg => (2_000, 125),
            Units::Lb => (4_500, 250),
        };
        let own = |weight: Option<Weight>| weight.filter(|weight| weight.unit() == units);
        Self {
            units,
            bar: own(bar).unwrap_or_else(|| Weight::clamped(usual_bar, units)),
            smallest_plate: own(smallest_plate)
                .filter(|plate| !plate.is_zero())
                .unwrap_or_else(|| Weight::clamped(usual_plate, units)),
        }
    }

    /// Bar and plates as most gyms have them.
    #[must_use]
    pub fn usual(units: Units) -> Self {
        Self::new(units, None, None)
    }

    #[must_use]
    pub const fn units(&self) -> Units {
        self.units
    }

    /// The empty bar.
    #[must_use]
    pub const fn bar(&self) -> Weight {
        self.bar
    }

    #[must_use]
    pub const fn smallest_plate(&self) -> Weight {
        self.smallest_plate
    }
}

/// Loadable weights in ascending order: some listed ones, then equal steps for ever.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    unit: Units,
    /// In hundredths, ascending.
    listed: &'static [i32],
    /// First and step in hundredths; the first is above all listed ones.
    then: Option<(i32, i32)>,
}

/// The bells that makers sell: up to 16 kg in steps of 2, then of 4, and 48 kg after 40.
const KETTLEBELLS_KG: &[i32] =
    &[400, 600, 800, 1_000, 1_200, 1_400, 1_600, 2_000, 2_400, 2_800, 3_200, 3_600, 4_000, 4_800];
/// The same bells, as they are labelled in pounds.
const KETTLEBELLS_LB: &[i32] =
    &[900, 1_300, 1_800, 2_200, 2_600, 3_100, 3_500, 4_400, 5_300, 6_200, 7_000, 7_900, 8_800, 10_600];
const LIGHT_DUMBBELLS_KG: &[i32] = &[100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000];

impl Steps {
    /// A bar with a pair of plates on it; the lightest is the empty bar.
    pub(super) fn bar(gear: &Gear) -> Self {
        let then = Some((gear.bar.hundredths(), 2 * gear.smallest_plate.hundredths()));
        Self { unit: gear.units, listed: &[], then }
    }

    /// One of a pair of dumbbells: every kilogram up to 10, then every 2.5 kg; every 5 lb.
    pub(super) const fn dumbbell(unit: Units) -> Self {
        match unit {
            Units::Kg => Self { unit, listed: LIGHT_DUMBBELLS_KG, then: Some((1_250, 250)) },
            Units::Lb => Self { unit, listed: &[], then: Some((500, 500)) },
        }
    }

    pub(super) const fn kettlebell(unit: Units) -> Self {
        let listed = match unit {
            Units::Kg => KETTLEBELLS_KG,
            Units::Lb => KETTLEBELLS_LB,
        };
        Self { unit, listed, then: None }
    }

    /// A machine or cable, and the help of a machine: every 5 kg or 10 lb.
    pub(super) const fn stack(unit: Units) -> Self {
        let step = match unit {
            Units::Kg => 500,
            Units::Lb => 1_000,
        };
        Self { unit, listed: &[], then: Some((step, step)) }
    }

    /// A weight on top of the body, from a belt or a vest: every 2.5 kg or 5 lb.
    pub(super) const fn added(unit: Units) -> Self {
        let step = match unit {
            Units::Kg => 250,
            Units::Lb => 500,
        };
        Self { unit, listed: &[], then: Some((step, step)) }
    }

    /// The heaviest of at most this [exact](Weight::exact) amount. `None` if even the lightest is heavier.
    pub(super) fn at_most(&self, exact: i64) -> Option<Weight> {
        let limit = i64::from(Weight::limit(self.unit)) * 100;
        let hundredths = exact.div_euclid(per_hundredth(self.unit)).min(limit);
        let even = self.then.map(|(first, step)| (i64::from(first), i64::from(step)));
        let even = even
            .filter(|(first, _)| hundredths >= *first)
            .map(|(first, step)| first + (hundredths - first) / step * step);
        let listed = || self.listed.iter().rev().map(|n| i64::from(*n)).find(|n| *n <= hundredths);
        even.or_else(listed).map(|hundredths| Weight::clamped(hundredths, self.unit))
    }

    /// The weights that can be loaded for an exercise with this format. `None` if it has none.
    #[must_use]
    pub fn of(format: SetFormat, gear: &Gear) -> Option<Self> {
        match format.load {
            LoadKind::Bar => Some(Self::bar(gear)),
            LoadKind::PerHand => Some(Self::dumbbell(gear.units)),
            LoadKind::Kettlebell => Some(Self::kettlebell(gear.units)),
            LoadKind::Stack | LoadKind::Assisted => Some(Self::stack(gear.units)),
            LoadKind::AssistedBand => Some(Self::added(gear.units)),
            LoadKind::Body => format.weighted.then(|| Self::added(gear.units)),
            LoadKind::Band => None,
        }
    }

    /// For the browser: `kg dumbbell`, `lb kettlebell`, or the first and the distance in hundredths: `kg 2000 250`.
    #[must_use]
    pub fn text(&self) -> String {
        let unit = self.unit.word();
        match self.then {
            None => format!("{unit} kettlebell"),
            Some(_) if !self.listed.is_empty() => format!("{unit} dumbbell"),
            Some((first, step)) => format!("{unit} {first} {step}"),
        }
    }

    /// Reads [`text`](Self::text). `None` for any other.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (unit, which) = text.split_once(' ')?;
        let unit = Units::ALL.iter().copied().find(|one| one.word() == unit)?;
        match which {
            "dumbbell" => Some(Self::dumbbell(unit)),
            "kettlebell" => Some(Self::kettlebell(unit)),
            _ => {
                let (first, step) = which.split_once(' ')?;
                let then = Some((first.parse().ok()?, step.parse().ok().filter(|step| *step > 0)?));
                Some(Self { unit, listed: &[], then })
            }
        }
    }

    #[must_use]
    pub const fn unit(&self) -> Units {
        self.unit
    }

    /// The heaviest below this [exact](Weight::exact) amount. `None` if even the lightest is not.
    #[must_use]
    pub fn below(&self, exact: i64) -> Option<Weight> {
        self.at_most(exact - 1)
    }

    /// The lightest above this [exact](Weight::exact) amount. `None` if there is none within the
    /// [limit](Weight::limit).
    #[must_use]
    pub fn above(&self, exact: i64) -> Option<Weight> {
        let per = per_hundredth(self.unit);
        let listed = self.listed.iter().map(|n| i64::from(*n)).find(|n| n * per > exact);
        let even = || {
            let (first, step) = self.then.map(|(first, step)| (i64::from(first), i64::from(step)))?;
            let steps = (exact.div_euclid(per) - first).div_euclid(step) + 1;
            Some(first + steps.max(0) * step)
        };
        listed
            .or_else(even)
            .filter(|hundredths| *hundredths <= i64::from(Weight::limit(self.unit)) * 100)
            .map(|hundredths| Weight::clamped(hundredths, self.unit))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::workout::exercise::Exercise;

    fn kg(typed: &str) -> Weight {
        Weight::parse(typed, Units::Kg).unwrap()
    }

    fn lb(typed: &str) -> Weight {
        Weight::parse(typed, Units::Lb).unwrap()
    }

    /// The first weights from the lightest on.
    fn first(steps: &Steps, count: usize) -> Vec<String> {
        let next = |weight: &Weight| steps.above(weight.exact());
        std::iter::successors(steps.above(-1), next).take(count).map(Weight::number).collect()
    }

    #[test]
    fn every_kind_has_its_steps() {
        let (kg, lb) = (Gear::usual(Units::Kg), Gear::usual(Units::Lb));
        for (steps, expected) in [
            (Steps::bar(&kg), "20 22.5 25"),
            (Steps::bar(&lb), "45 50 55"),
            (Steps::dumbbell(Units::Kg), "1 2 3 4 5 6 7 8 9 10 12.5 15 17.5"),
            (Steps::dumbbell(Units::Lb), "5 10 15"),
            (Steps::kettlebell(Units::Kg), "4 6 8 10 12 14 16 20 24 28 32 36 40 48"),
            (Steps::kettlebell(Units::Lb), "9 13 18 22 26 31 35 44 53 62 70 79 88 106"),
            (Steps::stack(Units::Kg), "5 10 15"),
            (Steps::stack(Units::Lb), "10 20 30"),
            (Steps::added(Units::Kg), "2.5 5 7.5"),
            (Steps::added(Units::Lb), "5 10 15"),
        ] {
            let expected: Vec<&str> = expected.split(' ').collect();
            assert_eq!(first(&steps, expected.len()), expected);
        }
        assert_eq!(Steps::kettlebell(Units::Kg).above(super::tests::kg("48").exact()), None);
    }

    #[test]
    fn steps_survive_the_way_to_the_browser() {
        let gears =
            [Gear::usual(Units::Kg), Gear::usual(Units::Lb), Gear::new(Units::Kg, Some(kg("15")), None)];
        for gear in &gears {
            let formats = Exercise::ALL.iter().map(SetFormat::from);
            for steps in formats.filter_map(|format| Steps::of(format, gear)) {
                let read = Steps::parse(&steps.text()).unwrap();
                assert_eq!(read.unit(), gear.units());
                assert_eq!(first(&read, 12), first(&steps, 12), "{}", steps.text());
            }
        }
        for wrong in ["", "kg", "kg 5", "st 5 5", "kg 5 0", "kg a b"] {
            assert!(Steps::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn own_bar_and_plates_decide() {
        let gear = Gear::new(Units::Kg, Some(kg("15")), Some(kg("0,5")));
        assert_eq!(first(&Steps::bar(&gear), 3), ["15", "16", "17"]);
        let wrong = Gear::new(Units::Kg, Some(lb("45")), Some(kg("0")));
        assert_eq!(wrong, Gear::usual(Units::Kg));
    }

    #[test]
    fn rounding_goes_down_across_units() {
        let bar = Steps::bar(&Gear::usual(Units::Kg));
        assert_eq!(bar.at_most(lb("135").exact()), Some(kg("60")), "61.23 kg");
        assert_eq!(bar.above(lb("135").exact()), Some(kg("62.5")));
        assert_eq!(bar.at_most(kg("19.99").exact()), None);
        assert_eq!(Steps::dumbbell(Units::Kg).at_most(kg("12.49").exact()), Some(kg("10")));
        assert_eq!(Steps::kettlebell(Units::Lb).at_most(kg("24").exact()), Some(lb("44")), "52.91 lb");
    }

    #[test]
    fn the_limit_is_the_end() {
        let bar = Steps::bar(&Gear::usual(Units::Kg));
        assert_eq!(bar.above(kg("1000").exact()), None);
        assert_eq!(bar.at_most(i64::MAX), Some(kg("1000")));
    }

    proptest! {
        #[test]
        fn neighbours_enclose_every_weight(
            hundredths in 0_i64..=220_000, typed in select(Units::ALL), unit in select(Units::ALL), kind in 0..5,
        ) {
            let exact = Weight::clamped(hundredths, typed).exact();
            let steps = match kind {
                0 => Steps::bar(&Gear::usual(unit)),
                1 => Steps::dumbbell(unit),
                2 => Steps::kettlebell(unit),
                3 => Steps::stack(unit),
                _ => Steps::added(unit),
            };
            let (floor, below, above) = (steps.at_most(exact), steps.below(exact), steps.above(exact));
            if let Some(floor) = floor {
                prop_assert!(floor.exact() <= exact);
                prop_assert_eq!(steps.at_most(floor.exact()), Some(floor), "loadable");
                prop_assert_eq!(steps.above(floor.exact()), above, "nothing in between");
            }
            if let Some(below) = below {
                prop_assert!(below.exact() < exact);
            }
            if let Some(above) = above {
                prop_assert!(above.exact() > exact);
                prop_assert_eq!(steps.at_most(above.exact()), Some(above), "loadable");
                prop_assert_eq!(steps.below(above.exact()), floor, "nothing in between");
            }
        }
    }
}
