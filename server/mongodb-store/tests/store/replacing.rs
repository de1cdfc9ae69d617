//! A replace that something happens to between its statements.

use tower_sessions_mongodb_store::{Lookup, Replaced, Rows, Saved, Times};

use crate::support::{NOW, Watched, anonymous, at, key, owned, two_clients};

/// Commands of a replace that succeeds: insert, commit, activate.
const COMMANDS: usize = 3;

async fn replace(rows: Rows, old: u8, new: u8) -> Replaced {
    rows.replace(&key(old), 1, &owned(new, "me"), at(60), NOW).await.unwrap()
}

/// Which of two keys lead to a session, each asked for once nothing moves any more.
async fn alive(client: &Watched, old: u8, new: u8) -> (bool, bool) {
    (client.find(&key(old)).await.is_some(), client.find(&key(new)).await.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replace_is_three_statements() {
    let Some((client, _)) = two_clients().await else { return };
    client.create(&owned(1, "me")).await;
    let (done, commands) = client.commands_of(replace(client.rows.clone(), 1, 2)).await;
    assert_eq!((done, commands.len()), (Replaced::Done, COMMANDS));
    assert_eq!((client.in_state("active").await, client.in_state("pending").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_one_key_leads_to_the_session_at_every_step() {
    let Some((client, other)) = two_clients().await else { return };
    for before in 0..COMMANDS {
        let (old, new) = (10 + 2 * before as u8, 11 + 2 * before as u8);
        client.create(&owned(old, "me")).await;
        let stopped = client.stop_before(before, replace(client.rows.clone(), old, new)).await;
        let committed = before == 2;
        assert_eq!(alive(&other, old, new).await, (!committed, committed), "before command {before}");
        assert_eq!(stopped.ok().unwrap().go_on().await, Replaced::Done);
        assert_eq!(alive(&other, old, new).await, (false, true));
        assert_eq!(other.rows.load(&key(old), NOW).await.unwrap(), Lookup::Replaced);
        assert_eq!(other.rows.list("me", NOW, 10).await.unwrap().1, 1 + before as u64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replace_given_up_at_any_step_has_happened_or_has_not() {
    let Some((client, other)) = two_clients().await else { return };
    for before in 0..COMMANDS {
        let (old, new) = (10 + 2 * before as u8, 11 + 2 * before as u8);
        client.create(&owned(old, "me")).await;
        let stopped = client.stop_before(before, replace(client.rows.clone(), old, new)).await;
        stopped.ok().unwrap().give_up().await;
        // The command it stood before may be on its way still; one key leads to the session all the same.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let (old_lives, new_lives) = alive(&other, old, new).await;
        assert!(old_lives != new_lives, "before command {before}: {old_lives}, {new_lives}");
        // Whichever it is, it can be replaced once more.
        let (from, to) = (if old_lives { old } else { new }, 100 + old);
        assert_eq!(replace(other.rows.clone(), from, to).await, Replaced::Done);
        assert_eq!(other.rows.list("me", NOW, 10).await.unwrap().1, 1 + before as u64);
    }
    // What was left behind is invisible, and goes when the tombstones do.
    assert_eq!(other.rows.end_all("me", None).await.unwrap(), COMMANDS as u64);
    while other.rows.sweep(at(60), 100).await.unwrap() > 0 {}
    for state in ["active", "pending", "replaced"] {
        assert_eq!(other.in_state(state).await, 0, "{state}");
    }
}

/// Every operation on the new key completes a replace that was given up after its commit.
#[tokio::test(flavor = "multi_thread")]
async fn every_operation_on_the_new_key_finds_a_committed_replace() {
    let Some((client, other)) = two_clients().await else { return };
    for (number, operation) in (0_u8..).zip(["load", "save", "touch", "delete", "discard", "replace"]) {
        let (old, new) = (10 + 2 * number, 11 + 2 * number);
        client.create(&anonymous(old)).await;
        let stopped = client.stop_before(2, replace(client.rows.clone(), old, new)).await;
        assert_eq!(other.in_state("pending").await, 1, "before {operation}");
        let (rows, new) = (&other.rows, key(new));
        let times = Times { last_activity: at(1), expires_at: at(2000), live_until: at(600) };
        assert!(match operation {
            "load" => matches!(rows.load(&new, NOW).await.unwrap(), Lookup::Found(_)),
            "save" => rows.save(&new, 1, b"new", NOW).await.unwrap() == Saved::Written(2),
            "touch" => rows.touch(&new, times, NOW).await.unwrap(),
            "delete" => rows.delete(&new).await.unwrap(),
            "discard" => rows.discard(&new, 1).await.unwrap(),
            _ => rows.replace(&new, 1, &owned(99, "me"), at(60), NOW).await.unwrap() == Replaced::Done,
        });
        assert_eq!(other.in_state("pending").await, 0, "after {operation}");
        // The replace itself comes late and changes nothing.
        let before = rows.load(&new, NOW).await.unwrap();
        assert_eq!(stopped.ok().unwrap().go_on().await, Replaced::Done, "{operation}");
        assert_eq!(rows.load(&new, NOW).await.unwrap(), before, "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_never_committed_is_no_session() {
    let Some((client, other)) = two_clients().await else { return };
    client.create(&owned(1, "me")).await;
    let stopped = client.stop_before(1, replace(client.rows.clone(), 1, 2)).await.ok().unwrap();
    let (rows, new) = (&other.rows, key(2));
    let times = Times { last_activity: at(1), expires_at: at(2000), live_until: at(600) };
    assert_eq!(rows.load(&new, NOW).await.unwrap(), Lookup::Missing);
    assert_eq!(rows.save(&new, 1, b"new", NOW).await.unwrap(), Saved::Gone);
    assert!(!rows.touch(&new, times, NOW).await.unwrap());
    assert!(!rows.delete(&new).await.unwrap());
    assert!(!rows.discard(&new, 1).await.unwrap());
    assert_eq!(rows.list("me", NOW, 10).await.unwrap().1, 1);
    assert_eq!(rows.stats(NOW).await.unwrap().live, 1);
    // The old row is saved meanwhile: the commit comes too late, and nothing of it stays.
    assert_eq!(rows.save(&key(1), 1, b"newer", NOW).await.unwrap(), Saved::Written(2));
    assert_eq!(stopped.go_on().await, Replaced::Stale);
    assert_eq!(other.in_state("pending").await, 0);
    assert_eq!(client.find(&key(1)).await.unwrap().row.data, b"newer");
}
