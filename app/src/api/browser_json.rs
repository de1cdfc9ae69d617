//! Answers as JSON that the browser reads itself.
//!
//! `serde_json`'s reader would do, but with its numbers and error messages it is 12 kB of WebAssembly (Brotli), and every
//! browser has a reader of its own.

use bytes::Bytes;
use domain::workout::document::{Entry, Outcome, Refusal};
use js_sys::{Array, JSON, Reflect};
use leptos::server_fn::codec::{JsonEncoding, Post};
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::prelude::JsValue;
use serde::Serialize;

use super::{ApiError, Code, Held, Progress};

/// The codec of a function's output: `output = BrowserJson`.
pub type BrowserJson = Post<BrowserJsonEncoding>;

/// Written as by [`JsonEncoding`], read by the browser.
#[derive(Debug)]
pub struct BrowserJsonEncoding;

/// What can be read from JSON that the browser has parsed. `None` if it is something else.
pub trait FromJson: Sized {
    fn from_json(json: &JsValue) -> Option<Self>;
}

impl ContentType for BrowserJsonEncoding {
    const CONTENT_TYPE: &'static str = JsonEncoding::CONTENT_TYPE;
}

impl FormatType for BrowserJsonEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for BrowserJsonEncoding {
    type Error = <JsonEncoding as Encodes<T>>::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        JsonEncoding::encode(output)
    }
}

impl<T: FromJson> Decodes<T> for BrowserJsonEncoding {
    type Error = &'static str;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let json = std::str::from_utf8(&bytes).ok().and_then(|text| JSON::parse(text).ok());
        json.and_then(|json| T::from_json(&json)).ok_or("another JSON was expected")
    }
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
    json.dyn_ref::<Array>()?.iter().map(|one| read(&one)).collect()
}
