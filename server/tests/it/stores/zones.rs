//! One clock and one zone: a session ends when the caller's clock says so, whatever PostgreSQL's clock and
//! time zone.

use session_rows::{Created, Lookup, NewRow, RowKey, Saved, SessionRows as _, Stats};
use sessions::store::PostgresRows;
use sqlx::postgres::PgPoolOptions;
use time::macros::{datetime, offset};
use time::{Duration, OffsetDateTime, UtcOffset};

/// Two moments, one past and one future, when it was or will be half past one in New York for the second time
/// that night, because the clocks were put back in between.
const ENDS: [OffsetDateTime; 2] = [datetime!(2001-10-28 06:30 UTC), datetime!(2090-11-05 06:30 UTC)];

/// Where callers are.
const ZONES: [UtcOffset; 4] = [offset!(UTC), offset!(-5), offset!(+5:45), offset!(+14)];

/// A database in New York time: a store whose connections use that too, and one whose connections use UTC.
async fn new_york() -> Option<(PostgresRows, PostgresRows)> {
    let url = test_servers::required(test_servers::postgres())?.fresh_url();
    let there = PgPoolOptions::new()
        .max_connections(2)
        // The client asks for UTC as it connects, which takes precedence over the database's settings.
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query("set time zone 'America/New_York'").execute(connection).await?;
                Ok(())
            })
        })
        .connect_lazy(&url)
        .unwrap();
    let alter = "do $$ begin execute format( \
                 'alter database %I set timezone = %L', current_database(), 'America/New_York'); end $$";
    sqlx::query(alter).execute(&there).await.unwrap();
    let zone: String = sqlx::query_scalar("show time zone").fetch_one(&there).await.unwrap();
    assert_eq!(zone, "America/New_York");
    let elsewhere = PgPoolOptions::new().max_connections(2).connect_lazy(&url).unwrap();
    Some((PostgresRows::new(there), PostgresRows::new(elsewhere)))
}

/// A session that began an hour before its end, when it was half past one for the first time.
fn session(end: OffsetDateTime) -> NewRow {
    let begin = end - Duration::HOUR;
    NewRow {
        key: RowKey([1; 32]),
        handle: "handle".to_owned(),
        owner: Some("owner".to_owned()),
        data: b"sealed".to_vec(),
        created_at: begin,
        last_activity: begin + Duration::MILLISECOND,
        expires_at: end,
        live_until: end,
    }
}

#[tokio::test]
async fn sessions_end_when_the_caller_says_so_whatever_zone_postgres_is_in() {
    let Some((there, elsewhere)) = new_york().await else { return };
    for end in ENDS.iter().flat_map(|end| ZONES.map(|zone| end.to_offset(zone))) {
        let new = session(end);
        let (key, before) = (&new.key, end - Duration::MILLISECOND);
        assert_eq!(there.create(&new).await.unwrap(), Created::Inserted);

        // A millisecond before, all find it as it was written.
        for rows in [&there, &elsewhere] {
            let Lookup::Found(found) = rows.load(key, before).await.unwrap() else { panic!("at {end}") };
            assert_eq!(found.row, new);
            assert_eq!(rows.list("owner", before, 10).await.unwrap(), (vec![*found], 1), "at {end}");
            let one = Stats { signed_in: 1, live: 1, expired: 0 };
            assert_eq!(rows.stats(before).await.unwrap(), one, "at {end}");
            assert_eq!(rows.sweep(before, 10).await.unwrap(), 0, "at {end}");
        }
        assert_eq!(there.save(key, 1, b"once", before).await.unwrap(), Saved::Written(2));
        assert_eq!(elsewhere.save(key, 2, b"twice", before).await.unwrap(), Saved::Written(3));
        assert!(there.touch(key, before, end, end, before).await.unwrap(), "at {end}");

        // Then none does.
        for rows in [&there, &elsewhere] {
            assert_eq!(rows.load(key, end).await.unwrap(), Lookup::Missing, "at {end}");
            assert_eq!(rows.list("owner", end, 10).await.unwrap(), (Vec::new(), 0), "at {end}");
            let one = Stats { signed_in: 0, live: 0, expired: 1 };
            assert_eq!(rows.stats(end).await.unwrap(), one, "at {end}");
            assert_eq!(rows.save(key, 3, b"late", end).await.unwrap(), Saved::Gone, "at {end}");
            assert!(!rows.touch(key, end, end, end, end).await.unwrap(), "at {end}");
        }
        assert_eq!(there.sweep(end, 10).await.unwrap(), 1, "at {end}");
        assert_eq!(elsewhere.stats(end).await.unwrap(), Stats::default(), "at {end}");
    }
}
