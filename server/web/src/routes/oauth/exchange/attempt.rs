//! Which request gets the attempt of a callback. What single use rests on (RFC 9700 §2.1 and §4.7, RFC 6749
//! §4.1.2):
//!
//! - An attempt in a session is taken out of it, and one save of the store decides which request took it.
//! - An attempt in a cookie is known to one browser, since nobody else can open or make the cookie, and the
//!   first answer removes it. Until that answer arrives, inserting a row decides: its id follows from the
//!   attempt, so that every repetition meets it, on any instance and with any session. It stays for a minute,
//!   whatever came of the exchange; after a login its tombstone does, which outlasts the end of all sessions.
//! - After that minute, or if an operator ends all sessions while the exchange runs or within a minute after it
//!   failed, a browser that kept its old cookie gets the attempt once more, until it is ten minutes old. Then the
//!   provider refuses the code, which is for one use as well, as is the PKCE verifier that belongs to it.

use oauth::attempt::OAuthAttempt;
use oauth::callback::Callback;
use sessions::Sections;
use sha2::{Digest as _, Sha256};

use super::super::ATTEMPTS;
use super::record::{EXCHANGES, LONGEST, Proof, REMEMBERED};
use crate::context::Context;
use crate::error::AppError;

/// The attempt that belongs to a callback, from the visitor's cookie.
#[derive(Debug, Clone)]
pub(super) struct InCookie {
    attempt: OAuthAttempt,
    /// What only this browser's requests have in common.
    secret: Secret,
    /// Too old to begin an exchange; one that it has begun in time may still be asked for.
    expired: bool,
}

#[derive(Clone)]
struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl InCookie {
    /// `None` if it is of no use any more. Nobody who is signed in by now becomes somebody else by a login that
    /// was begun before.
    pub(super) fn usable(context: &Context, attempt: OAuthAttempt) -> Option<Self> {
        if context.visitor.user().is_some() {
            return None;
        }
        let expired = attempt.expired(context.app.clock.now());
        // The state is in the address, so that it may be seen by others; the verifier leaves this server for
        // the provider alone, with the code.
        let parts = [&attempt.state, &attempt.pkce_verifier];
        let hash = parts.into_iter().fold(Sha256::new(), |hash, part| {
            hash.chain_update((part.len() as u64).to_be_bytes()).chain_update(part)
        });
        Some(Self { secret: Secret(hash.finalize().into()), attempt, expired })
    }

    pub(super) fn secret(&self) -> &[u8; 32] {
        &self.secret.0
    }

    /// Begins the exchange. `false` if that was done before.
    ///
    /// If the store inserts the row and its answer is later than `STORE_TIMEOUT`, the attempt is used up though
    /// the code was sent nowhere. The person is told that the store is unavailable, a repetition that the login
    /// has expired, and they have to begin again.
    async fn begin(&self, context: &Context, proof: &Proof) -> Result<bool, AppError> {
        let mut sections = Sections::default();
        note(context, &mut sections, proof);
        Ok(context.session.begin_as(self.secret(), REMEMBERED, sections).await?)
    }
}

/// The attempt, for one request alone. `None` if there is none, or another request has it.
pub(super) async fn take(
    context: &Context,
    provider: &str,
    callback: &Callback,
    proof: &Proof,
    in_cookie: Option<&InCookie>,
) -> Result<Option<OAuthAttempt>, AppError> {
    let Some(in_cookie) = in_cookie else {
        return take_from_session(context, provider, callback.state(), proof).await;
    };
    if in_cookie.expired {
        return Ok(None);
    }
    // Without a code there is nothing to redeem, so a refusal at the provider costs the store nothing.
    let first = !callback.has_code() || in_cookie.begin(context, proof).await?;
    Ok(first.then(|| in_cookie.attempt.clone()))
}

/// Takes an attempt out of the session and notes that its exchange has begun, in one save. Only the request
/// whose save removed it gets it.
async fn take_from_session(
    context: &Context,
    provider: &str,
    state: &str,
    proof: &Proof,
) -> Result<Option<OAuthAttempt>, AppError> {
    if context.session.meta().is_none() {
        return Ok(None);
    }
    let now = context.app.clock.now();
    let taken = context.session.change_sections_for(LONGEST + REMEMBERED, |sections| {
        let mut attempts = sections.get(ATTEMPTS);
        let taken = attempts.take(provider, state, now);
        sections.set(ATTEMPTS, &attempts);
        if taken.is_some() {
            note(context, sections, proof);
        }
        taken
    });
    Ok(taken.await?)
}

/// Notes that the exchange has begun.
fn note(context: &Context, sections: &mut Sections, proof: &Proof) {
    let mut exchanges = sections.get(EXCHANGES);
    exchanges.begin(proof, context.app.clock.now());
    sections.set(EXCHANGES, &exchanges);
}
