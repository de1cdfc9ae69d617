//! What a person may add to their training preferences. Nothing of it changes the programme, so the preview in the
//! browser does without it.

use crate::form::choice::{Choice as _, choice};
use crate::form::record::{Kind, OneOf, form_record};
use crate::form::{FieldError, FormFields};
use crate::workout::document::Zone;
use crate::workout::training::{Level, Units};
use crate::workout::weight::Weight;

form_record! {
    /// All of it is optional: forms and stored preferences from before it existed have none of these fields.
    TrainingDetails {
        /// `None`: as the browser says. Whether there is such a zone is for the server to check, which has the tables.
        #[serde(default)]
        time_zone: Option<Zone> = None, ZoneName;
        /// Without plates. `None`: as most gyms have it.
        #[serde(default)]
        bar: Option<Weight> = None, WeightWithin(BAR);
        /// The lightest of which there is a pair. `None`: as most gyms have it.
        #[serde(default)]
        smallest_plate: Option<Weight> = None, WeightWithin(PLATE);
        /// Of the person.
        #[serde(default)]
        body_weight: Option<Weight> = None, WeightWithin(BODY);
        /// Whether to ask how many more repetitions would have been possible. `None`: by the level.
        #[serde(default)]
        effort: Option<YesNo> = None, OneOfOrNone;
        /// When a rest ends.
        #[serde(default = "silent")]
        sound: YesNo = YesNo::No, OneOf(Some(YesNo::No));
    }
}

choice! {
    YesNo {
        Yes = "yes", "Yes";
        No = "no", "No";
    }
}

fn silent() -> YesNo {
    YesNo::No
}

impl TrainingDetails {
    /// Whether all of it is as it is for somebody who has not changed anything.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether to ask how many more repetitions would have been possible. Unless the person wants it, beginners are
    /// not asked: they cannot tell.
    #[must_use]
    pub fn asks_effort(&self, level: Level) -> bool {
        match (self.effort, level) {
            (Some(wanted), _) => wanted == YesNo::Yes,
            (None, Level::Beginner) => false,
            (None, Level::Intermediate | Level::Advanced) => true,
        }
    }
}

/// In hundredths of a unit, inclusive.
struct Bounds {
    kg: (i32, i32),
    lb: (i32, i32),
}

/// Aluminium bars for beginners weigh some 5 kg, and there are lighter ones; the heaviest for strongmen weigh 30 kg,
/// trap bars with rotating sleeves some more.
const BAR: Bounds = Bounds { kg: (100, 5_000), lb: (200, 11_000) };
/// The lightest that are sold are 0.125 kg.
const PLATE: Bounds = Bounds { kg: (10, 2_500), lb: (20, 5_500) };
const BODY: Bounds = Bounds { kg: (2_000, 40_000), lb: (4_400, 88_000) };

impl Bounds {
    fn check(&self, weight: Weight) -> Result<Weight, FieldError> {
        let (low, high) = match weight.unit() {
            Units::Kg => self.kg,
            Units::Lb => self.lb,
        };
        if (low..=high).contains(&weight.hundredths()) {
            return Ok(weight);
        }
        // Bounds that are not whole would be told wrong; the hint of the field tells them.
        let whole = |hundredths: i32| (hundredths % 100 == 0).then(|| (hundredths / 100).unsigned_abs());
        Err(whole(low)
            .zip(whole(high))
            .map_or(FieldError::Invalid, |(low, high)| FieldError::OutOfRange(low, high)))
    }
}

/// An optional weight: `20` is in the form's `units`, and `20 kg` is kilograms whatever they are. It is written with
/// its unit. If it were not, changing the units in a form that shows 20 would make 20 lb of 20 kg.
struct WeightWithin(Bounds);

impl Kind<Option<Weight>> for WeightWithin {
    fn read(self, fields: &FormFields, name: &'static str) -> Result<Option<Weight>, FieldError> {
        let typed = fields.one(name)?.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let own = Units::ALL.iter().find_map(|unit| Some((typed.strip_suffix(unit.word())?, *unit)));
        let (number, unit) = match own {
            Some(own) => own,
            // Without a known unit the form is refused because of that field.
            None => (typed, Units::parse(fields.value("units")).unwrap_or(Units::Kg)),
        };
        let weight = Weight::parse(number, unit).map_err(|error| match error {
            // A unit alone is not an empty field.
            FieldError::Required => FieldError::Invalid,
            other => other,
        })?;
        self.0.check(weight).map(Some)
    }

    fn write(self, value: &Option<Weight>, fields: &mut FormFields, name: &'static str) {
        if let Some(weight) = value {
            fields.push(name, weight.to_string());
        }
    }
}

/// The name of a time zone; empty for none.
struct ZoneName;

impl Kind<Option<Zone>> for ZoneName {
    fn read(self, fields: &FormFields, name: &'static str) -> Result<Option<Zone>, FieldError> {
        let typed = fields.one(name)?.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        // As for a well-formed name that no table has.
        Zone::parse(typed).map(Some).map_err(|_| FieldError::UnknownChoice)
    }

    fn write(self, value: &Option<Zone>, fields: &mut FormFields, name: &'static str) {
        if let Some(zone) = value {
            fields.push(name, zone.as_str());
        }
    }
}

/// One of the choices; empty for none.
struct OneOfOrNone;

impl Kind<Option<YesNo>> for OneOfOrNone {
    fn read(self, fields: &FormFields, name: &'static str) -> Result<Option<YesNo>, FieldError> {
        match fields.one(name)? {
            "" => Ok(None),
            word => YesNo::parse(word).map(Some),
        }
    }

    fn write(self, value: &Option<YesNo>, fields: &mut FormFields, name: &'static str) {
        if let Some(choice) = value {
            fields.push(name, choice.word());
        }
    }
}

#[cfg(test)]
mod tests;
