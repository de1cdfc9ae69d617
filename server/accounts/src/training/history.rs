//! Finished workouts, and what is derived from them.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use domain::account::UserId;
use domain::millis::to_millis;
use domain::workout::csv;
use domain::workout::document::WorkoutId;
use domain::workout::log::FinishedWorkout;
use domain::workout::performance::Performance;
use futures::stream::{self, Stream, StreamExt as _};
use futures::try_join;
use time::{Date, Duration, OffsetDateTime};

use super::in_session::SessionWorkouts;
use crate::ports::{AccountStore, HistoryVersion, WorkoutCursor, WorkoutSummary};
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
pub enum HistoryEntry {
    /// It can be opened by its id.
    Logged(WorkoutSummary),
    /// From before sets were logged: its name, times and number of sets are all there is.
    Counted(FinishedWorkout),
}

/// Where a page of the history ends: the next one begins behind it. Its text is for a query. In ascending order, the
/// newest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// When the last workout of the page was started.
    pub(crate) started_at: OffsetDateTime,
    /// Of two that were started at once, the one with the greater id is listed first, and one without an id last.
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

/// Documents read at once, for a table or an export: each has up to 64 KiB.
pub(crate) const DOCUMENTS_AT_ONCE: u32 = 20;
/// Workouts from before sets were logged, read at once.
const COUNTED_AT_ONCE: u32 = 500;

/// What an account's finished workouts were when something was derived from them. If it is the same, so is all that
/// is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryState {
    logged: HistoryVersion,
    /// How many there are from before sets were logged: one that is saved stays as it is.
    counted: u64,
}

impl Accounts {
    /// The state of an account's finished workouts, without reading them.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn history_state(&self, user: &UserId) -> Result<HistoryState, Error> {
        let (logged, counted) =
            try_join!(self.store.history_version(user), self.store.count_workouts(user, EVER))?;
        Ok(HistoryState { logged, counted })
    }

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
        let one_more = limit.saturating_add(1);
        let mut entries: Vec<HistoryEntry> = match user {
            Some(user) => {
                // At once: under load, two questions one after the other wait in the queue twice.
                let logged = self.store.logged_behind(user, before.map(Cursor::of_logged), one_more);
                let counted = self.store.workouts_before(user, before.map(Cursor::of_counted), one_more);
                let (logged, counted) = try_join!(logged, counted)?;
                let counted = counted.into_iter().map(HistoryEntry::Counted);
                logged.into_iter().map(HistoryEntry::Logged).chain(counted).collect()
            }
            None => {
                let finished = SessionWorkouts::of(&client.session.data().await).finished;
                let entries = finished.iter().filter_map(WorkoutSummary::of).map(HistoryEntry::Logged);
                entries.filter(|entry| before.is_none_or(|before| entry.cursor() < before)).collect()
            }
        };
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.cursor()));
        let has_more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().filter(|_| has_more).map(HistoryEntry::cursor);
        Ok(HistoryPage { entries, next })
    }

    /// Finished workouts since a moment, oldest first.
    async fn summaries(
        &self,
        client: &Client,
        user: Option<&UserId>,
        since: OffsetDateTime,
    ) -> Result<Vec<WorkoutSummary>, Error> {
        if let Some(user) = user {
            return Ok(self.store.logged_since(user, since).await?);
        }
        let finished = SessionWorkouts::of(&client.session.data().await).finished;
        let summaries = finished.iter().filter_map(WorkoutSummary::of);
        Ok(summaries.filter(|summary| summary.started_at >= since).collect())
    }

    /// All finished workouts without their sets' documents, oldest first. For what depends on which workout came
    /// before another: two may be of one day.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn finished(
        &self,
        client: &Client,
        user: Option<&UserId>,
    ) -> Result<Vec<WorkoutSummary>, Error> {
        self.summaries(client, user, EVER).await
    }

    /// What was done in finished workouts, by local days, since one or ever. For records, charts and the next
    /// prescription.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn performances(
        &self,
        client: &Client,
        user: Option<&UserId>,
        since: Option<Date>,
    ) -> Result<Vec<Performance>, Error> {
        let summaries = self.summaries(client, user, since.map_or(EVER, earliest)).await?;
        let performances = summaries.into_iter().flat_map(|summary| summary.performances);
        let is_recent = |performance: &Performance| since.is_none_or(|since| performance.day >= since);
        let mut performances: Vec<Performance> = performances.filter(is_recent).collect();
        // The next workout can have an earlier day, after a flight across the date line. The sort is stable: on one
        // day, the order is that of time.
        performances.sort_by_key(|performance| performance.day);
        Ok(performances)
    }

    /// [`Self::finished`] and [`Self::trained_days`] at once, by one reading of the workouts.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn finished_and_days(
        &self,
        client: &Client,
        user: Option<&UserId>,
        since: Date,
    ) -> Result<(Vec<WorkoutSummary>, Vec<Date>), Error> {
        let (finished, mut days) =
            try_join!(self.summaries(client, user, EVER), self.counted_days(user, since))?;
        days.extend(finished.iter().map(WorkoutSummary::day));
        days.retain(|day| *day >= since);
        days.sort_unstable();
        Ok((finished, days))
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
        let logged = self.summaries(client, user, earliest(since));
        let (logged, mut days) = try_join!(logged, self.counted_days(user, since))?;
        days.extend(logged.iter().map(WorkoutSummary::day));
        days.retain(|day| *day >= since);
        days.sort_unstable();
        Ok(days)
    }

    /// The days of workouts from before sets were logged, back to `since` and perhaps further.
    async fn counted_days(&self, user: Option<&UserId>, since: Date) -> Result<Vec<Date>, Error> {
        let Some(user) = user else { return Ok(Vec::new()) };
        let (mut days, mut before) = (Vec::new(), None);
        loop {
            let page = self.store.workouts_before(user, before, COUNTED_AT_ONCE).await?;
            days.extend(page.iter().map(|workout| workout.started_at.date()));
            before = page.last().map(|last| last.started_at);
            let is_last = page.len() < COUNTED_AT_ONCE as usize;
            if is_last || before.is_none_or(|before| before.date() < since) {
                return Ok(days);
            }
        }
    }

    /// All finished workouts as a table, newest first, in pieces; see [`domain::workout::csv`].
    ///
    /// # Errors
    /// If a store fails, before the first piece; one that fails later ends the pieces with an error, and the table
    /// is incomplete.
    pub async fn export_csv(
        &self,
        client: &Client,
        user: Option<&UserId>,
    ) -> Result<impl Stream<Item = Result<String, Error>> + Send + 'static + use<>, Error> {
        let mut text = csv::HEADER.to_owned();
        let mut rest = None;
        match user {
            None => {
                let finished = SessionWorkouts::of(&client.session.data().await).finished;
                finished.iter().rev().for_each(|workout| csv::write(workout, &mut text));
            }
            Some(user) => {
                let table = Table { store: Arc::clone(&self.store), user: user.clone() };
                let (lines, cursor) = table.page(None).await?;
                text.push_str(&lines);
                rest = cursor.map(|cursor| (table, cursor));
            }
        }
        let begun = stream::once(ready(Ok(text)));
        let pages = stream::try_unfold(rest, |rest| async move {
            let Some((table, cursor)) = rest else { return Ok(None) };
            let (lines, cursor) = table.page(Some(cursor)).await?;
            Ok(Some((lines, cursor.map(|cursor| (table, cursor)))))
        });
        Ok(begun.chain(pages))
    }
}

