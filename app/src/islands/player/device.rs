//! What a phone can do besides showing a page. Where it cannot, nothing happens.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{AudioContext, VisibilityState};

use crate::islands::listen;

/// The time, in milliseconds since 1970. A whole number: reading and writing fractions takes kilobytes of WebAssembly.
pub(in crate::islands) fn clock() -> i64 {
    js_sys::Date::now() as i64
}

/// Keeps the screen on while the page is visible. The browser lets go when the page is hidden, so it is asked again.
pub(super) fn keep_awake() {
    ask_to_stay_awake();
    listen("visibilitychange", |_| ask_to_stay_awake());
}

fn ask_to_stay_awake() {
    if document().visibility_state() != VisibilityState::Visible {
        return;
    }
    let ask = || -> Result<(), JsValue> {
        let lock = Reflect::get(&window().navigator(), &"wakeLock".into())?;
        let request: Function = Reflect::get(&lock, &"request".into())?.unchecked_into();
        // Refused where the battery is low, for example: then the screen goes off as usual.
        ignore_failure(&request.call1(&lock, &"screen".into())?.unchecked_into());
        Ok(())
    };
    // An error means that the browser has no such thing.
    let _ = ask();
}

/// Otherwise the browser would report an error that nobody handles.
pub(super) fn ignore_failure(promise: &Promise) {
    let ignore = Closure::once_into_js(|_: JsValue| ());
    let _ = Reflect::get(promise, &"catch".into())
        .and_then(|catch| catch.unchecked_into::<Function>().call1(promise, &ignore));
}

/// Whether the person has touched this page: before, browsers refuse to move or to sound, and say so in the console.
fn has_been_active() -> bool {
    let property = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let activation = property(&window().navigator(), "userActivation");
    // A browser without it says nothing either.
    activation.is_undefined() || property(&activation, "hasBeenActive").is_truthy()
}

/// For some milliseconds.
pub(in crate::islands) fn vibrate(duration: u32) {
    let navigator = window().navigator();
    if has_been_active() && Reflect::has(&navigator, &"vibrate".into()).unwrap_or(false) {
        navigator.vibrate_with_duration(duration);
    }
}

/// A short tone, if the person wants one: the page then has an element with `data-sound`.
pub(in crate::islands) fn beep() {
    if !has_been_active() || !matches!(document().query_selector("[data-sound]"), Ok(Some(_))) {
        return;
    }
    let play = || -> Result<(), JsValue> {
        let audio = AudioContext::new()?;
        let (tone, volume) = (audio.create_oscillator()?, audio.create_gain()?);
        tone.frequency().set_value(880.0);
        // Quiet enough not to startle in headphones.
        volume.gain().set_value(0.2);
        tone.connect_with_audio_node(&volume)?;
        volume.connect_with_audio_node(&audio.destination())?;
        tone.start()?;
        tone.stop_with_when(audio.current_time() + 0.4)
    };
    // A browser without sound, or one that allows none, leaves the vibration and the words.
    let _ = play();
}
