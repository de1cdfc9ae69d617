//! Workouts with their sets.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::document::{Workout, WorkoutId};
use rusqlite::Connection;
use time::OffsetDateTime;

use super::SqliteDatabase;
use crate::codec::readable;
use crate::codec::workouts::{self as codec, EncodedWorkout};
use crate::pages;
use accounts::ports::{
    DatabaseError, HistoryVersion, LoggedWorkouts, StoredWorkout, WorkoutAdded, WorkoutCursor, WorkoutSummary,
};
use domain::millis::to_millis;
use storage::sqlite::{all, execute, first};

fn add(
    connection: &Connection,
    user: &str,
    new: &EncodedWorkout,
    now: i64,
) -> rusqlite::Result<WorkoutAdded> {
    const ADD: &str = "\
        INSERT INTO logged_workouts (user_id, id, is_open, counts, started_at, added_at, summary, document) \
        SELECT id, ?, ?, ?, ?, ?, ?, ? FROM users WHERE id = ? ON CONFLICT DO NOTHING";
    const EXISTS: &str = "SELECT 1 FROM logged_workouts WHERE user_id = ? AND id = ?";
    const OTHER: &str = "SELECT 1 FROM logged_workouts WHERE user_id = ? AND is_open = 1";
    let EncodedWorkout { id, is_open, counts, started_at, summary, document } = new;
    let values = (id, is_open, counts, to_millis(*started_at), now, summary, document, user);
    if execute(connection, ADD, values)? > 0 {
        return Ok(WorkoutAdded::Done);
    }
    if first(connection, EXISTS, (user, id), |_| ())?.is_some() {
        return Ok(WorkoutAdded::Exists);
    }
    let other_is_open = *is_open && first(connection, OTHER, (user,), |_| ())?.is_some();
    // Otherwise the account is gone.
    Ok(if other_is_open { WorkoutAdded::OtherOpen } else { WorkoutAdded::Done })
}

impl SqliteDatabase {
    async fn summaries(
        &self,
        sql: &'static str,
        params: impl rusqlite::Params + Send + 'static,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError> {
        let texts = self.engine.scan(move |connection| {
            all(connection, sql, params, |row| codec::decode_summary(&row.get::<_, String>("summary")?))
        });
        Ok(texts.await?.into_iter().filter_map(readable).collect())
    }

    /// The rows behind a place, read from this column.
    async fn page<T: Send + 'static>(
        &self,
        user: &UserId,
        (sql, column): (&'static str, &'static str),
        behind: Option<WorkoutCursor>,
        limit: u32,
        decode: fn(&str) -> Result<T, DatabaseError>,
    ) -> Result<Vec<T>, DatabaseError> {
        pages::page(codec::sql_workout_cursor(behind), limit, |(started_at, id), limit| async move {
            let params = (user.as_str().to_owned(), started_at, id, i64::from(limit));
            let rows = self.engine.scan(move |connection| {
                all(connection, sql, params, |row| {
                    let place: Option<(i64, String)> = row.get("started_at").ok().zip(row.get("id").ok());
                    let text = row.get::<_, String>(column).map_err(DatabaseError::from);
                    (place, text.and_then(|text| decode(&text)))
                })
            });
            Ok(rows.await?.into_iter().map(|(place, row)| (place, readable(row))).collect())
        })
        .await
    }

    async fn stored(
        &self,
        sql: &'static str,
        params: impl rusqlite::Params + Clone + Send + Sync,
    ) -> Result<Option<StoredWorkout>, DatabaseError> {
        let found = self.engine.read(|connection| {
            first(connection, sql, params.clone(), |row| {
                Ok((row.get::<_, i64>("revision")?, row.get::<_, String>("document")?))
            })?
            .transpose()
        });
        let Some((revision, document)) = found.await? else { return Ok(None) };
        Ok(Some(StoredWorkout { workout: codec::decode_workout(&document)?, revision }))
    }

    async fn count(
        &self,
        sql: &'static str,
        params: impl rusqlite::Params + Clone + Send + Sync,
    ) -> Result<u64, DatabaseError> {
        let count = self.engine.read(|connection| {
            connection.prepare_cached(sql)?.query_row(params.clone(), |row| row.get::<_, i64>(0))
        });
        Ok(count.await?.unsigned_abs())
    }
}

#[async_trait]
impl LoggedWorkouts for SqliteDatabase {
    async fn add_logged(
        &self,
        user: &UserId,
        workout: &Workout,
        now: OffsetDateTime,
    ) -> Result<WorkoutAdded, DatabaseError> {
        let (new, user, now) = (EncodedWorkout::new(workout)?, user.as_str().to_owned(), to_millis(now));
        self.engine.write(move |connection| Ok(add(connection, &user, &new, now)?)).await
    }

