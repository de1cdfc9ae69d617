//! JSON that the browser reads and writes.
//!
//! `serde_json` would do, but with its numbers and error messages it is 15 kB of WebAssembly (Brotli), and every browser has
//! a reader and a writer of its own.

use domain::account::UserId;
use domain::workout::document::{Entry, Outcome, Refusal, WorkoutId};
use js_sys::{Array, Object, Reflect};
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::prelude::JsValue;

use super::{ApiError, Code, Held, Log, Progress, WorkoutState};

/// The arguments of a call, as `serde` writes them.
pub trait ToJson {
    fn to_json(&self) -> JsValue;
}

/// What can be read from JSON that the browser has parsed. `None` if it is something else.
pub trait FromJson: Sized {
    fn from_json(json: &JsValue) -> Option<Self>;
}

impl ToJson for Log {
    fn to_json(&self) -> JsValue {
        let operations: Array = self
            .operations
            .iter()
            .map(|one| object(&[("id", text(one.id)), ("entry", text(&one.entry))]))
            .collect();
        of_workout(self.owner.as_ref(), self.workout, Some(operations))
    }
}

impl ToJson for WorkoutState {
    fn to_json(&self) -> JsValue {
        of_workout(self.owner.as_ref(), self.workout, None)
    }
}

fn of_workout(owner: Option<&UserId>, workout: WorkoutId, operations: Option<Array>) -> JsValue {
    let mut members = vec![
        ("owner", owner.map_or(JsValue::NULL, |owner| owner.as_str().into())),
        ("workout", text(workout)),
    ];
    members.extend(operations.map(|operations| ("operations", operations.into())));
    object(&members)
}

impl FromJson for Progress {
    fn from_json(json: &JsValue) -> Option<Self> {
        let workout = member(json, "workout");
        Some(Self {
            outcomes: list(&member(json, "outcomes"), outcome)?,
            workout: if workout.is_null() { None } else { Some(Held::from_json(&workout)?) },
        })
    }
}

impl FromJson for Held {
    fn from_json(json: &JsValue) -> Option<Self> {
        Some(Self {
            finished: member(json, "finished").as_bool()?,
            sets: list(&member(json, "sets"), |entry| Entry::try_from(entry.as_string()?).ok())?,
        })
    }
}

impl FromJson for ApiError {
    fn from_json(json: &JsValue) -> Option<Self> {
        Some(Self {
            error: Code::from(&*member(json, "error").as_string()?),
            retry_after: member(json, "retry_after").as_f64().map(|seconds| seconds as u32),
        })
    }
}

/// `"applied"`, `{"refused": "out_of_range"}`.
fn outcome(json: &JsValue) -> Option<Outcome> {
    match json.as_string().as_deref() {
        Some("applied") => Some(Outcome::Applied),
        Some("duplicate") => Some(Outcome::Duplicate),
        Some("gone") => Some(Outcome::Gone),
        Some(_) => None,
        None => {
            let word = member(json, "refused").as_string()?;
            let refusal = Refusal::ALL.iter().find(|refusal| refusal.word() == word)?;
            Some(Outcome::Refused(*refusal))
        }
    }
}

/// `undefined` if there is no such member.
fn member(json: &JsValue, name: &str) -> JsValue {
    Reflect::get(json, &name.into()).unwrap_or_default()
}

fn list<T>(json: &JsValue, read: impl Fn(&JsValue) -> Option<T>) -> Option<Vec<T>> {
    if !Array::is_array(json) {
        return None;
    }
    json.unchecked_ref::<Array>().iter().map(|one| read(&one)).collect()
}

fn text(value: impl ToString) -> JsValue {
    value.to_string().into()
}

pub(super) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in members {
        // It fails only for what is no object.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}
