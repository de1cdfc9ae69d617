//! Sessions that hold nothing worth keeping for more than a few minutes, such as the note that something has
//! begun ([`crate::derived`]). Such a session ends at a fixed time whatever its activity, so that visitors
//! who only follow links leave nothing behind for a whole `SESSION_TTL`. Anything lasting that is saved makes
//! it an ordinary session.

use time::{Duration, OffsetDateTime};

use crate::data::{Sections, SessionData};
use crate::row::Meta;
use crate::typed::{CookieAction, SessionState, TypedSession};
use crate::{SessionError, Sessions, Times};

impl TypedSession {
    /// Like [`Self::change_sections`], for data that is useless after `lifetime`: a session that contains
    /// nothing else ends then.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn change_sections_for<T>(
        &self,
        lifetime: Duration,
        apply: impl Fn(&mut Sections) -> T,
    ) -> Result<T, SessionError> {
        let end = self.sessions.now() + lifetime;
        self.change(|data| brief(data, end, |data| apply(&mut data.sections))).await
    }

    /// Gives the row the end of the new data if that is later. A separate statement before the save: if the
    /// save then fails, a brief session lives a little longer, which harms nobody.
    pub(crate) async fn prolong(
        &self,
        state: &mut SessionState,
        meta: &Meta,
        data: &SessionData,
    ) -> Result<Meta, SessionError> {
        let now = self.sessions.now();
        let Times { expires_at, live_until, .. } = self.sessions.times_of(data, now);
        // A session that another request has just emptied may have been a brief one.
        let other_end = data.ends_at != state.data.ends_at || state.data.is_empty();
        if !other_end || data.is_empty() || expires_at <= meta.expires_at {
            return Ok(meta.clone());
        }
        if !self.sessions.rows.touch(&meta.key, now, expires_at, live_until, now).await? {
            return Err(SessionError::Gone);
        }
        // The cookie in the browser ends with the row.
        if state.action == CookieAction::Keep {
            state.action = CookieAction::Issue;
        }
        Ok(Meta { last_activity: now, expires_at, ..meta.clone() })
    }
}

impl Sessions {
    /// [`Self::times`] of a session with this content.
    pub(crate) fn times_of(&self, data: &SessionData, last_activity: OffsetDateTime) -> Times {
        let times = self.times(data.login.as_ref(), last_activity);
        match data.ends_at {
            None => times,
            Some(end) => Times {
                expires_at: times.expires_at.min(end),
                live_until: times.live_until.min(end),
                ..times
            },
        }
    }
}

/// Applies a change that is worth keeping.
pub(crate) fn lasting<T>(data: &mut SessionData, apply: impl FnOnce(&mut SessionData) -> T) -> T {
    let before = data.clone();
    let out = apply(data);
    if *data != before {
        data.ends_at = None;
    }
    out
}

/// Applies a change that is not worth keeping after `end`.
fn brief<T>(data: &mut SessionData, end: OffsetDateTime, apply: impl FnOnce(&mut SessionData) -> T) -> T {
    let before = data.clone();
    let out = apply(data);
    if *data == before {
        return out;
    }
    let nothing_lasting = before.is_empty() || before.ends_at.is_some();
    let later = before.ends_at.map_or(end, |earlier| earlier.max(end));
    data.ends_at = (nothing_lasting && !data.is_empty()).then_some(later);
    out
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::data::Section;

    const NOW: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);
    const LATER: OffsetDateTime = datetime!(2026-03-01 09:10 UTC);
    const ATTEMPT: Section<u32> = Section::new("attempt");
    const BASKET: Section<u32> = Section::new("basket");

    fn set(section: Section<u32>, value: u32) -> impl FnOnce(&mut SessionData) {
        move |data| data.sections.set(section, &value)
    }

    #[test]
    fn what_is_brief_ends_with_the_latest_of_it() {
        let mut data = SessionData::default();
        brief(&mut data, LATER, set(ATTEMPT, 1));
        assert_eq!(data.ends_at, Some(LATER));
        brief(&mut data, NOW, set(ATTEMPT, 2));
        assert_eq!(data.ends_at, Some(LATER), "never earlier");
        brief(&mut data, LATER, set(ATTEMPT, 0));
        assert!(data.is_empty() && data.ends_at.is_none(), "nothing is left");
    }

    #[test]
    fn something_lasting_makes_an_ordinary_session() {
        let mut data = SessionData::default();
        brief(&mut data, LATER, set(ATTEMPT, 1));
        lasting(&mut data, |_| ());
        assert_eq!(data.ends_at, Some(LATER), "nothing was changed");
        lasting(&mut data, set(BASKET, 1));
        assert_eq!(data.ends_at, None);
        brief(&mut data, LATER, set(ATTEMPT, 2));
        assert_eq!(data.ends_at, None, "and it stays one");
    }
}