struct Table {
    store: Arc<dyn AccountStore>,
    user: UserId,
}

impl Table {
    /// The lines of a page, and where the next one begins, if there may be one.
    async fn page(&self, cursor: Option<WorkoutCursor>) -> Result<(String, Option<WorkoutCursor>), Error> {
        let page = self.store.logged_documents_behind(&self.user, cursor, DOCUMENTS_AT_ONCE).await?;
        let mut lines = String::new();
        for workout in page.iter().filter(|workout| workout.is_listed()) {
            csv::write(workout, &mut lines);
        }
        Ok((lines, page.last().map(WorkoutCursor::from)))
    }
}

/// No workout is older.
pub(super) const EVER: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// When a local day begins where it begins first.
fn earliest(day: Date) -> OffsetDateTime {
    day.midnight().assume_utc().saturating_sub(Duration::DAY)
}

impl HistoryEntry {
    fn cursor(&self) -> Cursor {
        match self {
            Self::Logged(workout) => Cursor { started_at: workout.started_at, id: Some(workout.id) },
            Self::Counted(workout) => Cursor { started_at: workout.started_at, id: None },
        }
    }
}

impl Cursor {
    /// Among workouts with their sets.
    fn of_logged(self) -> WorkoutCursor {
        // No id is smaller than this one.
        let id = self.id.unwrap_or(WorkoutId::from_bytes([0; 16]));
        WorkoutCursor { started_at: self.started_at, id }
    }

    /// Among those from before: they come after all others that were started at the same moment.
    fn of_counted(self) -> OffsetDateTime {
        match self.id {
            Some(_) => self.started_at.saturating_add(Duration::MILLISECOND),
            None => self.started_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_cursor_has_one_text() {
        let started_at = datetime!(2026-03-01 18:04:00.123 +1);
        for id in [None, Some(WorkoutId::from_bytes([7; 16]))] {
            let cursor = Cursor { started_at, id };
            assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        }
        for wrong in ["", "_", "1_", "01", "+1", "1 ", "1_x", "99999999999999999999", "9223372036854775807"] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
