//! Commands that fail: the server stops, steps down, or breaks the connection.

use std::time::Duration;

use mongodb::bson::{Document, doc};
use tower_sessions_mongodb_store::{Created, Lookup, Replaced, Saved};

use crate::support::{NOW, Watched, at, key, owned, two_clients};

/// A server has one fail point for commands: who sets it must be alone with it.
static FAIL_POINT: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The ways of failing, each before the command is executed.
fn ways() -> [Document; 3] {
    [doc! { "errorCode": 91 }, doc! { "errorCode": 10107 }, doc! { "closeConnection": true }]
}

/// Often enough for the driver's own second attempt, and this package's, to fail as well.
const FOR_GOOD: i32 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn one_failure_is_not_noticed() {
    let _alone = FAIL_POINT.lock().await;
    let Some((client, _)) = two_clients().await else { return };
    for (number, way) in (1..).step_by(10).zip(ways()) {
        for command in ["insert", "find", "update", "delete", "aggregate"] {
            client.fail(&[command], 1, way.clone()).await;
            let rows = &client.rows;
            client.create(&owned(number, "me")).await;
            assert!(client.find(&key(number)).await.is_some());
            assert_eq!(rows.save(&key(number), 1, b"new", NOW).await.unwrap(), Saved::Written(2));
            let new = owned(number + 1, "me");
            assert_eq!(rows.replace(&key(number), 2, &new, at(60), NOW).await.unwrap(), Replaced::Done);
            assert_eq!(rows.list("me", NOW, 1).await.unwrap().1, 1);
            assert_eq!(rows.stats(NOW).await.unwrap().live, 1);
            // `deleteMany` is what the driver does not repeat by itself.
            assert_eq!(rows.end_all("me", None).await.unwrap(), 1, "{command}: {way}");
            while rows.sweep(at(5000), 100).await.unwrap() > 0 {}
            client.fail_no_more().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replace_that_fails_at_any_step_has_happened_or_has_not() {
    let _alone = FAIL_POINT.lock().await;
    let Some((client, other)) = two_clients().await else { return };
    let mut number = 0;
    for way in ways() {
        for before in 0..3 {
            let (old, new) = (number, number + 1);
            number += 2;
            client.create(&owned(old, "me")).await;
            let rows = client.rows.clone();
            let stopped = client.stop_before(before, async move {
                rows.replace(&key(old), 1, &owned(new, "me"), at(60), NOW).await
            });
            let stopped = stopped.await.ok().unwrap();
            client.fail(&["insert", "update"], FOR_GOOD, way.clone()).await;
            assert!(stopped.go_on().await.is_err(), "{way} before command {before}");
            client.fail_no_more().await;

            let committed = before == 2;
            assert_eq!(other.find(&key(old)).await.is_some(), !committed, "{way} before command {before}");
            assert_eq!(other.find(&key(new)).await.is_some(), committed, "{way} before command {before}");
            // It goes on from there.
            let from = if committed { new } else { old };
            let to = owned(100 + old, "me");
            assert_eq!(other.rows.replace(&key(from), 1, &to, at(60), NOW).await.unwrap(), Replaced::Done);
            assert_eq!(other.rows.end_all("me", None).await.unwrap(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_fails_ends_nobody_later() {
    let _alone = FAIL_POINT.lock().await;
    let Some((client, other)) = two_clients().await else { return };
    client.create(&owned(1, "me")).await;
    for way in ways() {
        client.fail(&["delete"], FOR_GOOD, way.clone()).await;
        assert!(client.rows.end_all("me", None).await.is_err(), "{way}");
        client.fail_no_more().await;
        assert_eq!(other.rows.list("me", NOW, 10).await.unwrap().1, 1, "{way}");
    }
    // Neither at its next change of key, nor after that.
    assert_eq!(other.rows.replace(&key(1), 1, &owned(2, "me"), at(60), NOW).await.unwrap(), Replaced::Done);
    assert!(client.find(&key(2)).await.is_some());
    assert_eq!(client.rows.end_all("me", None).await.unwrap(), 1);
    assert_eq!(client.find(&key(2)).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_was_not_written() {
    let _alone = FAIL_POINT.lock().await;
    let Some((client, other)) = two_clients().await else { return };
    client.create(&owned(1, "me")).await;
    for way in ways() {
        client.fail(&["insert", "update", "delete"], 2 * FOR_GOOD + 2, way.clone()).await;
        assert!(client.rows.create(&owned(2, "me")).await.is_err(), "{way}");
        assert!(client.rows.save(&key(1), 1, b"new", NOW).await.is_err(), "{way}");
        assert!(client.rows.delete(&key(1)).await.is_err(), "{way}");
        client.fail_no_more().await;
        assert_eq!(other.rows.load(&key(2), NOW).await.unwrap(), Lookup::Missing);
        assert_eq!(other.find(&key(1)).await.unwrap().row, owned(1, "me"));
    }
    // The keys are free still, the revision is the same.
    assert_eq!(client.rows.create(&owned(2, "me")).await.unwrap(), Created::Inserted);
    assert_eq!(client.rows.save(&key(1), 1, b"new", NOW).await.unwrap(), Saved::Written(2));
}

/// The write happened, and the caller is told of a failure: replication was too slow for what was asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_the_session_under_one_key() {
    let _alone = FAIL_POINT.lock().await;
    let Some((client, other)) = two_clients().await else { return };
    let lost = doc! { "writeConcernError": { "code": 64, "errmsg": "waiting for replication timed out" } };
    let rows = &client.rows;

    client.fail(&["insert"], 1, lost.clone()).await;
    assert!(rows.create(&owned(1, "me")).await.is_err());
    assert!(other.find(&key(1)).await.is_some());
    client.fail(&["update"], 1, lost.clone()).await;
    assert!(rows.save(&key(1), 1, b"new", NOW).await.is_err());
    assert_eq!(rows.save(&key(1), 1, b"newer", NOW).await.unwrap(), Saved::Stale, "it was saved");

    for step in 0..3 {
        let (old, new) = (10 + 2 * step, 11 + 2 * step);
        client.create(&owned(old, "you")).await;
        let rows = client.rows.clone();
        let stopped = client.stop_before(step.into(), async move {
            rows.replace(&key(old), 1, &owned(new, "you"), at(60), NOW).await
        });
        let stopped = stopped.await.ok().unwrap();
        client.fail(&["insert", "update"], 1, lost.clone()).await;
        assert!(stopped.go_on().await.is_err(), "step {step}");
        client.fail_no_more().await;

        let committed = step > 0;
        assert_eq!(other.find(&key(old)).await.is_some(), !committed, "step {step}");
        assert_eq!(other.find(&key(new)).await.is_some(), committed, "step {step}");
        assert_eq!(other.rows.list("you", NOW, 10).await.unwrap().1, 1, "step {step}");
        assert_eq!(other.rows.end_all("you", None).await.unwrap(), 1, "step {step}");
        assert_eq!(client.find(&key(new)).await, None, "step {step}");
    }

    client.fail(&["delete"], 1, lost.clone()).await;
    assert!(rows.delete(&key(1)).await.is_err());
    assert_eq!(other.find(&key(1)).await, None);
    client.create(&owned(2, "me")).await;
    client.fail(&["delete"], 1, lost).await;
    assert!(rows.end_all("me", None).await.is_err());
    assert_eq!(other.find(&key(2)).await, None);
    client.fail_no_more().await;
}

/// On a server of its own, because everybody loses their primary. MongoDB marks its refusal as one to be tried again,
/// and the driver waits for the next primary; SecantusDB does not mark it, and the caller is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_down_neither_loses_nor_resurrects() {
    let Some(server) = test_servers::required(test_servers::own(test_servers::Kind::MongoDb)) else { return };
    let client = Watched::connect(&server.fresh_url()).await;
    let admin = client.database.client().database("admin");
    let mut refused = 0;
    for number in [1, 11] {
        client.create(&owned(number, "me")).await;
        admin.run_command(doc! { "replSetStepDown": 2, "force": true }).await.unwrap();
        let new = owned(number + 1, "me");
        while let Err(error) = client.rows.replace(&key(number), 1, &new, at(60), NOW).await {
            println!("{}: {error}", server.product());
            refused += 1;
            assert!(refused < 1000 && client.find(&key(number)).await.is_some(), "refused and gone");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(client.find(&key(number)).await, None);
        assert!(client.find(&key(number + 1)).await.is_some());

        admin.run_command(doc! { "replSetStepDown": 2, "force": true }).await.unwrap();
        while client.rows.end_all("me", None).await.is_err() {
            refused += 1;
            assert!(refused < 1000, "there is a primary again after two seconds");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(client.find(&key(number + 1)).await, None);
    }
    // It says itself that it is no primary: otherwise nothing of this was tried.
    assert!(refused > 0, "four step-downs and nobody was refused");
}
