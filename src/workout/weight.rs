//! Weights as people type them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::FieldError;
use crate::workout::training::Units;

/// A weight with the unit it was typed in. It is stored like this and never converted: after a change of the
/// preferred unit, 115 lb stays 115 lb.
///
/// Equality is that of the text: 20 kg and 44.09 lb differ. Compare amounts with [`exact`](Self::exact).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Weight {
    hundredths: i32,
    unit: Units,
}

/// [`Weight::exact`] of a hundredth of a kilogram: 10 g.
const PER_HUNDREDTH_KG: i64 = 100_000_000;
/// The same for a pound, which is 0.45359237 kg by definition (international yard and pound agreement, 1959).
const PER_HUNDREDTH_LB: i64 = 45_359_237;

impl Weight {
    /// The most that can be typed, in whole units: 1 000 kg, or 2 200 lb.
    #[must_use]
    pub const fn limit(unit: Units) -> u32 {
        match unit {
            Units::Kg => 1_000,
            Units::Lb => 2_200,
        }
    }

    /// A weight in hundredths of the unit, moved into the limits.
    pub(super) fn clamped(hundredths: i64, unit: Units) -> Self {
        let limit = i64::from(Self::limit(unit)) * 100;
        let hundredths = i32::try_from(hundredths.clamp(0, limit)).unwrap_or_default();
        Self { hundredths, unit }
    }

    /// Parses what a person typed: digits with a decimal comma or point and at most two decimals. There are
    /// no thousands separators, because `1,000` would be a thousand to one person and one to another.
    ///
    /// # Errors
    /// [`FieldError::Required`] if it is empty, [`FieldError::Invalid`] for anything but such a number,
    /// [`FieldError::OutOfRange`] beyond [`limit`](Self::limit).
    pub fn parse(typed: &str, unit: Units) -> Result<Self, FieldError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(FieldError::Required);
        }
        let (whole, decimals) = typed.split_once(['.', ',']).unwrap_or((typed, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 2 || whole.len() + decimals.len() == 0 {
            return Err(FieldError::Invalid);
        }
        let limit = Self::limit(unit);
        let too_much = FieldError::OutOfRange(0, limit);
        // Only digits are left, so a number that cannot be read is too large.
        let whole: i32 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| too_much)? };
        let decimals: i32 = format!("{decimals:0<2}").parse().unwrap_or_default();
        let hundredths = whole.checked_mul(100).and_then(|n| n.checked_add(decimals)).ok_or(too_much)?;
        let weight = Self { hundredths, unit };
        if weight == Self::clamped(hundredths.into(), unit) { Ok(weight) } else { Err(too_much) }
    }

    /// In hundredths of [`unit`](Self::unit).
    #[must_use]
    pub const fn hundredths(self) -> i32 {
        self.hundredths
    }

    #[must_use]
    pub const fn unit(self) -> Units {
        self.unit
    }

    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.hundredths == 0
    }

    /// The weight in units of 0.1 µg, in which both kilograms and pounds are whole numbers. For comparing and
    /// adding weights of different units without rounding.
    #[must_use]
    pub const fn exact(self) -> i64 {
        // At most 10^13, so neither this nor a sum of many overflows.
        self.hundredths as i64 * per_hundredth(self.unit)
    }

    /// The nearest weight in a unit; itself if it is in that unit already.
    #[must_use]
    pub fn to_unit(self, unit: Units) -> Self {
        if unit == self.unit { self } else { Self::nearest(self.exact(), unit) }
    }

    /// The nearest weight of an [`exact`](Self::exact) amount.
    pub(super) fn nearest(exact: i64, unit: Units) -> Self {
        let per = per_hundredth(unit);
        Self::clamped((exact + per / 2).div_euclid(per), unit)
    }

    /// The number alone, as in a text field: `62.5`, `60`.
    #[must_use]
    pub fn number(self) -> String {
        let (whole, decimals) = (self.hundredths / 100, self.hundredths % 100);
        match (decimals, decimals % 10) {
            (0, _) => whole.to_string(),
            (_, 0) => format!("{whole}.{}", decimals / 10),
            _ => format!("{whole}.{decimals:02}"),
        }
    }

    /// For a person who prefers `unit`: `62.5 kg`, or `62.5 kg (≈ 138 lb)` if it was typed in the other one.
    #[must_use]
    pub fn for_reader(self, unit: Units) -> String {
        if unit == self.unit {
            return self.to_string();
        }
        let whole = (self.to_unit(unit).hundredths + 50) / 100;
        format!("{self} (≈ {whole} {})", unit.word())
    }
}

/// [`Weight::exact`] of a hundredth of a unit.
pub(super) const fn per_hundredth(unit: Units) -> i64 {
    match unit {
        Units::Kg => PER_HUNDREDTH_KG,
        Units::Lb => PER_HUNDREDTH_LB,
    }
}

/// `62.5 kg`.
impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.unit.word())
    }
}

impl From<Weight> for String {
    fn from(weight: Weight) -> Self {
        weight.to_string()
    }
}

