//! Finds the session that replaced another one, for a browser that never got the cookie of the new one.
//!
//! A login gives the session a new id, and the only cookie with that id travels in one response. If the
//! response is lost, the browser sends the old cookie again, which leads to a tombstone. A tombstone has no
//! content and must not get any (server/CONTRACT.md, "Replaced ids"). Instead the new id can be derived from
//! the old one and a proof: HMAC-SHA256 under a key of its own, so nothing has to be stored, every instance
//! finds the same row, and knowing the ids in a store or in a log helps nobody.
//!
//! The proof decides who gets the cookie. It must be known only to the browser that made the first request,
//! such as the authorization code of an OAuth callback: somebody who planted the old cookie in that browser
//! (session fixation) does not know it. The time limit is that of the tombstone.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use session_rows::{Lookup, Row, RowKey};
use tower_sessions::session::Id;

use crate::data::{Section, Sections, SessionData};
use crate::keys::Keys;
use crate::row::{Meta, key_of};
use crate::typed::{CookieAction, SessionState, SessionStatus, TypedSession};
use crate::{SessionError, mac};

/// In a session that can be found again: which one it has replaced.
const REPLACED: Section<Option<String>> = Section::new("replaced_session");

/// Keys for deriving ids, newest first.
pub(crate) struct SuccessorKeys(Vec<[u8; 32]>);

impl fmt::Debug for SuccessorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SuccessorKeys(…)")
    }
}

impl SuccessorKeys {
    pub(crate) fn new(keys: &Keys) -> Self {
        Self(keys.mac_keys("session successor"))
    }

    /// The id under each secret, newest first: the first is the one to use, the others may have been used by
    /// an instance that does not know the newest secret yet.
    fn ids(&self, old: Id, proof: &[u8; 32]) -> impl Iterator<Item = Id> {
        let mut message = [0; 48];
        message[..16].copy_from_slice(&old.0.to_be_bytes());
        message[16..].copy_from_slice(proof);
        self.0.iter().map(move |key| {
            let mut id = [0; 16];
            id.copy_from_slice(&mac::tag(key, &message)[..16]);
            Id(i128::from_be_bytes(id))
        })
    }
}

/// What the next id of a session will be, and what to keep under it.
#[derive(Debug, Clone)]
pub(crate) struct Successor {
    id: Id,
    sections: Sections,
}

impl SessionState {
    /// The id for the next replacement, unless it is to be random.
    pub(crate) fn successor_id(&self) -> Option<Id> {
        self.successor.as_ref().map(|successor| successor.id)
    }

    /// The data of the new session, together with what its successor was prepared with.
    pub(crate) fn with_successor(&self, mut data: SessionData, replaced: Option<&Meta>) -> SessionData {
        if let Some(successor) = &self.successor {
            data.sections.extend(&successor.sections);
            data.sections.set(REPLACED, &replaced.map(|replaced| text_of(&replaced.key)));
        }
        data
    }
}

impl TypedSession {
    /// If this request replaces the session, the new one can be found with [`Self::catch_up`] and the same
    /// proof for as long as the old id is remembered, and contains these sections from the beginning.
    pub async fn prepare_successor(&self, proof: &[u8; 32], sections: Sections) {
        let Some(meta) = self.meta() else { return };
        self.prepare_successor_of(meta.id, proof, sections).await;
    }

    /// The same, to be found from this id.
    pub(crate) async fn prepare_successor_of(&self, old: Id, proof: &[u8; 32], sections: Sections) {
        let id = self.sessions.successors.ids(old, proof).next();
        self.state.lock().await.successor = id.map(|id| Successor { id, sections });
    }

