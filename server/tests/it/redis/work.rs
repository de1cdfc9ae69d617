//! How much the server has to do: nothing scans, and a mass logout does not keep requests waiting for long.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream;
use session_rows::SessionRows;
use sessions::store::RedisRows;

use crate::redis::support::{NOW, Redis, anonymous, at, create, is_there, key, own, owned};

/// Calls of every command so far.
async fn calls(redis: &Redis) -> BTreeMap<String, u64> {
    let info: String = redis.run(&["INFO", "commandstats"]).await;
    info.lines()
        .filter_map(|line| {
            let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            Some((name.to_owned(), rest.split_once(',')?.0.parse().unwrap()))
        })
        .collect()
}

async fn fill(rows: &Arc<RedisRows>, numbers: std::ops::Range<u32>, owner: &str) {
    stream::iter(numbers).for_each_concurrent(64, |number| create_owned(rows, number, owner)).await;
}

async fn create_owned(rows: &RedisRows, number: u32, owner: &str) {
    create(rows, &owned(number, owner)).await;
}

#[tokio::test]
async fn no_operation_scans_and_listing_is_as_cheap_among_many() {
    let Some(server) = own(&[]) else { return };
    let redis = Redis::at(server.url()).await;
    let rows = &redis.rows;
    fill(rows, 0..20, "ann").await;
    let mut costs = Vec::new();
    for others in [1000..1001, 2000..4000] {
        fill(rows, others, "bob").await;
        let before = calls(&redis).await;
        rows.list("ann", NOW, 10).await.unwrap();
        rows.stats(NOW).await.unwrap();
        rows.sweep(NOW, 10).await.unwrap();
        let after = calls(&redis).await;
        costs.push(after.values().sum::<u64>() - before.values().sum::<u64>());
    }
    assert!(costs[1] <= costs[0] + 5, "more sessions of others cost more: {costs:?}");

    rows.save(&key(0), 1, b"x", NOW).await.unwrap();
    rows.touch(&key(0), at(1), at(1001), at(501), NOW).await.unwrap();
    rows.replace(&key(0), 2, &anonymous(9000), at(60), NOW).await.unwrap();
    rows.delete(&key(1)).await.unwrap();
    rows.end("ann", "handle-2").await.unwrap();
    rows.end_all("ann", None).await.unwrap();
    rows.end_everyone().await.unwrap();
    rows.ping().await.unwrap();
    let calls = calls(&redis).await;
    assert!(calls["evalsha"] > 2000, "{calls:?}");
    for command in ["keys", "scan", "hscan", "zscan", "sscan", "randomkey"] {
        assert!(!calls.contains_key(command), "{command} was used: {calls:?}");
    }
}

/// Of the last commands, as many as the server's log holds.
async fn longest_script(redis: &Redis) -> Duration {
    let log: Vec<(i64, i64, u64, Vec<String>, String, String)> = redis.run(&["SLOWLOG", "GET", "-1"]).await;
    log.iter().map(|entry| Duration::from_micros(entry.2)).max().unwrap()
}

/// Ten thousand sessions end at once; no other client waits more than a few milliseconds for their removal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ending_ten_thousand_sessions_lets_others_in_between() {
    let Some(server) = own(&["--slowlog-log-slower-than", "0", "--slowlog-max-len", "100"]) else { return };
    let redis = Redis::at(server.url()).await;
    fill(&redis.rows, 0..10_000, "ann").await;
    create(&redis.rows, &owned(20_000, "bob")).await;
    redis.run::<()>(&["SLOWLOG", "RESET"]).await;

    let begun = Instant::now();
    let ending = {
        let rows = redis.rows.clone();
        tokio::spawn(async move { (rows.end_all("ann", None).await.unwrap(), begun.elapsed()) })
    };
    let (mut longest, mut answers) = (Duration::ZERO, 0);
    while !ending.is_finished() {
        let asked = Instant::now();
        assert!(is_there(&redis.rows, 20_000).await);
        longest = longest.max(asked.elapsed());
        answers += 1;
    }
    let (ended, took) = ending.await.unwrap();
    let longest_script = longest_script(&redis).await;
    println!(
        "{}: {ended} sessions ended in {took:?}, longest script {longest_script:?}; meanwhile {answers} loads, \
         longest {longest:?}",
        server.product()
    );
    assert_eq!(ended, 10_000);
    assert!(answers > 5, "others were served in between: {answers}");
    assert!(longest_script < Duration::from_millis(50), "{longest_script:?}");
}

/// Redis has evicted an index of ten thousand entries: they are removed in many steps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tidying_a_long_list_lets_others_in_between() {
    for index in ["owner-activity", "owner-live", "owner-handles"] {
        let Some(server) = own(&["--slowlog-log-slower-than", "0", "--slowlog-max-len", "1000"]) else {
            return;
        };
        let redis = Redis::at(server.url()).await;
        fill(&redis.rows, 0..10_000, "ann").await;
        redis.run::<()>(&["UNLINK", &format!("sess:{index}:ann")]).await;
        create(&redis.rows, &owned(20_000, "ann")).await;
        redis.run::<()>(&["SLOWLOG", "RESET"]).await;
        let before = calls(&redis).await["evalsha"];

        let (listed, total) = redis.rows.list("ann", NOW, 10).await.unwrap();
        assert_eq!((listed.len(), listed[0].row.key, total), (1, key(20_000), 1), "{index}");
        let scripts = calls(&redis).await["evalsha"] - before;
        println!(
            "{}: without {index}, {scripts} scripts, the longest {:?}",
            server.product(),
            longest_script(&redis).await
        );
        // In batches, and not all in one.
        assert!(scripts > 10_000 / 500, "{index}: {scripts}");
    }
}
