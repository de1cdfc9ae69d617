//! Workouts with their sets.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::document::{Workout, WorkoutId};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use time::OffsetDateTime;

use super::{PostgresDatabase, Statement};
use crate::codec::readable;
use crate::codec::workouts::{self as codec, EncodedWorkout};
use crate::pages;
use accounts::ports::{
    DatabaseError, HistoryVersion, LoggedWorkouts, StoredWorkout, WorkoutAdded, WorkoutCursor, WorkoutSummary,
};
use domain::millis::to_millis;

/// How often an addition is tried whose obstacle is gone when it is looked at.
const TRIES: u32 = 5;

fn stored(row: &PgRow) -> Result<StoredWorkout, DatabaseError> {
    let document: String = row.try_get("document")?;
    Ok(StoredWorkout { workout: codec::decode_workout(&document)?, revision: row.try_get("revision")? })
}

fn summary(row: &PgRow) -> Result<WorkoutSummary, DatabaseError> {
    let summary: String = row.try_get("summary")?;
    codec::decode_summary(&summary)
}

fn document(row: &PgRow) -> Result<Workout, DatabaseError> {
    let document: String = row.try_get("document")?;
    codec::decode_workout(&document)
}

/// Where a row of a list stands.
fn place(row: &PgRow) -> Option<(i64, String)> {
    row.try_get("started_at").ok().zip(row.try_get("id").ok())
}

impl PostgresDatabase {
    /// The rows behind a place.
    async fn page_of<T>(
        &self,
        user: &UserId,
        sql: &'static str,
        behind: Option<WorkoutCursor>,
        limit: u32,
        decode: fn(&PgRow) -> Result<T, DatabaseError>,
    ) -> Result<Vec<T>, DatabaseError> {
        pages::page(codec::sql_workout_cursor(behind), limit, |(started_at, id), limit| async move {
            let select =
                || sqlx::query(sql).bind(user.as_str()).bind(started_at).bind(&id).bind(i64::from(limit));
            Ok(self.rows(select).await?.iter().map(|row| (place(row), readable(decode(row)))).collect())
        })
        .await
    }

    async fn count_of<'q>(&self, statement: impl Fn() -> Statement<'q>) -> Result<u64, DatabaseError> {
        let row = self.row(statement).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get("count"))?;
        Ok(count.unsigned_abs())
    }

    /// Why a workout was not added. `None` if nothing is in its way any more.
    async fn obstacle(
        &self,
        user: &UserId,
        new: &EncodedWorkout,
    ) -> Result<Option<WorkoutAdded>, DatabaseError> {
        let select = || {
            sqlx::query(
                "SELECT EXISTS (SELECT 1 FROM users WHERE id = $1) AS account, \
                 EXISTS (SELECT 1 FROM logged_workouts WHERE user_id = $1 AND id = $2) AS same, \
                 EXISTS (SELECT 1 FROM logged_workouts WHERE user_id = $1 AND is_open AND $3) AS other",
            )
            .bind(user.as_str())
            .bind(&new.id)
            .bind(new.is_open)
        };
        let Some(row) = self.row(select).await? else { return Ok(None) };
        Ok(if row.try_get("same")? {
            Some(WorkoutAdded::Exists)
        } else if row.try_get("other")? {
            Some(WorkoutAdded::OtherOpen)
        } else if row.try_get("account")? {
            None
        } else {
            // What is added to an account that is gone is dropped.
            Some(WorkoutAdded::Done)
        })
    }
}

// A change of a finished workout draws a number for its account, by a trigger, which locks the account. A deletion of the
// account has that lock first, and then comes to the workouts. So what changes one locks the account before it, too.
#[async_trait]
impl LoggedWorkouts for PostgresDatabase {
    async fn add_logged(
        &self,
        user: &UserId,
        workout: &Workout,
        now: OffsetDateTime,
    ) -> Result<WorkoutAdded, DatabaseError> {
        let new = EncodedWorkout::new(workout)?;
        let insert = || {
            sqlx::query(
                "INSERT INTO logged_workouts \
                 (user_id, id, is_open, counts, started_at, added_at, summary, document) \
                 SELECT id, $2, $3, $4, $5, $6, $7, $8 FROM users WHERE id = $1 FOR KEY SHARE \
                 ON CONFLICT DO NOTHING",
            )
            .bind(user.as_str())
            .bind(&new.id)
            .bind(new.is_open)
            .bind(new.counts)
            .bind(to_millis(new.started_at))
            .bind(to_millis(now))
            .bind(&new.summary)
            .bind(&new.document)
        };
        for _ in 0..TRIES {
            if self.change(insert).await? > 0 {
                return Ok(WorkoutAdded::Done);
            }
            if let Some(obstacle) = self.obstacle(user, &new).await? {
                return Ok(obstacle);
            }
        }
        // Others open and end workouts of this account without a pause.
        Ok(WorkoutAdded::OtherOpen)
    }

