//! The trainer's pages and forms, without HTTP: which data a page shows, and what a form does.
//!
//! A [`Trainee`] is one person at one moment. Pages are made from the use cases of `accounts`; a form is read, carried
//! out, and answered with an [`Answer`], which the server turns into a redirect, a page or JSON.
#![forbid(unsafe_code)]

mod change;
mod edit;
mod ending;
mod history;
mod kept;
mod next;
mod past;
mod player;
mod sheet;
mod stranger;

use accounts::training::{known_zone, local_time};
use accounts::{Accounts, Client};
use domain::account::UserId;
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::preferences::Preferences;
use domain::workout::document::{OperationId, WorkoutId, Zone};
use domain::workout::prescription::Person;
use model::{Notice, Page};
use rand::RngExt as _;
use time::{Date, OffsetDateTime};

pub use self::change::Form;
pub use self::history::Found;

/// Somebody who trains, at one moment.
#[derive(Debug)]
pub struct Trainee<'a> {
    accounts: &'a Accounts,
    client: Client,
    /// Signed in to this account.
    user: Option<UserId>,
    preferences: Preferences,
    person: Person,
    zone: Zone,
    /// Neither the preferences nor the browser name a zone.
    assumes_utc: bool,
    /// With the offset of the zone.
    now: OffsetDateTime,
}

/// What becomes of a form.
#[derive(Debug)]
pub enum Answer {
    /// It was done: this local path is next.
    Done(String),
    /// It is shown again with its errors; a program gets the errors.
    Refused(Box<Page>, FieldErrors),
    /// What the page had filled in is wrong, which is not the person's mistake.
    Invalid(FieldErrors),
    /// There is no such workout any more. The page to lead to shows [`Notice::WorkoutGone`].
    Gone(&'static str),
    /// As many as an account may begin in a day were begun.
    TooManyWorkouts,
}

impl<'a> Trainee<'a> {
    /// `time_zone` is the name of one, if the person's browser has told it. That of the preferences comes first; with
    /// neither, times are in UTC.
    #[must_use]
    pub fn new(
        accounts: &'a Accounts,
        client: Client,
        user: Option<UserId>,
        preferences: Preferences,
        time_zone: Option<&str>,
        now: OffsetDateTime,
    ) -> Self {
        // A name that was stored may have left the tables since.
        let preferred = preferences.details.time_zone.as_ref().and_then(|zone| known_zone(zone.as_str()));
        let found = preferred.or_else(|| time_zone.and_then(known_zone));
        let assumes_utc = found.is_none();
        let zone = found.unwrap_or_else(Zone::utc);
        Self {
            person: Person::new(&preferences.training, &preferences.details),
            now: local_time(&zone, now),
            accounts,
            client,
            user,
            preferences,
            zone,
            assumes_utc,
        }
    }

    fn user(&self) -> Option<&UserId> {
        self.user.as_ref()
    }

    fn today(&self) -> Date {
        self.now.date()
    }

    /// Where a finished workout is shown: on its own page, or for visitors without an account in the player.
    fn after_finish(&self, id: WorkoutId) -> String {
        match self.user {
            Some(_) => Notice::WorkoutSaved.url_on(&format!("/history/{id}")),
            None => Notice::WorkoutFinished.url(),
        }
    }
}

fn operation_id() -> OperationId {
    OperationId::from_bytes(rand::rng().random())
}

/// A field that the page has filled in.
fn hidden<T>(
    fields: &FormFields,
    name: &'static str,
    parse: impl Fn(&str) -> Result<T, FieldError>,
) -> Result<T, FieldErrors> {
    fields.required(name).and_then(parse).map_err(|error| (name, error).into())
}

/// Which workout a form is about; `None` if its page was made before the start.
fn workout_id(fields: &FormFields) -> Result<Option<WorkoutId>, FieldErrors> {
    if fields.value("workout").is_empty() {
        return Ok(None);
    }
    hidden(fields, "workout", WorkoutId::parse).map(Some)
}
