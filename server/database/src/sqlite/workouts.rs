//! Finished workouts.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::log::FinishedWorkout;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use time::{Duration, OffsetDateTime};

use super::SqliteDatabase;
use crate::codec::readable;
use accounts::ports::{DatabaseError, Workouts};
use domain::millis::{from_millis, to_millis};

fn workout(row: &SqliteRow) -> Result<FinishedWorkout, DatabaseError> {
    Ok(FinishedWorkout {
        name: row.try_get("name")?,
        started_at: from_millis(row.try_get("started_at")?),
        finished_at: from_millis(row.try_get("finished_at")?),
        sets_done: row.try_get("sets_done")?,
    })
}

#[async_trait]
impl Workouts for SqliteDatabase {
    async fn add_workout(&self, user: &UserId, result: &FinishedWorkout) -> Result<(), DatabaseError> {
        sqlx::query(
            "INSERT INTO workouts (user_id, name, started_at, finished_at, sets_done) \
             SELECT id, ?, ?, ?, ? FROM users WHERE id = ? ON CONFLICT (user_id, started_at) DO NOTHING",
        )
        .bind(&result.name)
        .bind(to_millis(result.started_at))
        .bind(to_millis(result.finished_at))
        .bind(i64::from(result.sets_done))
        .bind(user.as_str())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn workouts_before(
        &self,
        user: &UserId,
        before: Option<OffsetDateTime>,
        limit: u32,
    ) -> Result<Vec<FinishedWorkout>, DatabaseError> {
        let rows = sqlx::query(
            "SELECT name, started_at, finished_at, sets_done FROM workouts \
             WHERE user_id = ? AND started_at < ? ORDER BY started_at DESC LIMIT ?",
        )
        .bind(user.as_str())
        .bind(before.map_or(i64::MAX, to_millis))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().filter_map(|row| readable(workout(row))).collect())
    }

    async fn count_workouts(
        &self,
        user: &UserId,
        finished_after: OffsetDateTime,
    ) -> Result<u64, DatabaseError> {
        let count: i64 = sqlx::query(
            "SELECT count(*) FROM workouts WHERE user_id = ? AND started_at > ? AND finished_at > ?",
        )
        .bind(user.as_str())
        .bind(to_millis(finished_after.saturating_sub(Duration::DAY)))
        .bind(to_millis(finished_after))
        .fetch_one(&self.pool)
        .await?
        .try_get(0)?;
        Ok(count.unsigned_abs())
    }
}