    async fn save_logged(
        &self,
        user: &UserId,
        workout: &Workout,
        revision: i64,
    ) -> Result<bool, DatabaseError> {
        let new = EncodedWorkout::new(workout)?;
        let update = || {
            sqlx::query(
                "UPDATE logged_workouts SET revision = revision + 1, is_open = $4, counts = $5, \
                 started_at = $6, summary = $7, document = $8 \
                 WHERE user_id = (SELECT id FROM users WHERE id = $1 FOR KEY SHARE) \
                 AND id = $2 AND revision = $3",
            )
            .bind(user.as_str())
            .bind(&new.id)
            .bind(revision)
            .bind(new.is_open)
            .bind(new.counts)
            .bind(to_millis(new.started_at))
            .bind(&new.summary)
            .bind(&new.document)
        };
        Ok(self.change(update).await? > 0)
    }

    async fn delete_logged(
        &self,
        user: &UserId,
        id: WorkoutId,
        revision: Option<i64>,
    ) -> Result<bool, DatabaseError> {
        let delete = || {
            sqlx::query(
                "DELETE FROM logged_workouts \
                 WHERE user_id = (SELECT id FROM users WHERE id = $1 FOR KEY SHARE) \
                 AND id = $2 AND revision = coalesce($3, revision)",
            )
            .bind(user.as_str())
            .bind(id.to_string())
            .bind(revision)
        };
        Ok(self.change(delete).await? > 0)
    }

    async fn logged(&self, user: &UserId, id: WorkoutId) -> Result<Option<StoredWorkout>, DatabaseError> {
        let select = || {
            sqlx::query("SELECT revision, document FROM logged_workouts WHERE user_id = $1 AND id = $2")
                .bind(user.as_str())
                .bind(id.to_string())
        };
        self.row(select).await?.as_ref().map(stored).transpose()
    }

    async fn open_logged(&self, user: &UserId) -> Result<Option<StoredWorkout>, DatabaseError> {
        let select = || {
            sqlx::query("SELECT revision, document FROM logged_workouts WHERE user_id = $1 AND is_open")
                .bind(user.as_str())
        };
        self.row(select).await?.as_ref().map(stored).transpose()
    }

    async fn logged_behind(
        &self,
        user: &UserId,
        cursor: Option<WorkoutCursor>,
        limit: u32,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError> {
        const BEHIND: &str = "\
            SELECT started_at, id, summary FROM logged_workouts \
            WHERE user_id = $1 AND summary IS NOT NULL AND (started_at, id) < ($2, $3) \
            ORDER BY started_at DESC, id DESC LIMIT $4";
        self.page_of(user, BEHIND, cursor, limit, summary).await
    }

    async fn logged_since(
        &self,
        user: &UserId,
        since: OffsetDateTime,
    ) -> Result<Vec<WorkoutSummary>, DatabaseError> {
        let select = || {
            sqlx::query(
                "SELECT summary FROM logged_workouts \
                 WHERE user_id = $1 AND summary IS NOT NULL AND started_at >= $2 ORDER BY started_at, id",
            )
            .bind(user.as_str())
            .bind(to_millis(since))
        };
        Ok(self.rows(select).await?.iter().filter_map(|row| readable(summary(row))).collect())
    }

    async fn logged_documents_behind(
        &self,
        user: &UserId,
        cursor: Option<WorkoutCursor>,
        limit: u32,
    ) -> Result<Vec<Workout>, DatabaseError> {
        const BEHIND: &str = "\
            SELECT started_at, id, document FROM logged_workouts \
            WHERE user_id = $1 AND (started_at, id) < ($2, $3) \
            ORDER BY started_at DESC, id DESC LIMIT $4";
        self.page_of(user, BEHIND, cursor, limit, document).await
    }

    async fn count_logged(&self, user: &UserId, added_after: OffsetDateTime) -> Result<u64, DatabaseError> {
        let select = || {
            sqlx::query("SELECT count(*) AS count FROM logged_workouts WHERE user_id = $1 AND added_at > $2")
                .bind(user.as_str())
                .bind(to_millis(added_after))
        };
        self.count_of(select).await
    }

    async fn count_counting(&self, user: &UserId) -> Result<u64, DatabaseError> {
        let select = || {
            sqlx::query("SELECT count(*) AS count FROM logged_workouts WHERE user_id = $1 AND counts")
                .bind(user.as_str())
        };
        self.count_of(select).await
    }

    async fn history_version(&self, user: &UserId) -> Result<HistoryVersion, DatabaseError> {
        let select =
            || sqlx::query("SELECT number FROM workout_changes WHERE user_id = $1").bind(user.as_str());
        let changes: i64 = self.row(select).await?.map_or(Ok(0), |row| row.try_get("number"))?;
        Ok(HistoryVersion([changes, 0, 0, 0]))
    }
}
