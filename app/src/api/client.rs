//! How the browser sends a call.

use std::future::Future;

use bytes::Bytes;
use futures::{Sink, Stream};
use leptos::prelude::document;
use leptos::server_fn::client::Client;
use leptos::server_fn::client::browser::BrowserClient;
use leptos::server_fn::error::FromServerFnError;
use leptos::server_fn::request::browser::BrowserRequest;
use leptos::server_fn::response::browser::BrowserResponse;

/// The header that carries the session's token. Another site cannot set it, and could not know the token either.
pub const TOKEN: &str = "x-csrf-token";

/// Leptos' own client, and the token that stands in every form of the page. A function without
/// `client = SessionClient` is refused by the server from its first call on.
#[derive(Debug)]
pub struct SessionClient;

impl<E, I, O> Client<E, I, O> for SessionClient
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    fn send(request: BrowserRequest) -> impl Future<Output = Result<BrowserResponse, E>> + Send {
        if let Some(token) = token() {
            request.headers().set(TOKEN, &token);
        }
        <BrowserClient as Client<E, I, O>>::send(request)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
            E,
        >,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}

/// `None` on the page of somebody who has no session.
fn token() -> Option<String> {
    let field = document().query_selector("input[name=csrf_token]").ok()??;
    field.get_attribute("value")
}