    /// Loads once more what the cookie of this request leads to: the session itself or, if another request
    /// with the same proof has replaced it, its successor, whose cookie is then sent with this response.
    /// `None` if there is neither: whatever was ended stays ended.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn catch_up(&self, proof: &[u8; 32]) -> Result<Option<SessionData>, SessionError> {
        let Some(id) = self.cookie_id else { return Ok(None) };
        match self.sessions.rows.load(&key_of(id), self.sessions.now()).await? {
            Lookup::Found(row) => {
                let mut state = self.state.lock().await;
                self.adopt(&mut state, id, *row)?;
                Ok(Some(state.data.clone()))
            }
            Lookup::Replaced => self.adopt_successor_of(id, proof).await,
            Lookup::Missing => Ok(None),
        }
    }

    /// Continues with the session that was prepared to be found from this id, if it is live and nothing has
    /// happened to the request's own since. Its cookie is sent with this response.
    pub(crate) async fn adopt_successor_of(
        &self,
        old: Id,
        proof: &[u8; 32],
    ) -> Result<Option<SessionData>, SessionError> {
        let Some((id, row)) = self.successor_row(old, proof).await? else { return Ok(None) };
        if !self.gives_way_to(old, &row).await? {
            return Ok(None);
        }
        let mut state = self.state.lock().await;
        self.adopt(&mut state, id, row)?;
        state.action = CookieAction::Issue;
        Ok(Some(state.data.clone()))
    }

    /// Whether the session of this request's cookie, unless it is `old` itself, is a visitor's, or was replaced by
    /// this very successor. Otherwise the person has logged in, or out, by other means: an answer that was lost
    /// before must not undo that.
    async fn gives_way_to(&self, old: Id, successor: &Row) -> Result<bool, SessionError> {
        let Some(own) = self.cookie_id else {
            return Ok(!matches!(self.status(), SessionStatus::Missing { signed_in: true, .. }));
        };
        if own == old {
            return Ok(true);
        }
        let key = key_of(own);
        Ok(match self.sessions.rows.load(&key, self.sessions.now()).await? {
            Lookup::Found(found) => found.row.owner.is_none(),
            Lookup::Replaced => {
                let (data, _) = self.sessions.open(successor)?;
                data.sections.get(REPLACED) == Some(text_of(&key))
            }
            Lookup::Missing => false,
        })
    }

    fn adopt(&self, state: &mut SessionState, id: Id, row: Row) -> Result<(), SessionError> {
        (state.data, state.old_seal) = self.sessions.open(&row)?;
        *self.row() = Some(Meta::of_row(id, row));
        Ok(())
    }

    async fn successor_row(&self, old: Id, proof: &[u8; 32]) -> Result<Option<(Id, Row)>, SessionError> {
        let now = self.sessions.now();
        for id in self.sessions.successors.ids(old, proof) {
            if let Lookup::Found(row) = self.sessions.rows.load(&key_of(id), now).await?
                && now < row.row.live_until
            {
                return Ok(Some((id, *row)));
            }
        }
        Ok(None)
    }
}

fn text_of(key: &RowKey) -> String {
    URL_SAFE_NO_PAD.encode(key.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &[u8] = b"an old secret of more than thirty-two bytes";
    const NEW: &[u8] = b"a new secret of more than thirty-two bytes!";

    fn ids(secrets: &[&[u8]], old: i128, proof: u8) -> Vec<Id> {
        SuccessorKeys::new(&Keys::new(secrets).unwrap()).ids(Id(old), &[proof; 32]).collect()
    }

    #[test]
    fn an_id_depends_on_the_secret_the_old_id_and_the_proof() {
        let one = ids(&[OLD], 1, 1);
        assert_eq!(one, ids(&[OLD], 1, 1));
        for other in [ids(&[NEW], 1, 1), ids(&[OLD], 2, 1), ids(&[OLD], 1, 2)] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn while_secrets_are_rotated_both_ids_are_looked_for() {
        assert_eq!(ids(&[NEW, OLD], 1, 1), [ids(&[NEW], 1, 1), ids(&[OLD], 1, 1)].concat());
    }
}
