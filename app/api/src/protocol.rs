//! How a call travels.

use std::future::Future;

use http::Method;
use js_sys::{JSON, Promise};
use leptos::prelude::{document, window};
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::Json;
use leptos::server_fn::server::Server;
use leptos::server_fn::{Http, Protocol};
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::prelude::JsValue;
use send_wrapper::SendWrapper;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::{RequestInit, Response};

use super::browser_json::{FromJson, ToJson, object};
use super::{ApiError, Code};

/// The header that carries the session's token. Another site cannot set it, and could not know the token either.
pub const TOKEN: &str = "x-csrf-token";
const JSON_TYPE: &str = "application/json";

/// JSON both ways, with the token that stands in every form of the page: `protocol = SessionProtocol`. A function declared
/// without it is refused by the server from its first call on.
///
/// On the server this is Leptos' own [`Http`]. In the browser it asks the browser, which has a `fetch` and a reader of JSON:
/// Leptos' client and `serde_json` do the same in kilobytes of WebAssembly.
#[derive(Debug)]
pub struct SessionProtocol;

impl<Input, Output, C, S> Protocol<Input, Output, C, S, ApiError> for SessionProtocol
where
    Input: ToJson + Serialize + DeserializeOwned + Send,
    Output: FromJson + Serialize + DeserializeOwned + Send,
    C: Client<ApiError>,
    S: Server<ApiError>,
{
    const METHOD: Method = Method::POST;

    fn run_server<F, Answer>(
        request: S::Request,
        function: F,
    ) -> impl Future<Output = Result<S::Response, ApiError>> + Send
    where
        F: Fn(Input) -> Answer + Send,
        Answer: Future<Output = Result<Output, ApiError>> + Send,
    {
        <Http<Json, Json> as Protocol<Input, Output, C, S, ApiError>>::run_server(request, function)
    }

    fn run_client(path: &str, input: Input) -> impl Future<Output = Result<Output, ApiError>> + Send {
        let request = post(path, &input.to_json(), false);
        // The browser has one thread.
        SendWrapper::new(async move {
            let json = answer(request).await?;
            Output::from_json(&json).ok_or_else(|| Code::Unknown.into())
        })
    }
}

/// Begins a request. With `outlives_page` it goes on when the page is left; browsers limit what those send together.
pub fn post(path: &str, arguments: &JsValue, outlives_page: bool) -> Result<Promise, JsValue> {
    let mut headers = vec![("content-type", JSON_TYPE.into()), ("accept", JSON_TYPE.into())];
    // The page of somebody who has no session has none.
    let token = document().query_selector("input[name=csrf_token]")?;
    if let Some(token) = token.and_then(|field| field.get_attribute("value")) {
        headers.push((TOKEN, token.into()));
    }
    let request = object(&[
        ("method", "POST".into()),
        ("headers", object(&headers)),
        ("body", JSON::stringify(arguments)?.into()),
        ("keepalive", outlives_page.into()),
    ]);
    Ok(window().fetch_with_str_and_init(path, request.unchecked_ref::<RequestInit>()))
}

/// Whichever layer of the server refuses a call, it says so in JSON.
async fn answer(request: Result<Promise, JsValue>) -> Result<JsValue, ApiError> {
    let offline = |_| ApiError::from(Code::Offline);
    let unknown = |_| ApiError::from(Code::Unknown);
    let answer: Response = request.map_err(offline)?.await.map_err(offline)?.unchecked_into();
    let json = answer.json().map_err(unknown)?.await.map_err(unknown)?;
    if answer.ok() { Ok(json) } else { Err(ApiError::from_json(&json).unwrap_or(Code::Unknown.into())) }
}
