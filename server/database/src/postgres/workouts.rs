//! Finished workouts.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::log::FinishedWorkout;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use time::{Duration, OffsetDateTime};

use super::PostgresDatabase;
use crate::codec::readable;
use crate::pages;
use accounts::ports::{DatabaseError, Workouts};
use domain::millis::{from_millis, to_millis};

fn workout(row: &PgRow) -> Result<FinishedWorkout, DatabaseError> {
    let sets_done: i32 = row.try_get("sets_done")?;
    Ok(FinishedWorkout {
        name: row.try_get("name")?,
        started_at: from_millis(row.try_get("started_at")?),
        finished_at: from_millis(row.try_get("finished_at")?),
        sets_done: sets_done.try_into().map_err(|_| DatabaseError::corrupt("workouts.sets_done"))?,
    })
}

#[async_trait]
impl Workouts for PostgresDatabase {
    async fn add_workout(&self, user: &UserId, result: &FinishedWorkout) -> Result<(), DatabaseError> {
        let insert = || {
            sqlx::query(
                "INSERT INTO workouts (user_id, name, started_at, finished_at, sets_done) \
                 SELECT id, $2, $3, $4, $5 FROM users WHERE id = $1 FOR KEY SHARE \
                 ON CONFLICT (user_id, started_at) DO NOTHING",
            )
            .bind(user.as_str())
            .bind(&result.name)
            .bind(to_millis(result.started_at))
            .bind(to_millis(result.finished_at))
            .bind(i32::from(result.sets_done))
        };
        self.change(insert).await?;
        Ok(())
    }

    async fn workouts_before(
        &self,
        user: &UserId,
        before: Option<OffsetDateTime>,
        limit: u32,
    ) -> Result<Vec<FinishedWorkout>, DatabaseError> {
        pages::page(before.map_or(i64::MAX, to_millis), limit, |before, limit| async move {
            let select = || {
                sqlx::query(
                    "SELECT name, started_at, finished_at, sets_done FROM workouts \
                     WHERE user_id = $1 AND started_at < $2 ORDER BY started_at DESC LIMIT $3",
                )
                .bind(user.as_str())
                .bind(before)
                .bind(i64::from(limit))
            };
            let placed = |row: &PgRow| (row.try_get("started_at").ok(), readable(workout(row)));
            Ok(self.rows(select).await?.iter().map(placed).collect())
        })
        .await
    }

    async fn count_workouts(
        &self,
        user: &UserId,
        finished_after: OffsetDateTime,
    ) -> Result<u64, DatabaseError> {
        let select = || {
            sqlx::query(
                "SELECT count(*) AS count FROM workouts \
                 WHERE user_id = $1 AND started_at > $2 AND finished_at > $3",
            )
            .bind(user.as_str())
            .bind(to_millis(finished_after.saturating_sub(Duration::DAY)))
            .bind(to_millis(finished_after))
        };
        let row = self.row(select).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get("count"))?;
        Ok(count.unsigned_abs())
    }
}
