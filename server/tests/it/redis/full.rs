//! Full memory under `noeviction`: new sessions and saves are rejected, everything else works.

use session_rows::{Created, Lookup, Replaced, SessionRows};

use crate::redis::audit::audit;
use crate::redis::support::{NOW, Redis, at, is_there, key, own, owned};
use crate::support::helpers::{PASSWORD, Setup};
use crate::support::stack::Urls;

/// Sets the limit this many bytes above what the empty server needs.
async fn leave_room(redis: &Redis, bytes: u64) {
    let info: String = redis.run(&["INFO", "memory"]).await;
    let used = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
    let limit = used.parse::<u64>().unwrap() + bytes;
    redis.run::<()>(&["CONFIG", "SET", "maxmemory", &limit.to_string()]).await;
}

#[tokio::test]
async fn with_memory_full_people_stay_signed_in_and_get_out() {
    let Some(server) = own(&["--maxmemory-policy", "noeviction"]) else { return };
    let redis = Redis::at(server.url()).await;
    leave_room(&redis, 2_000_000).await;
    let rows = &redis.rows;
    let mut created = 0;
    let error = loop {
        let mut row = owned(created, if created % 2 == 0 { "ann" } else { "bob" });
        row.data = vec![0xff; 10_000];
        match rows.create(&row).await {
            Ok(outcome) => assert_eq!(outcome, Created::Inserted),
            Err(error) => break error,
        }
        created += 1;
        assert!(created < 10_000, "memory never fills");
    };
    assert!(error.to_string().contains("OOM"), "{error}");
    assert!(created > 20, "{created}");
    assert_eq!(rows.load(&key(created), NOW).await.unwrap(), Lookup::Missing, "not partially");
    assert_eq!(audit(&redis).await.findings, [""; 0]);

    // Writing fails …
    assert!(rows.save(&key(0), 1, &[0; 10_000], NOW).await.is_err());
    assert!(rows.replace(&key(0), 1, &owned(9999, "ann"), at(60), NOW).await.is_err());
    // … reading and activity do not …
    assert!(is_there(rows, 0).await);
    assert!(rows.ping().await.is_ok());
    assert_eq!(rows.list("ann", NOW, 10).await.unwrap().0.len(), 10);
    assert_eq!(rows.stats(NOW).await.unwrap().signed_in, u64::from(created));
    assert!(rows.touch(&key(0), at(1), at(1001), at(501), NOW).await.unwrap());
    // … nor does logging out, in any way,
    assert!(rows.delete(&key(0)).await.unwrap());
    assert!(rows.discard(&key(2), 1).await.unwrap());
    assert!(rows.end("ann", "handle-4").await.unwrap());
    assert!(rows.end_all("bob", Some(&key(1))).await.unwrap() > 5);
    assert!(is_there(rows, 1).await);
    assert!(rows.sweep(at(5000), 5).await.unwrap() == 5);

    // and that makes room.
    let replaced = rows.replace(&key(1), 1, &owned(9999, "bob"), at(60), NOW).await;
    assert!(matches!(replaced, Ok(Replaced::Done | Replaced::Gone)), "{replaced:?}");
    assert_eq!(rows.create(&owned(20_000, "ann")).await.unwrap(), Created::Inserted);
    assert_eq!(audit(&redis).await.findings, [""; 0]);
    assert!(rows.end_everyone().await.unwrap() > 5);
    assert_eq!(audit(&redis).await.sessions, 0);
}

/// Any other policy evicts keys of its choice. Whatever it evicts, every session that signs somebody in can
/// be ended.
#[tokio::test]
async fn whatever_is_evicted_what_is_left_can_be_listed_and_ended() {
    for policy in ["allkeys-random", "volatile-random", "allkeys-lru"] {
        let Some(server) = own(&["--maxmemory-policy", policy]) else { return };
        let redis = Redis::at(server.url()).await;
        leave_room(&redis, 2_000_000).await;
        let owners = ["ann", "bob", "cat"];
        for number in 0..3000 {
            let mut row = owned(number, owners[number as usize % 3]);
            row.data = vec![0xff; 2000];
            redis.rows.create(&row).await.unwrap();
        }
        let mut there = Vec::new();
        for number in 0..3000 {
            if is_there(&redis.rows, number).await {
                there.push(key(number));
            }
        }
        assert!(there.len() < 3000, "{policy}: nothing was evicted");
        let mut listed = Vec::new();
        for owner in owners {
            let (rows, total) = redis.rows.list(owner, NOW, 3000).await.unwrap();
            // One that was counted may be evicted before it is read.
            assert!(rows.len() as u64 <= total, "{policy}: {} of {total}", rows.len());
            listed.extend(rows.into_iter().map(|row| row.row.key));
        }
        listed.sort_unstable();
        // Reading evicts as well (a little), so earlier sessions may be gone by the time of the list.
        assert!(listed.iter().all(|key| there.contains(key)), "{policy}");
        println!("{policy}: {} of 3000 left, {} listed", there.len(), listed.len());
        for owner in owners {
            redis.rows.end_all(owner, None).await.unwrap();
        }
        for number in 0..3000 {
            assert!(!is_there(&redis.rows, number).await, "{policy}: {number} survived");
        }
    }
}

/// A load balancer should know before the people do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_memory_full_an_instance_is_not_ready_and_with_room_it_is_again() {
    let Some(server) = own(&["--maxmemory-policy", "noeviction"]) else { return };
    let redis = Redis::at(server.url()).await;
    let directory = tempfile::tempdir().unwrap();
    let urls = Urls {
        sessions: server.url().to_owned(),
        database: format!("sqlite://{}", directory.path().join("test.db").display()),
    };
    let app = Setup::default().on(&urls).spawn().await;
    app.registered("ann@example.com").await;
    assert_eq!(app.browser().get("/readyz").await.status, 200);
    redis.run::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    assert_eq!(app.browser().log_in("ann@example.com", PASSWORD).await.status, 503);
    let answer = app.browser().get("/readyz").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (503, "the session store is full\n"));
    redis.run::<()>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    app.logged_in("ann@example.com").await;
    let begun = std::time::Instant::now();
    while app.browser().get("/readyz").await.status != 200 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(5));
        tokio::task::yield_now().await;
    }
}