    async fn save_logged(
        &self,
        user: &UserId,
        workout: &Workout,
        revision: i64,
    ) -> Result<bool, DatabaseError> {
        const SAVE: &str = "\
            UPDATE logged_workouts SET revision = revision + 1, is_open = ?, counts = ?, started_at = ?, \
            summary = ?, document = ? WHERE user_id = ? AND id = ? AND revision = ?";
        let EncodedWorkout { id, is_open, counts, started_at, summary, document } =
            EncodedWorkout::new(workout)?;
        let user = user.as_str().to_owned();
        let values = (is_open, counts, to_millis(started_at), summary, document, user, id, revision);
        Ok(self.change(SAVE, values).await? > 0)
    }

    async fn delete_logged(
        &self,
        user: &UserId,
        id: WorkoutId,
        revision: Option<i64>,
    ) -> Result<bool, DatabaseError> {
        const DELETE: &str = "\
            DELETE FROM logged_workouts WHERE user_id = ?1 AND id = ?2 AND revision = coalesce(?3, revision)";
        Ok(self.change(DELETE, (user.as_str().to_owned(), id.to_string(), revision)).await? > 0)
    }

    async fn logged(&self, user: &UserId, id: WorkoutId) -> Result<Option<StoredWorkout>, DatabaseError> {
        const ONE: &str = "SELECT revision, document FROM logged_workouts WHERE user_id = ? AND id = ?";
        self.stored(ONE, (user.as_str().to_owned(), id.to_string())).await
    }

    async fn open_logged(&self, user: &UserId) -> Result<Option<StoredWorkout>, DatabaseError> {
        const OPEN: &str = "SELECT revision, document FROM logged_workouts WHERE user_id = ? AND is_open = 1";
        self.stored(OPEN, (user.as_str().to_owned(),)).await
    }

    async fn logged_behind(
        &self,
        user: &UserId,
        cursor: Option<WorkoutCursor>,
        limit: u32,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError> {
        const BEHIND: &str = "\
            SELECT started_at, id, summary FROM logged_workouts \
            WHERE user_id = ? AND summary IS NOT NULL AND (started_at, id) < (?, ?) \
            ORDER BY started_at DESC, id DESC LIMIT ?";
        self.page(user, (BEHIND, "summary"), cursor, limit, codec::decode_summary).await
    }

    async fn logged_since(
        &self,
        user: &UserId,
        since: OffsetDateTime,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError> {
        const SINCE: &str = "\
            SELECT summary FROM logged_workouts \
            WHERE user_id = ? AND summary IS NOT NULL AND started_at >= ? ORDER BY started_at, id";
        self.summaries(SINCE, (user.as_str().to_owned(), to_millis(since))).await
    }

    async fn logged_documents_behind(
        &self,
        user: &UserId,
        cursor: Option<WorkoutCursor>,
        limit: u32,
    ) -> Result<Vec<Workout>, DatabaseError> {
        const BEHIND: &str = "\
            SELECT started_at, id, document FROM logged_workouts \
            WHERE user_id = ? AND (started_at, id) < (?, ?) \
            ORDER BY started_at DESC, id DESC LIMIT ?";
        self.page(user, (BEHIND, "document"), cursor, limit, codec::decode_workout).await
    }

    async fn count_logged(&self, user: &UserId, added_after: OffsetDateTime) -> Result<u64, DatabaseError> {
        const ADDED: &str = "SELECT count(*) FROM logged_workouts WHERE user_id = ? AND added_at > ?";
        self.count(ADDED, (user.as_str().to_owned(), to_millis(added_after))).await
    }

    async fn count_counting(&self, user: &UserId) -> Result<u64, DatabaseError> {
        const COUNTING: &str = "SELECT count(*) FROM logged_workouts WHERE user_id = ? AND counts = 1";
        self.count(COUNTING, (user.as_str().to_owned(),)).await
    }

    async fn history_version(&self, user: &UserId) -> Result<HistoryVersion, DatabaseError> {
        const CHANGES: &str = "SELECT number FROM workout_changes WHERE user_id = ?";
        let changes = self.engine.read(|connection| {
            first(connection, CHANGES, (user.as_str(),), |row| row.get::<_, i64>("number"))?.transpose()
        });
        Ok(HistoryVersion([changes.await?.unwrap_or(0), 0, 0, 0]))
    }
}
