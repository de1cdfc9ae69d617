//! Security-related events.

use std::sync::Arc;

use accounts::ports::{Kinds, SecurityEvent};
use database::Database;

use crate::database::backends::{account, at};

pub(crate) fn event(kind: &str, second: i64, address: Option<&str>) -> SecurityEvent {
    SecurityEvent { at: at(second), kind: kind.to_owned(), ip_address: address.map(str::to_owned) }
}

pub(crate) async fn events_are_listed_newest_first_and_by_account(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    let events = [
        event("authn_login_success", 10, Some("192.0.2.1")),
        event("authn_password_change", 30, None),
        event("session_created", 20, Some("2001:db8::1")),
        // In the same millisecond: the one added later is the newer one.
        event("session_expired", 20, None),
        // Two equal events are allowed.
        event("session_expired", 20, None),
    ];
    for event in &events {
        database.add_event(&ada.id, event).await.unwrap();
    }
    database.add_event(&grace.id, &event("authn_login_fail", 99, None)).await.unwrap();
    let expected = [&events[1], &events[4], &events[3], &events[2], &events[0]];
    let stored = database.events(&ada.id, 10).await.unwrap();
    assert_eq!(stored.iter().collect::<Vec<_>>(), expected);
    assert_eq!(database.events(&ada.id, 2).await.unwrap().iter().collect::<Vec<_>>(), expected[..2]);
    assert_eq!(database.events(&grace.id, 10).await.unwrap().len(), 1);
}

pub(crate) async fn deleting_old_events_leaves_the_newer_ones(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    for second in [1, 2, 3] {
        database.add_event(&ada.id, &event("authn_login_success", second, None)).await.unwrap();
    }
    assert_eq!(database.delete_old_events(at(2)).await.unwrap(), 1);
    assert_eq!(database.delete_old_events(at(2)).await.unwrap(), 0);
    let left: Vec<_> =
        database.events(&ada.id, 10).await.unwrap().into_iter().map(|event| event.at).collect();
    assert_eq!(left, [at(3), at(2)]);
}

pub(crate) async fn a_limit_of_zero_lists_no_events(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    database.add_event(&ada.id, &event("authn_login_success", 0, None)).await.unwrap();
    assert_eq!(database.events(&ada.id, 0).await.unwrap(), []);
}

pub(crate) async fn events_can_be_listed_by_kind_and_without_a_kind(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let grace = account(&database, "grace@example.com").await;
    let changed = event("authn_password_change", 0, None);
    database.add_event(&ada.id, &changed).await.unwrap();
    database.add_event(&grace.id, &event("authn_password_change", 9, None)).await.unwrap();
    for second in 1..=30 {
        database.add_event(&ada.id, &event("authn_login_fail", second, Some("192.0.2.1"))).await.unwrap();
    }
    assert_eq!(
        database.events_except(&ada.id, "authn_login_fail", 10).await.unwrap(),
        std::slice::from_ref(&changed)
    );
    assert_eq!(database.events_of(&ada.id, "authn_password_change", 10).await.unwrap(), [changed]);
    let failed = database.events_of(&ada.id, "authn_login_fail", 2).await.unwrap();
    assert_eq!(failed.iter().map(|event| event.at).collect::<Vec<_>>(), [at(30), at(29)]);
    assert_eq!(database.events_except(&ada.id, "authn_login_fail", 0).await.unwrap(), []);
    assert_eq!(database.events_of(&ada.id, "authn_login_fail", 0).await.unwrap(), []);
}

pub(crate) async fn events_are_read_in_pages(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    // Some events have the same time, and some pages end between two of those.
    let kinds = ["a", "b", "c", "d", "e", "f", "g"];
    for (number, kind) in kinds.iter().enumerate() {
        database.add_event(&ada.id, &event(kind, i64::from(number > 3), None)).await.unwrap();
    }
    let (mut cursor, mut read) = (None, Vec::new());
    loop {
        let page = database.events_behind(&ada.id, Kinds::All, cursor.as_ref(), 2).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        cursor = Some(last.clone());
        read.extend(page.into_iter().map(|(_, event)| event.kind));
    }
    assert_eq!(read, ["g", "f", "e", "d", "c", "b", "a"]);
}
