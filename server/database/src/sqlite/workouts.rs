//! Finished workouts.

use async_trait::async_trait;
use domain::account::UserId;
use domain::workout::log::FinishedWorkout;
use rusqlite::Row;
use time::{Duration, OffsetDateTime};

use super::SqliteDatabase;
use crate::codec::readable;
use crate::pages;
use accounts::ports::{DatabaseError, Workouts};
use domain::millis::{from_millis, to_millis};
use storage::sqlite::all;

fn workout(row: &Row<'_>) -> Result<FinishedWorkout, DatabaseError> {
    Ok(FinishedWorkout {
        name: row.get("name")?,
        started_at: from_millis(row.get("started_at")?),
        finished_at: from_millis(row.get("finished_at")?),
        sets_done: row.get("sets_done")?,
    })
}

#[async_trait]
impl Workouts for SqliteDatabase {
    async fn add_workout(&self, user: &UserId, result: &FinishedWorkout) -> Result<(), DatabaseError> {
        const ADD: &str = "\
            INSERT INTO workouts (user_id, name, started_at, finished_at, sets_done) \
            SELECT id, ?, ?, ?, ? FROM users WHERE id = ? ON CONFLICT (user_id, started_at) DO NOTHING";
        let (started_at, finished_at) = (to_millis(result.started_at), to_millis(result.finished_at));
        let (name, user) = (result.name.clone(), user.as_str().to_owned());
        self.change(ADD, (name, started_at, finished_at, i64::from(result.sets_done), user)).await?;
        Ok(())
    }

    async fn workouts_before(
        &self,
        user: &UserId,
        before: Option<OffsetDateTime>,
        limit: u32,
    ) -> Result<Vec<FinishedWorkout>, DatabaseError> {
        const BEFORE: &str = "SELECT name, started_at, finished_at, sets_done FROM workouts \
                              WHERE user_id = ? AND started_at < ? ORDER BY started_at DESC LIMIT ?";
        pages::page(before.map_or(i64::MAX, to_millis), limit, |before, limit| async move {
            let params = (user.as_str().to_owned(), before, i64::from(limit));
            let placed = |row: &Row<'_>| (row.get("started_at").ok(), workout(row));
            let rows = self.engine.scan(move |connection| all(connection, BEFORE, params, placed));
            Ok(rows.await?.into_iter().map(|(place, row)| (place, readable(row))).collect())
        })
        .await
    }

    async fn count_workouts(
        &self,
        user: &UserId,
        finished_after: OffsetDateTime,
    ) -> Result<u64, DatabaseError> {
        const COUNT: &str =
            "SELECT count(*) FROM workouts WHERE user_id = ? AND started_at > ? AND finished_at > ?";
        let started_after = to_millis(finished_after.saturating_sub(Duration::DAY));
        let params = (user.as_str(), started_after, to_millis(finished_after));
        let count = self.engine.read(|connection| {
            connection.prepare_cached(COUNT)?.query_row(params, |row| row.get::<_, i64>(0))
        });
        Ok(count.await?.unsigned_abs())
    }
}
