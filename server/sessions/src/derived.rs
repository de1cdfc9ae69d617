//! A row of a minute under an id that follows from a secret of the caller.
//!
//! Some work must be done once, by whichever of several requests comes first and on whichever instance,
//! although they may have no session, or different ones. If they share a secret, they arrive at the same id
//! by themselves, and inserting the row decides who is first. The row then says what became of it. If a login
//! came of it, that is found from this id ([`crate::successor`]), whether it has replaced the row itself (whose
//! tombstone still knows that the secret was used) or a session that the request had besides.
//!
//! No cookie is ever sent for such a row: only what comes of it gets one. The id is not derived with
//! `SESSION_SECRETS`, because instances that are given a new one after each other would arrive at different
//! ids. Nothing is lost by that: an id alone opens nothing, since a cookie is signed as well.

use std::sync::Arc;

use session_rows::{Created, Lookup, Replaced};
use sha2::{Digest as _, Sha256};
use time::Duration;
use tower_sessions::session::Id;

use crate::SessionError;
use crate::data::{Sections, SessionData};
use crate::row::{Meta, TOMBSTONE, key_of, random_id};
use crate::typed::TypedSession;

/// Separates these ids from any other hash of the same bytes.
const LABEL: &[u8] = b"v1 session id from a secret";

impl TypedSession {
    /// Inserts the row of `secret`, with these sections and for `lifetime` at most. `false` if that was done
    /// before, for as long as the row or its tombstone is there.
    ///
    /// The secret has at least 128 random bits and is known to these requests alone. A request without a
    /// session continues with the row, so that a login replaces it. One that has a session keeps that.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn begin_as(
        &self,
        secret: &[u8; 32],
        lifetime: Duration,
        sections: Sections,
    ) -> Result<bool, SessionError> {
        let mut state = self.state.lock().await;
        let (id, now) = (id_of(secret), self.sessions.now());
        let data = SessionData { ends_at: Some(now + lifetime), sections, ..SessionData::default() };
        let row = self.sessions.new_row(id, &data, now)?;
        if self.sessions.rows.create(&row).await? != Created::Inserted {
            return Ok(false);
        }
        if self.meta().is_none() {
            *self.row() = Some(Meta::of_new_row(id, row));
            state.data = data;
        }
        Ok(true)
    }

    /// [`Self::prepare_successor`], to be found with [`Self::catch_up_as`], whatever session a login replaces.
    pub async fn prepare_successor_as(&self, secret: &[u8; 32], proof: &[u8; 32], sections: Sections) {
        self.prepare_successor_of(id_of(secret), proof, sections).await;
    }

    /// Changes what the row of `secret` says, which does not make it live longer. Does nothing if the row is no
    /// longer there, or a login has replaced it.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn change_sections_as(
        &self,
        secret: &[u8; 32],
        apply: impl Fn(&mut Sections),
    ) -> Result<(), SessionError> {
        let (id, sessions) = (id_of(secret), &self.sessions);
        let Lookup::Found(row) = sessions.rows.load(&key_of(id), sessions.now()).await? else {
            return Ok(());
        };
        let (data, old_seal) = sessions.open(&row)?;
        let begun = Self::loaded(Arc::clone(sessions), id, *row, data, old_seal);
        begun.change_sections_for(Duration::ZERO, apply).await
    }

    /// Leaves a tombstone of the row of `secret`, as a login does that replaces it. For a login that has replaced
    /// another session: a tombstone outlasts the end of all sessions (`end_everyone`), so that the secret stays
    /// used. Does nothing if the row is no longer there.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn close_as(&self, secret: &[u8; 32]) -> Result<(), SessionError> {
        let (key, sessions, now) = (key_of(id_of(secret)), &self.sessions, self.sessions.now());
        let Lookup::Found(row) = sessions.rows.load(&key, now).await? else { return Ok(()) };
        // The store replaces a row by another only. This one is without content and has expired already.
        let nothing = SessionData { ends_at: Some(now), ..SessionData::default() };
        let next = sessions.new_row(random_id(), &nothing, now)?;
        match sessions.rows.replace(&key, row.revision, &next, now + TOMBSTONE, now).await? {
            Replaced::Done | Replaced::Gone => Ok(()),
            Replaced::Stale | Replaced::KeyExists => Err(SessionError::Stale),
        }
    }

    /// What became of what another request has begun with this secret: the session that it led to, if it was
    /// prepared with this proof and is live, and then this request continues with it, and its cookie is sent with
    /// this response. Otherwise what the row says, and this request keeps what it has. `None` if there is
    /// neither.
    ///
    /// A request whose own session is signed in, has ended, or was replaced by any other than that one keeps what
    /// it has too: what the person has done there since counts.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn catch_up_as(
        &self,
        secret: &[u8; 32],
        proof: &[u8; 32],
    ) -> Result<Option<SessionData>, SessionError> {
        let id = id_of(secret);
        let found = self.sessions.rows.load(&key_of(id), self.sessions.now()).await?;
        if found == Lookup::Missing {
            return Ok(None);
        }
        if let Some(successor) = self.adopt_successor_of(id, proof).await? {
            return Ok(Some(successor));
        }
        let Lookup::Found(row) = found else { return Ok(None) };
        Ok(Some(self.sessions.open(&row)?.0))
    }
}

fn id_of(secret: &[u8; 32]) -> Id {
    let hash: [u8; 32] = Sha256::new().chain_update(LABEL).chain_update(secret).finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    Id(i128::from_be_bytes(id))
}

#[cfg(test)]
mod tests;
