//! A server that is down, silent, or back again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use session_rows::SessionRows;
use sessions::store::redis::{PREFIX, RedisRows};

use crate::redis::support::{NOW, Redis, anonymous, create, is_there, key, own};

#[tokio::test]
async fn a_restart_of_the_server_is_not_noticed_by_a_reader() {
    let Some(server) = own(&["--appendonly", "yes", "--appendfsync", "always"]) else { return };
    let rows = Redis::at(server.url()).await.rows;
    for (number, restart) in (0..).zip([test_servers::Server::stop, test_servers::Server::kill]) {
        create(&rows, &anonymous(number)).await;
        restart(&server);
        let begun = Instant::now();
        assert!(rows.load(&key(number), NOW).await.is_err(), "an error, not a missing session");
        assert!(rows.create(&anonymous(100 + number)).await.is_err());
        assert!(begun.elapsed() < Duration::from_secs(1), "refused at once: {:?}", begun.elapsed());
        server.start();
        assert!(is_there(&rows, number).await, "the very next request, with the same session");
        create(&rows, &anonymous(200 + number)).await;

        // No operation ran while it was down: the connection looks intact and is not.
        restart(&server);
        server.start();
        assert!(is_there(&rows, number).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_server_is_waited_for_no_longer_than_said() {
    let Some(server) = own(&[]) else { return };
    let client = redis::Client::open(server.url()).unwrap();
    let timeout = Duration::from_millis(300);
    let rows = Arc::new(RedisRows::new(client, PREFIX, timeout));
    create(&rows, &anonymous(1)).await;
    server.pause();
    // On the existing connection, and on those opened since, which are just as silent.
    for _ in 0..3 {
        let begun = Instant::now();
        let waiting: Vec<_> = (0..50)
            .map(|_| {
                let rows = rows.clone();
                tokio::spawn(async move { rows.load(&key(1), NOW).await })
            })
            .collect();
        for task in waiting {
            let error = task.await.unwrap().unwrap_err();
            assert!(error.to_string().contains("answer within 300ms"), "{error}");
        }
        assert!(begun.elapsed() < timeout * 2, "not one after the other: {:?}", begun.elapsed());
    }
    server.resume();
    assert!(is_there(&rows, 1).await, "the very next request");
}

#[tokio::test]
async fn a_store_can_be_made_while_the_server_is_away() {
    let Some(server) = own(&[]) else { return };
    server.stop();
    let client = redis::Client::open(server.url()).unwrap();
    let rows = RedisRows::new(client, PREFIX, Duration::from_secs(2));
    assert!(rows.ping().await.is_err());
    server.start();
    rows.ping().await.unwrap();
    create(&rows, &anonymous(1)).await;
}

#[tokio::test]
async fn a_caller_who_goes_away_while_connecting_leaves_no_trace() {
    let Some(server) = own(&[]) else { return };
    let redis = Redis::at(server.url()).await;
    let connected = async || redis.run::<String>(&["CLIENT", "LIST"]).await.lines().count();
    let before = connected().await;
    let client = redis::Client::open(server.url()).unwrap();
    for micros in [0, 50, 100, 200, 400, 800] {
        let rows = Arc::new(RedisRows::new(client.clone(), PREFIX, Duration::from_secs(2)));
        let asked = {
            let rows = rows.clone();
            tokio::spawn(async move { rows.ping().await })
        };
        tokio::time::sleep(Duration::from_micros(micros)).await;
        asked.abort();
        rows.ping().await.unwrap();
        assert!(connected().await > before);
    }
    // The server notices a moment later.
    let begun = Instant::now();
    while connected().await > before {
        assert!(begun.elapsed() < Duration::from_secs(10), "{} connections", connected().await - before);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn nothing_shown_of_a_store_holds_its_password() {
    let client = redis::Client::open("redis://ann:secret-word@127.0.0.1:1/0").unwrap();
    let rows = RedisRows::new(client, PREFIX, Duration::from_millis(500));
    assert!(!format!("{rows:?}").contains("secret-word"));
    let error = rows.ping().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret-word"), "{error:?}");
}
