//! The record as it is stored: one JSON object, with one member per section.
//!
//! While instances are being replaced, and after going back to an older version, a session is read by programs
//! that did not write it. So no section can spoil another: a member that is missing has a default, one that
//! cannot be read counts as missing, and one that this version does not know (or cannot read) is kept as it is
//! when the session is saved, unless a new value takes its place. In a section that is a list this holds for each
//! entry ([`super::Entries`]). Only a login without its account or its time is no login, and then the record is
//! refused.
//!
//! The records in `golden/` were written by earlier versions. A change of the format adds one and never
//! modifies one.

use std::any::type_name;

use domain::account::UserId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{Login, Sections, SessionData};
use crate::SessionError;

const LOGIN: &str = "login";
pub(super) const PREFERENCES: &str = "preferences";
const END_REASON: &str = "end_reason";
const ENDS_AT: &str = "ends_at";
const TOWER_SESSIONS: &str = "tower_sessions";

impl SessionData {
    /// The text of [`Self::write`], by this or another version.
    pub(crate) fn read(text: &[u8]) -> Result<Self, SessionError> {
        let mut members: Map<String, Value> =
            serde_json::from_slice(text).map_err(|_| SessionError::Data("not a JSON object".to_owned()))?;
        let login = match members.remove(LOGIN) {
            None | Some(Value::Null) => None,
            Some(login) => Some(read_login(login)?),
        };
        Ok(Self {
            login,
            preferences: take(&mut members, PREFERENCES),
            end_reason: take(&mut members, END_REASON),
            ends_at: take(&mut members, ENDS_AT).map(|Time(end)| end),
            tower_sessions: take(&mut members, TOWER_SESSIONS).unwrap_or_default(),
            sections: Sections(members),
        })
    }

    /// The login that [`Self::read`] would find; everything else is passed over unread. `None` also for what is
    /// refused there.
    pub(crate) fn read_login(text: &[u8]) -> Option<Login> {
        let OnlyLogin { login } = serde_json::from_slice(text).ok()?;
        read_login(login?).ok()
    }

    pub(crate) fn write(&self) -> Result<Vec<u8>, SessionError> {
        let Self { login, preferences, end_reason, ends_at, tower_sessions, sections } = self;
        // What has a value here wins over a member of that name which could not be read.
        let mut members = sections.0.clone();
        put(&mut members, LOGIN, login.as_ref())?;
        put(&mut members, PREFERENCES, preferences.as_ref())?;
        put(&mut members, END_REASON, end_reason.as_ref())?;
        put(&mut members, ENDS_AT, ends_at.map(Time).as_ref())?;
        put(&mut members, TOWER_SESSIONS, (!tower_sessions.is_empty()).then_some(tower_sessions))?;
        serde_json::to_vec(&members).map_err(unwritable)
    }
}

/// What a login cannot do without. A field added to [`Login`] does not belong here, because sessions of older
/// versions lack it: [`read_login`] gives it a default.
#[derive(Deserialize)]
struct Essentials {
    user_id: UserId,
    #[serde(with = "time::serde::rfc3339")]
    login_time: OffsetDateTime,
}

/// A record of which only the login matters.
#[derive(Deserialize)]
struct OnlyLogin {
    login: Option<Value>,
}

#[derive(Serialize, Deserialize)]
struct Time(#[serde(with = "time::serde::rfc3339")] OffsetDateTime);

fn read_login(stored: Value) -> Result<Login, SessionError> {
    let unreadable = || SessionError::Data("a login without its account or its time".to_owned());
    let Essentials { user_id, login_time } = Essentials::deserialize(&stored).map_err(|_| unreadable())?;
    let Value::Object(fields) = stored else { return Err(unreadable()) };
    Ok(Login {
        user_id,
        login_time,
        fresh_at: read(&fields, "fresh_at").map_or(login_time, |Time(fresh_at)| fresh_at),
        ip_address: read(&fields, "ip_address").unwrap_or_default(),
        user_agent: read(&fields, "user_agent").unwrap_or_default(),
        provider: read(&fields, "provider").unwrap_or_else(|| "unknown".to_owned()),
    })
}

/// A member's value. `None`, after a line in the log, if it cannot be read. The line does not contain serde's
/// explanation, which quotes what it found.
pub(super) fn read<T: DeserializeOwned>(members: &Map<String, Value>, name: &'static str) -> Option<T> {
    let value = T::deserialize(members.get(name)?);
    if value.is_err() {
        warn_unreadable::<T>(name);
    }
    value.ok()
}

/// Says that (part of) a section is none of `T`; never what it is.
pub fn warn_unreadable<T>(section: &'static str) {
    let expected = type_name::<T>();
    tracing::warn!(
        event = "session_section_unreadable",
        section,
        expected,
        "a section of a session cannot be read"
    );
}

/// Takes a member out; leaves what cannot be read.
fn take<T: DeserializeOwned>(members: &mut Map<String, Value>, name: &'static str) -> Option<T> {
    let value = read(members, name)?;
    members.remove(name);
    Some(value)
}

fn put<T: Serialize>(
    members: &mut Map<String, Value>,
    name: &str,
    value: Option<&T>,
) -> Result<(), SessionError> {
    if let Some(value) = value {
        members.insert(name.to_owned(), serde_json::to_value(value).map_err(unwritable)?);
    }
    Ok(())
}

fn unwritable(error: serde_json::Error) -> SessionError {
    SessionError::Data(error.to_string())
}
