//! Where the operations read: at the primary. A secondary may still show a session that was ended.

use mongodb::bson::{Document, doc};
use tower_sessions_mongodb_store::{Replaced, Saved, Times};

use crate::support::{NOW, Watched, at, key, owned};

/// May a secondary answer this command? The driver says so in whatever may be read there.
fn allows_a_secondary(command: &Document) -> bool {
    let mode = command.get_document("$readPreference").and_then(|preference| preference.get_str("mode"));
    mode.is_ok_and(|mode| mode == "secondaryPreferred")
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_read_from_the_primary_whatever_the_address_says() {
    let Some(server) = test_servers::required(test_servers::mongodb()) else { return };
    let url = server.fresh_url();
    let separator = if url.contains('?') { '&' } else { '?' };
    let client = Watched::connect(&format!("{url}{separator}readPreference=secondaryPreferred")).await;
    let rows = &client.rows;
    client.create(&owned(1, "me")).await;
    client.create(&owned(2, "me")).await;

    // A read past the store gets what the address asks for: otherwise nothing of this was tried.
    let sessions = client.database.collection::<Document>("sessions");
    let (found, commands) = client.commands_of(async { sessions.find_one(doc! {}).await.unwrap() }).await;
    assert!(found.is_some());
    assert!(commands.iter().all(allows_a_secondary) && !commands.is_empty(), "{commands:?}");

    let times = Times { last_activity: at(1), expires_at: at(1000), live_until: at(500) };
    let (_, commands) = client
        .commands_of(async {
            rows.load(&key(1), NOW).await.unwrap();
            // What is refused is looked at once more, for the answer's words.
            assert_eq!(rows.save(&key(1), 9, b"new", NOW).await.unwrap(), Saved::Stale);
            assert!(!rows.touch(&key(9), times, NOW).await.unwrap());
            let replaced = rows.replace(&key(1), 9, &owned(3, "me"), at(60), NOW).await.unwrap();
            assert_eq!(replaced, Replaced::Stale);
            assert!(!rows.delete(&key(9)).await.unwrap());
            assert!(!rows.discard(&key(9), 1).await.unwrap());
            // A full page is followed by a count.
            assert_eq!(rows.list("me", NOW, 1).await.unwrap().1, 2);
            assert_eq!(rows.stats(NOW).await.unwrap().live, 2);
            assert!(!rows.end("me", "another handle").await.unwrap());
            assert_eq!(rows.end_all("nobody", None).await.unwrap(), 0);
            assert_eq!(rows.sweep(NOW, 10).await.unwrap(), 0);
            rows.ping().await.unwrap();
        })
        .await;
    let reads = |command: &&Document| command.contains_key("find") || command.contains_key("aggregate");
    assert!(commands.iter().filter(reads).count() > 10, "{commands:?}");
    for command in commands {
        assert!(!allows_a_secondary(&command), "{command}");
    }
}
