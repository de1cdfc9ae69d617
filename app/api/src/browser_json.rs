//! JSON that the browser reads and writes.
//!
//! `serde_json` would do, but its reader alone, with numbers and error messages, is 12 kB of WebAssembly (Brotli), and every
//! browser has a reader and a writer of its own.

use js_sys::{Object, Reflect};
use leptos::wasm_bindgen::prelude::JsValue;

use super::{ApiError, Code};

/// The arguments of a call, as `serde` writes them.
pub trait ToJson {
    fn to_json(&self) -> JsValue;
}

/// What can be read from JSON that the browser has parsed. `None` if it is something else.
pub trait FromJson: Sized {
    fn from_json(json: &JsValue) -> Option<Self>;
}

impl FromJson for ApiError {
    fn from_json(json: &JsValue) -> Option<Self> {
        Some(Self {
            error: Code::from(&*member(json, "error").as_string()?),
            retry_after: member(json, "retry_after").as_f64().map(|seconds| seconds as u32),
        })
    }
}

/// `undefined` if there is no such member.
pub(super) fn member(json: &JsValue, name: &str) -> JsValue {
    Reflect::get(json, &name.into()).unwrap_or_default()
}

pub(super) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in members {
        // It fails only for what is no object.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}
