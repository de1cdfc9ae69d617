//! `GET /session/events`: tells an open page that its session has ended, wherever that was done ([`sessions::watch`]).
//!
//! JSON for those who are refused, even for a browser that asks for a page.

use std::convert::Infallible;
use std::future::ready;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::{StreamExt as _, stream};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use metrics::gauge;
use rand::RngExt as _;
use sessions::watch::End;

use crate::context::Context;
use crate::error::AppError;
use crate::middleware::measure::One;
use crate::respond::json_error;
use crate::route_table::RouteTable;

pub(crate) const PATH: &str = model::EVENTS;

/// For who is over a limit, in seconds.
const TRY_AGAIN: u32 = 60;

/// When a browser connects again, in milliseconds: all of an instance that has stopped do so, and not all at once.
const RETRY: std::ops::Range<u64> = 1_000..5_000;

pub(crate) fn routes(table: RouteTable) -> RouteTable {
    table.get(PATH, events)
}

async fn events(context: Context) -> Response {
    let body = match open(&context).await {
        Ok(body) => body,
        Err(error) => return json_error(&error),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // nginx, and others that have learnt it from there, hold back an answer until a buffer is full.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, body).into_response()
}

async fn open(context: &Context) -> Result<Response, AppError> {
    context.signed_in()?;
    // `HEAD` is asked why a stream was refused, and gets no stream.
    if context.quiet {
        return Ok(().into_response());
    }
    let streams = &context.app.event_streams;
    let too_many = || AppError::TooManyAttempts { retry_after: TRY_AGAIN };
    let place = streams.take(context.address.0).ok_or_else(too_many)?;
    let counted = One::in_gauge(gauge!("session_event_streams"));
    let mut watched = context.session.watch().await.ok_or_else(too_many)?;
    let retry = Duration::from_millis(rand::rng().random_range(RETRY));
    let last = async move {
        // Until the stream has ended, or its client has gone.
        let _held = (place, counted);
        watched.end().await.and_then(event)
    };
    let first = stream::iter([Some(Event::default().retry(retry))]);
    let events = first.chain(stream::once(last)).filter_map(ready).map(Ok::<_, Infallible>);
    let keep_alive = KeepAlive::new().interval(streams.times.heartbeat);
    Ok(Sse::new(events).keep_alive(keep_alive).into_response())
}

/// `None` for a session that goes on under a new id: the stream just ends, and the browser connects with that.
fn event(end: End) -> Option<Event> {
    let word = match end {
        End::Ended => "ended",
        End::Expired => "expired",
        End::Replaced => return None,
    };
    Some(Event::default().event("ended").data(word))
}
