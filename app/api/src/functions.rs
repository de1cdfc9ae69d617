//! The functions, and how the browser writes their arguments and reads their answers.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::document::{Entry, Outcome, Refusal, SetOperation, Slot, WorkoutId};
use js_sys::Array;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::prelude::JsValue;
use serde::{Deserialize, Serialize};

use super::browser_json::{member, object};
use super::{ApiError, FromJson, SessionProtocol, ToJson};

/// The server, as the functions see it.
#[async_trait]
pub trait Api: Send + Sync {
    /// See [`log`].
    async fn log(
        &self,
        owner: Option<UserId>,
        workout: WorkoutId,
        operations: Vec<SetOperation>,
    ) -> Result<Progress, ApiError>;

    /// See [`workout_state`].
    async fn workout_state(&self, owner: Option<UserId>, workout: WorkoutId) -> Result<Progress, ApiError>;
}

/// Applies operations to a workout, in order, each once however often it is sent; at most 50.
///
/// `owner` is the account that the page was made for, `None` for a visitor.
///
/// # Errors
/// [`Code::Unauthenticated`] if the owner is not signed in any more, [`Code::StaleForm`] if somebody else is,
/// [`Code::Invalid`] for more than 50 operations, and whatever the server's layers refuse.
///
/// [`Code::Unauthenticated`]: super::Code::Unauthenticated
/// [`Code::StaleForm`]: super::Code::StaleForm
/// [`Code::Invalid`]: super::Code::Invalid
#[server(prefix = "/rpc", endpoint = "log", protocol = SessionProtocol)]
pub async fn log(
    owner: Option<UserId>,
    workout: WorkoutId,
    operations: Vec<SetOperation>,
) -> Result<Progress, ApiError> {
    expect_context::<std::sync::Arc<dyn Api>>().log(owner, workout, operations).await
}

/// What the server holds of a workout: another device may have changed it.
///
/// # Errors
/// As [`log`].
#[server(prefix = "/rpc", endpoint = "workout_state", protocol = SessionProtocol)]
pub async fn workout_state(owner: Option<UserId>, workout: WorkoutId) -> Result<Progress, ApiError> {
    expect_context::<std::sync::Arc<dyn Api>>().workout_state(owner, workout).await
}

/// How a workout stands after a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// One for each operation, in their order.
    pub outcomes: Vec<Outcome>,
    /// `None` if there is no such workout: it was discarded or deleted.
    pub workout: Option<Held>,
}

/// What the server holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub finished: bool,
    /// Each slot with a set in it.
    pub sets: Vec<Entry>,
    #[serde(default)]
    pub comments: Comments,
}

/// A sentence about each set that deserves one, by slot: the record that it was or, before the next set, another load to
/// try. They follow from the history, which the browser does not have.
///
/// A line for each, its slot and the sentence with a tab between: as a list of pairs they would be more WebAssembly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Comments(String);

impl Comments {
    #[must_use]
    pub fn new<'a>(all: impl IntoIterator<Item = (Slot, &'a str)>) -> Self {
        Self(all.into_iter().map(|(slot, sentence)| format!("{slot}\t{sentence}\n")).collect())
    }

    /// Empty if there is none.
    #[must_use]
    pub fn of(&self, slot: Slot) -> &str {
        let start = format!("{slot}\t");
        self.0.split('\n').find_map(|line| line.strip_prefix(&*start)).unwrap_or_default()
    }
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

fn text(value: impl ToString) -> JsValue {
    value.to_string().into()
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
            comments: Comments(member(json, "comments").as_string().unwrap_or_default()),
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

fn list<T>(json: &JsValue, read: impl Fn(&JsValue) -> Option<T>) -> Option<Vec<T>> {
    if !Array::is_array(json) {
        return None;
    }
    json.unchecked_ref::<Array>().iter().map(|one| read(&one)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_found_by_its_slot() {
        let slot = |text| Slot::parse(text).unwrap();
        let all =
            [(slot("b1s1"), "Heaviest yet: 60 kg."), (slot("b1s12"), "That was easy: try 62.5 kg next.")];
        let comments = Comments::new(all);
        for (slot, sentence) in all {
            assert_eq!(comments.of(slot), sentence);
        }
        for none in ["b1s2", "b1w1", "b11s1"] {
            assert_eq!(comments.of(slot(none)), "", "{none}");
        }
        assert_eq!(Comments::default().of(slot("b1s1")), "");
    }
}
