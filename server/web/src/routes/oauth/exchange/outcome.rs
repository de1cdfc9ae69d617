//! The record of an exchange, for a browser that asks again because the answer was lost.
//!
//! It is kept where the attempt was: in the visitor's session, or, for an attempt from a cookie, in the row that
//! its exchange began ([`super::attempt`]), whatever session the visitor has or gets. A login is not told by
//! that record but by the session that it led to, which is found again with the [`Proof`] for as long as it is
//! live.

use std::time::Duration;

use sessions::{Sections, SessionError};
use tokio::time::{Instant, sleep};

use super::attempt::InCookie;
use super::record::{EXCHANGES, Exchange, LONGEST, Proof, REMEMBERED};
use crate::context::Context;
use crate::error::AppError;

/// The first pause before looking again whether another request has finished; it doubles …
const FIRST_PAUSE: Duration = Duration::from_millis(25);
/// … up to this.
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// The session that this exchange may lead to will say where it led to, and can be found again.
pub(super) async fn prepare(context: &Context, proof: &Proof, in_cookie: Option<&InCookie>, location: &str) {
    let mut sections = Sections::default();
    remember(&mut sections, context, proof, location);
    let session = &context.session;
    match in_cookie {
        Some(in_cookie) => {
            session.prepare_successor_as(in_cookie.secret(), proof.bytes(), sections).await;
        }
        None => session.prepare_successor(proof.bytes(), sections).await,
    }
}

/// Notes where an exchange led to. If that fails, a repeated callback is told that its login has expired.
pub(super) async fn keep(context: &Context, proof: &Proof, in_cookie: Option<&InCookie>, location: &str) {
    let kept = match in_cookie {
        Some(in_cookie) => keep_in_its_row(context, proof, in_cookie, location).await,
        None => keep_in_session(context, proof, location).await,
    };
    if let Err(error) = kept {
        tracing::debug!(%error, "the outcome of an OAuth exchange could not be kept");
    }
}

async fn keep_in_its_row(
    context: &Context,
    proof: &Proof,
    in_cookie: &InCookie,
    location: &str,
) -> Result<(), SessionError> {
    // Somebody who was signed in before gets no attempt from a cookie, so this is the login it led to. If it has
    // ended by the time of a repetition, it must not be told as if it had not.
    if context.session.data().await.login.is_some() {
        return context.session.close_as(in_cookie.secret()).await;
    }
    // The row of a failure does not live longer than it was to from the beginning: that bounds how many there are.
    let note = |sections: &mut Sections| remember(sections, context, proof, location);
    context.session.change_sections_as(in_cookie.secret(), note).await
}

async fn keep_in_session(context: &Context, proof: &Proof, location: &str) -> Result<(), SessionError> {
    // A session that has ended must not begin again.
    if context.session.meta().is_none() {
        return Ok(());
    }
    let now = context.app.clock.now();
    let kept = context.session.change_sections_for(REMEMBERED, |sections| {
        let known = sections.get(EXCHANGES).find(proof, now);
        if known.is_none_or(|known| known == Exchange::Running) {
            remember(sections, context, proof, location);
        }
    });
    kept.await
}

fn remember(sections: &mut Sections, context: &Context, proof: &Proof, location: &str) {
    let mut exchanges = sections.get(EXCHANGES);
    exchanges.end(proof, location, context.app.clock.now());
    sections.set(EXCHANGES, &exchanges);
}

/// The browser is still there and gets its answer, so a failure is not worth keeping in a session. (That in a row
/// of its own stays, because it is what the state is used up by.)
pub(super) async fn forget_failure(context: &Context, proof: &Proof) {
    // A session that has ended must not begin again.
    if context.session.meta().is_none() || context.session.data().await.login.is_some() {
        return;
    }
    let forgotten = context.session.change_sections_for(REMEMBERED, |sections| {
        let mut exchanges = sections.get(EXCHANGES);
        exchanges.forget(proof);
        sections.set(EXCHANGES, &exchanges);
    });
    if let Err(error) = forgotten.await {
        tracing::debug!(%error, "the outcome of an OAuth exchange could not be forgotten");
    }
}

/// Waits for the exchange that another request of this browser has begun with the same callback. `None` if
/// there is none, or its session has ended.
///
/// No limit for callbacks holds for repetitions, so those that wait have places of their own: without one a repetition
/// has looked once, and is told to come back ([`AppError::Busy`]).
pub(super) async fn of_another_request(
    context: &Context,
    proof: &Proof,
    in_cookie: Option<&InCookie>,
) -> Result<Option<String>, AppError> {
    let deadline = Instant::now() + LONGEST.unsigned_abs();
    let (mut pause, mut place) = (FIRST_PAUSE, None);
    loop {
        match recorded(context, proof, in_cookie).await? {
            Some(Exchange::Ended(location)) => return Ok(Some(location)),
            Some(Exchange::Running) if Instant::now() < deadline => {}
            Some(Exchange::Running) | None => return Ok(None),
        }
        if place.is_none() {
            place = Some(context.app.repetition_places.take(context.address.0).ok_or(AppError::Busy)?);
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// What became of the exchange: by what the session cookie leads to or, if that knows nothing of it, by what
/// the attempt in its own cookie has begun.
async fn recorded(
    context: &Context,
    proof: &Proof,
    in_cookie: Option<&InCookie>,
) -> Result<Option<Exchange>, AppError> {
    let session = &context.session;
    let known = |sections: &Sections| sections.get(EXCHANGES).find(proof, context.app.clock.now());
    let own = session.catch_up(proof.bytes()).await?.and_then(|data| known(&data.sections));
    match in_cookie {
        Some(in_cookie) if own.is_none() => {
            let begun = session.catch_up_as(in_cookie.secret(), proof.bytes()).await?;
            Ok(begun.and_then(|data| known(&data.sections)))
        }
        _ => Ok(own),
    }
}
