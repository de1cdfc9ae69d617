//! The operations of the trait, each with its script.

use async_trait::async_trait;
use redis::Value;
use time::OffsetDateTime;

use super::{RedisRows, scripts, wire};
use domain::millis::to_millis;
use session_rows::{
    Created, Lifetime, Lookup, NewRow, Replaced, Row, RowKey, Saved, SessionRows, Stats, StoreError,
};
use storage::fault::StoreFailure;

#[async_trait]
impl SessionRows for RedisRows {
    fn kind(&self) -> &'static str {
        "redis"
    }

    async fn create(&self, row: &NewRow) -> Result<Created, StoreError> {
        let mut script = self.script(&scripts::CREATE);
        // Without a `now`: a session begins with its first activity.
        wire::add(&mut script, row, row.last_activity);
        match self.connection.write::<String>(&script).await?.as_str() {
            "inserted" => Ok(Created::Inserted),
            "exists" => Ok(Created::KeyExists),
            other => Err(unexpected(other)),
        }
    }

    async fn load(&self, key: &RowKey, now: OffsetDateTime) -> Result<Lookup, StoreError> {
        let mut script = self.script(&scripts::LOAD);
        let answer: Value = self.connection.read(script.arg(wire::hex(key)).arg(to_millis(now))).await?;
        wire::lookup(key, answer)
    }

    async fn lifetimes(&self, keys: &[RowKey], now: OffsetDateTime) -> Result<Vec<Lifetime>, StoreError> {
        let mut script = self.script(&scripts::LIFETIMES);
        script.arg(to_millis(now));
        for key in keys {
            script.arg(wire::hex(key));
        }
        let answers: Vec<Value> = self.connection.read(&script).await?;
        answers.into_iter().map(wire::lifetime).collect()
    }

    async fn save(
        &self,
        key: &RowKey,
        revision: i64,
        data: &[u8],
        now: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let mut script = self.script(&scripts::SAVE);
        script.arg(wire::hex(key)).arg(revision).arg(to_millis(now)).arg(data);
        match self.connection.write::<String>(&script).await?.as_str() {
            "written" => Ok(Saved::Written(revision + 1)),
            "stale" => Ok(Saved::Stale),
            "gone" => Ok(Saved::Gone),
            other => Err(unexpected(other)),
        }
    }

    async fn replace(
        &self,
        old: &RowKey,
        revision: i64,
        new: &NewRow,
        tombstone_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Replaced, StoreError> {
        let mut script = self.script(&scripts::REPLACE);
        script.arg(wire::hex(old)).arg(revision).arg(to_millis(tombstone_until)).arg(to_millis(now));
        wire::add(&mut script, new, now);
        match self.connection.write::<String>(&script).await?.as_str() {
            "done" => Ok(Replaced::Done),
            "stale" => Ok(Replaced::Stale),
            "gone" => Ok(Replaced::Gone),
            "exists" => Ok(Replaced::KeyExists),
            other => Err(unexpected(other)),
        }
    }

    async fn touch(
        &self,
        key: &RowKey,
        last_activity: OffsetDateTime,
        expires_at: OffsetDateTime,
        live_until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut script = self.script(&scripts::TOUCH);
        script.arg(wire::hex(key));
        for time in [last_activity, expires_at, live_until, now] {
            script.arg(to_millis(time));
        }
        self.connection.write(&script).await
    }

    async fn delete(&self, key: &RowKey) -> Result<bool, StoreError> {
        self.connection.write(self.script(&scripts::DELETE).arg(wire::hex(key))).await
    }

    async fn discard(&self, key: &RowKey, revision: i64) -> Result<bool, StoreError> {
        self.connection.write(self.script(&scripts::DELETE).arg(wire::hex(key)).arg(revision)).await
    }

    async fn end(&self, owner: &str, handle: &str) -> Result<bool, StoreError> {
        self.connection.write(self.script(&scripts::END).arg(owner).arg(handle)).await
    }

    async fn end_all(&self, owner: &str, except: Option<&RowKey>) -> Result<u64, StoreError> {
        let ended_index = self.new_ended_index();
        let mut script = self.script(&scripts::END_ALL);
        script.arg(owner).arg(&ended_index);
        if let Some(except) = except {
            script.arg(wire::hex(except));
        }
        let () = self.connection.write(&script).await?;
        self.empty(&ended_index).await
    }

    async fn list(
        &self,
        owner: &str,
        now: OffsetDateTime,
        limit: u32,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let mut script = self.script(&scripts::LIST);
        script.arg(owner).arg(to_millis(now)).arg(limit);
        if let Some(listed) = self.connection.read(&script).await? {
            return wire::rows(listed);
        }
        self.tidy(owner).await?;
        let listed: Option<wire::Listed> = self.connection.read(script.arg("tidied")).await?;
        wire::rows(listed.ok_or_else(|| unexpected("nil"))?)
    }

    async fn sweep(&self, now: OffsetDateTime, batch: u32) -> Result<u64, StoreError> {
        self.connection.write(self.script(&scripts::SWEEP).arg(to_millis(now)).arg(batch)).await
    }

    async fn stats(&self, now: OffsetDateTime) -> Result<Stats, StoreError> {
        let mut script = self.script(&scripts::STATS);
        let (signed_in, live, present): (u64, u64, u64) =
            self.connection.read(script.arg(to_millis(now))).await?;
        Ok(Stats { signed_in, live, expired: present.saturating_sub(live) })
    }

    async fn end_everyone(&self) -> Result<u64, StoreError> {
        let ended_indexes = [self.new_ended_index(), self.new_ended_index()];
        let () = self.connection.write(self.script(&scripts::END_EVERYONE).arg(&ended_indexes)).await?;
        Ok(self.empty(&ended_indexes[0]).await? + self.empty(&ended_indexes[1]).await?)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.connection.read::<u64>(&self.script(&scripts::PING)).await.map(drop)
    }
}

/// A script returned something impossible: another program has written under this prefix.
fn unexpected(answer: &str) -> StoreError {
    tracing::debug!(answer, "unexpected answer of a script");
    StoreError::new(StoreFailure::unreadable("a key under the prefix"))
}
