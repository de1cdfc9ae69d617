//! Finished workouts, and what is derived from them.

use std::fmt;

use domain::account::UserId;
use domain::millis::to_millis;
use domain::workout::document::WorkoutId;
use domain::workout::log::FinishedWorkout;
use domain::workout::performance::Performance;
use futures::stream::{self, Stream};
use time::{Date, OffsetDateTime};

use super::not_yet;
use crate::ports::WorkoutSummary;
use crate::{Accounts, Client, Error};

/// A page of the history, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryPage {
    pub entries: Vec<HistoryEntry>,
    /// Where the next page begins; `None` if this is the last one.
    pub next: Option<Cursor>,
}

/// A finished workout in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "twenty on a page")]
pub enum HistoryEntry {
    /// It can be opened by its id.
    Logged(WorkoutSummary),
    /// From before sets were logged: its name, times and number of sets are all there is.
    Counted(FinishedWorkout),
}

/// Where a page of the history ends: the next one begins behind it. Its text is for a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When the last workout of the page was started.
    pub(crate) started_at: OffsetDateTime,
    /// Of two that were started at once, the one with the greater id comes first, and one without an id last.
    pub(crate) id: Option<WorkoutId>,
}

impl Cursor {
    /// `None` for anything that [`Display`](fmt::Display) does not write.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (millis, id) = text.split_once('_').map_or((text, None), |(millis, id)| (millis, Some(id)));
        let id = match id {
            Some(id) => Some(WorkoutId::parse(id).ok()?),
            None => None,
        };
        let started_at = OffsetDateTime::from_unix_timestamp_nanos(
            i128::from(millis.parse::<i64>().ok()?).checked_mul(1_000_000)?,
        );
        let cursor = Self { started_at: started_at.ok()?, id };
        (cursor.to_string() == text).then_some(cursor)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", to_millis(self.started_at))?;
        self.id.map_or(Ok(()), |id| write!(f, "_{id}"))
    }
}

impl Accounts {
    /// A page of finished workouts.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn history(
        &self,
        client: &Client,
        user: Option<&UserId>,
        before: Option<Cursor>,
        limit: u32,
    ) -> Result<HistoryPage, Error> {
        let _ = (client, user, before, limit);
        Err(not_yet())
    }

    /// What was done in finished workouts, oldest first, since a local day or ever. For records, charts and the
    /// next prescription.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn performances(
        &self,
        client: &Client,
        user: Option<&UserId>,
        since: Option<Date>,
    ) -> Result<Vec<Performance>, Error> {
        let _ = (client, user, since);
        Err(not_yet())
    }

    /// The local days of finished workouts since one, in ascending order; a day with two workouts twice. Workouts
    /// from before sets were logged have their day in UTC.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn trained_days(
        &self,
        client: &Client,
        user: Option<&UserId>,
        since: Date,
    ) -> Result<Vec<Date>, Error> {
        let _ = (client, user, since);
        Err(not_yet())
    }

    /// All finished workouts as a table, in pieces; see [`domain::workout::csv`].
    ///
    /// # Errors
    /// If a store fails, before the first piece; one that fails later ends the pieces with an error, and the table
    /// is incomplete.
    pub async fn export_csv(
        &self,
        client: &Client,
        user: Option<&UserId>,
    ) -> Result<impl Stream<Item = Result<String, Error>> + Send + 'static + use<>, Error> {
        let _ = (client, user);
        Ok(stream::iter([Err(not_yet())]))
    }
}
