//! Which plates to put on a bar.

use crate::workout::steps::Gear;
use crate::workout::training::Units;
use crate::workout::weight::Weight;

/// Heaviest first, in hundredths.
const PLATES_KG: &[i32] = &[2_500, 2_000, 1_500, 1_000, 500, 250, 125, 50];
const PLATES_LB: &[i32] = &[4_500, 3_500, 2_500, 1_000, 500, 250, 125];

/// The plates for each side of the bar, heaviest first and as few of each lighter size as possible. Empty for
/// the bar alone. `None` if these plates cannot make the weight.
///
/// A weight in the other unit than the person's needs that unit's plates, so the usual bar of that unit.
#[must_use]
pub fn per_side(total: Weight, gear: &Gear) -> Option<Vec<Weight>> {
    let gear = if total.unit() == gear.units() { *gear } else { Gear::usual(total.unit()) };
    let smallest = gear.smallest_plate().hundredths();
    let plates = match gear.units() {
        Units::Kg => PLATES_KG,
        Units::Lb => PLATES_LB,
    };
    let mut plates: Vec<i32> = plates.iter().copied().filter(|plate| *plate > smallest).collect();
    plates.push(smallest);

    let both = total.hundredths() - gear.bar().hundredths();
    if both < 0 || both % 2 != 0 {
        return None;
    }
    // What is no multiple of it cannot be made, and trying all of them would take long.
    if both / 2 % plates.iter().copied().fold(0, greatest_common_divisor) != 0 {
        return None;
    }
    let found = fill(both / 2, &plates)?;
    Some(found.into_iter().map(|plate| Weight::clamped(plate.into(), total.unit())).collect())
}

/// Of numbers that are not negative, and not both zero.
fn greatest_common_divisor(a: i32, b: i32) -> i32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Greedy from the heaviest plate on. Takes one fewer where the rest could not be filled: 1.5 kg is not
/// 1.25 and a rest of 0.25, but three times 0.5.
fn fill(rest: i32, plates: &[i32]) -> Option<Vec<i32>> {
    let Some((&plate, lighter)) = plates.split_first() else {
        return (rest == 0).then(Vec::new);
    };
    let most = rest / plate;
    // A few fewer suffice: the sizes are multiples of each other within that.
    (most.saturating_sub(4).max(0)..=most).rev().find_map(|count| {
        let mut found = fill(rest - count * plate, lighter)?;
        found.splice(0..0, (0..count).map(|_| plate));
        Some(found)
    })
}

/// In words: `20 + 2.5 each side`, `empty bar`. `None` if these plates cannot make the weight.
#[must_use]
pub fn words(total: Weight, gear: &Gear) -> Option<String> {
    let plates = per_side(total, gear)?;
    if plates.is_empty() {
        return Some("empty bar".to_owned());
    }
    let numbers: Vec<String> = plates.into_iter().map(Weight::number).collect();
    Some(format!("{} each side", numbers.join(" + ")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::workout::steps::Steps;

    fn weight(typed: &str, unit: Units) -> Weight {
        Weight::parse(typed, unit).unwrap()
    }

    fn on(total: &str, gear: &Gear) -> Option<String> {
        words(weight(total, gear.units()), gear)
    }

    #[test]
    fn the_heaviest_plates_go_on_first() {
        let gear = Gear::usual(Units::Kg);
        for (total, expected) in [
            ("20", "empty bar"),
            ("22.5", "1.25 each side"),
            ("65", "20 + 2.5 each side"),
            ("100", "25 + 15 each side"),
            ("142.5", "25 + 25 + 10 + 1.25 each side"),
        ] {
            assert_eq!(on(total, &gear).as_deref(), Some(expected), "{total}");
        }
        assert_eq!(on("135", &Gear::usual(Units::Lb)).as_deref(), Some("45 each side"));
        assert_eq!(on("250", &Gear::usual(Units::Lb)).as_deref(), Some("45 + 45 + 10 + 2.5 each side"));
    }

    #[test]
    fn what_cannot_be_loaded_has_no_plates() {
        let gear = Gear::usual(Units::Kg);
        for total in ["61", "19.99", "0", "20.01", "21"] {
            assert_eq!(on(total, &gear), None, "{total}");
        }
    }

    #[test]
    fn own_bar_and_plates_are_used() {
        let gear = Gear::new(Units::Kg, Some(weight("15", Units::Kg)), Some(weight("0.5", Units::Kg)));
        assert_eq!(on("18", &gear).as_deref(), Some("0.5 + 0.5 + 0.5 each side"));
        assert_eq!(on("18.5", &gear).as_deref(), Some("1.25 + 0.5 each side"));
        let few = Gear::new(Units::Lb, None, Some(weight("10", Units::Lb)));
        assert_eq!(on("105", &few).as_deref(), Some("10 + 10 + 10 each side"));
        assert_eq!(on("50", &few), None);
    }

    #[test]
    fn small_plates_of_ones_own_make_no_other_weights_than_their_multiples() {
        let gear = Gear::new(Units::Kg, None, Some(weight("0.1", Units::Kg)));
        assert_eq!(on("20.2", &gear).as_deref(), Some("0.1 each side"));
        for total in ["20.02", "246.02", "999.98"] {
            assert_eq!(on(total, &gear), None, "{total}");
        }
    }

    #[test]
    fn a_weight_in_the_other_unit_takes_that_units_plates() {
        let gear = Gear::new(Units::Kg, Some(weight("15", Units::Kg)), None);
        assert_eq!(words(weight("135", Units::Lb), &gear).as_deref(), Some("45 each side"));
    }

    proptest! {
        #[test]
        fn every_step_of_the_bar_can_be_loaded(
            exact in 0_i64..10_000_000_000_000,
            (unit, plate) in prop_oneof![
                (Just(Units::Kg), select(vec!["0.5", "1.25", "2.5", "5", "10"])),
                (Just(Units::Lb), select(vec!["1.25", "2.5", "5", "10"])),
            ],
        ) {
            let gear = Gear::new(unit, None, Some(weight(plate, unit)));
            if let Some(total) = Steps::bar(&gear).at_most(exact) {
                let sum: i32 = per_side(total, &gear).unwrap().into_iter().map(Weight::hundredths).sum();
                prop_assert_eq!(2 * sum + gear.bar().hundredths(), total.hundredths());
            }
        }
    }
}
