//! How the section is read, whatever version of this program wrote it.
//!
//! A workout that cannot be read is set aside, and stays in the session for the version that can. So does an open one
//! while there is another: a version that could not read it has let the visitor begin anew.

use domain::workout::document::{Status, Workout};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use sessions::data::warn_unreadable;

use super::SessionWorkouts;

impl<'de> Deserialize<'de> for SessionWorkouts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::<String, Value>::deserialize(deserializer)?;
        let mut workouts = Vec::new();
        for name in ["open", "finished", "set_aside"] {
            match members.remove(name) {
                None | Some(Value::Null) => {}
                Some(Value::Array(list)) => workouts.extend(list),
                Some(one) => workouts.push(one),
            }
        }
        let counted = members.remove("counted_before").and_then(|counted| u32::deserialize(counted).ok());
        let mut own =
            Self { counted_before: counted.unwrap_or_default(), others: members, ..Self::default() };
        for stored in workouts {
            match Workout::deserialize(&stored) {
                Ok(workout) if workout.status() == Status::Finished => own.finished.push(workout),
                Ok(workout) if own.open.is_none() => own.open = Some(workout),
                Ok(_) => own.set_aside.push(stored),
                Err(_) => {
                    warn_unreadable::<Workout>("workouts");
                    own.set_aside.push(stored);
                }
            }
        }
        own.finished.sort_by_key(Workout::started_at);
        Ok(own)
    }
}