/// Reads what `Display` writes.
impl TryFrom<String> for Weight {
    type Error = FieldError;

    fn try_from(stored: String) -> Result<Self, FieldError> {
        let (number, word) = stored.split_once(' ').ok_or(FieldError::Invalid)?;
        let unit = Units::ALL.iter().find(|unit| unit.word() == word).ok_or(FieldError::UnknownChoice)?;
        Self::parse(number, *unit)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn kg(typed: &str) -> Weight {
        Weight::parse(typed, Units::Kg).unwrap()
    }

    #[test]
    fn a_comma_is_as_good_as_a_point() {
        for (typed, hundredths) in [
            ("62.5", 6_250),
            ("62,5", 6_250),
            ("93,5", 9_350),
            (" 60 ", 6_000),
            ("60.", 6_000),
            ("60,00", 6_000),
            (".5", 50),
            ("0,05", 5),
            ("007", 700),
            ("0", 0),
            ("1000", 100_000),
            ("1000.00", 100_000),
        ] {
            assert_eq!(kg(typed).hundredths(), hundredths, "{typed}");
        }
    }

    #[test]
    fn nothing_else_is_taken_for_a_number() {
        for typed in [
            "1,000", "1.000", "1,000.5", "1 000", "62.555", "-5", "+5", ".", ",", "1e3", "٦٢", "62.5 kg",
            "5..5", "½",
        ] {
            assert_eq!(Weight::parse(typed, Units::Kg), Err(FieldError::Invalid), "{typed}");
        }
        for typed in ["", "  "] {
            assert_eq!(Weight::parse(typed, Units::Kg), Err(FieldError::Required));
        }
    }

    #[test]
    fn the_limit_depends_on_the_unit() {
        for typed in ["1000.01", "1001", "21474836", "21474837", "99999999999999999999"] {
            assert_eq!(Weight::parse(typed, Units::Kg), Err(FieldError::OutOfRange(0, 1_000)), "{typed}");
        }
        assert!(Weight::parse("2200", Units::Lb).is_ok());
        assert_eq!(Weight::parse("2200.01", Units::Lb), Err(FieldError::OutOfRange(0, 2_200)));
    }

    #[test]
    fn numbers_are_shown_without_needless_zeros() {
        for (typed, shown) in [
            ("62.50", "62.5 kg"),
            ("62.25", "62.25 kg"),
            ("62.05", "62.05 kg"),
            ("60.00", "60 kg"),
            ("0", "0 kg"),
        ] {
            assert_eq!(kg(typed).to_string(), shown);
        }
    }

    #[test]
    fn the_other_unit_is_shown_next_to_what_was_typed() {
        assert_eq!(kg("62.5").for_reader(Units::Lb), "62.5 kg (≈ 138 lb)");
        assert_eq!(kg("62.5").for_reader(Units::Kg), "62.5 kg");
        assert_eq!(Weight::parse("115", Units::Lb).unwrap().for_reader(Units::Kg), "115 lb (≈ 52 kg)");
        assert_eq!(kg("1000").for_reader(Units::Lb), "1000 kg (≈ 2200 lb)", "within the limit");
    }

    #[test]
    fn a_pound_is_exactly_0_45359237_kilograms() {
        let pounds = Weight::parse("1000", Units::Lb).unwrap();
        assert_eq!(pounds.exact(), 4_535_923_700_000, "453.59237 kg");
        assert_eq!(pounds.to_unit(Units::Kg), kg("453.59"));
        assert!(kg("453.59").exact() < pounds.exact() && pounds.exact() < kg("453.60").exact());
    }

    #[test]
    fn a_weight_is_stored_as_typed() {
        assert_eq!(serde_json::to_string(&kg("62,50")).unwrap(), r#""62.5 kg""#);
        for wrong in [r#""62.5""#, r#""62.5 st""#, r#""-1 kg""#, r#""1000.01 kg""#, r#""62.5  kg""#, "62.5"] {
            assert!(serde_json::from_str::<Weight>(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(hundredths in 0_i64..=220_000, unit in select(Units::ALL)) {
            let weight = Weight::clamped(hundredths, unit);
            let stored = serde_json::to_string(&weight).unwrap();
            prop_assert_eq!(serde_json::from_str::<Weight>(&stored).unwrap(), weight);
            prop_assert_eq!(Weight::parse(&weight.number(), unit), Ok(weight));
            prop_assert_eq!(Weight::parse(&weight.number().replace('.', ","), unit), Ok(weight));
        }

        #[test]
        fn a_conversion_is_off_by_half_a_hundredth_at_most(
            hundredths in 0_i64..=99_000, unit in select(Units::ALL), other in select(Units::ALL),
        ) {
            let weight = Weight::clamped(hundredths, unit);
            let error = (weight.to_unit(other).exact() - weight.exact()).abs();
            prop_assert!(2 * error <= per_hundredth(other), "{error}");
            if unit == other {
                prop_assert_eq!(error, 0);
            }
        }

        #[test]
        fn no_text_makes_it_panic(typed in any::<String>()) {
            let _ = Weight::parse(&typed, Units::Lb);
        }
    }
}
