//! Linking and unlinking.

use std::sync::Arc;

use accounts::ports::{Linked, NewUser, Unlinked};
use database::Database;

use crate::database::backends::{account, all_at_once, at, created, identity, new_user};

pub(crate) async fn of_fifty_parallel_links_one_account_wins(database: Arc<dyn Database>) {
    let mut people = Vec::new();
    for n in 0..50 {
        people.push(account(&database, &format!("person-{n}@example.com")).await.id);
    }
    let answers = all_at_once(people.into_iter().map(|person| {
        let database = Arc::clone(&database);
        async move {
            let linked = database.link_identity(&person, &identity("google", "42"), at(0)).await.unwrap();
            (person, linked)
        }
    }))
    .await;
    let owner = database.user_by_identity(&identity("google", "42")).await.unwrap().unwrap().id;
    for (person, linked) in answers {
        let expected = if person == owner { Linked::Done } else { Linked::Taken };
        assert_eq!(linked, expected);
        assert_eq!(database.identities(&person).await.unwrap().len(), usize::from(person == owner));
    }
}

pub(crate) async fn linking_twice_is_linking_once(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    for second in 0..2 {
        let linked = database.link_identity(&ada.id, &identity("google", "42"), at(second)).await.unwrap();
        assert_eq!(linked, Linked::Done);
    }
    assert_eq!(database.identities(&ada.id).await.unwrap(), [identity("google", "42")]);
}

pub(crate) async fn identities_are_listed_oldest_first(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    for (provider, second) in [("github", 2), ("google", 1), ("gitlab", 3)] {
        database.link_identity(&ada.id, &identity(provider, "42"), at(second)).await.unwrap();
    }
    let providers: Vec<String> =
        database.identities(&ada.id).await.unwrap().into_iter().map(|identity| identity.provider).collect();
    assert_eq!(providers, ["google", "github", "gitlab"]);
}

pub(crate) async fn equal_subjects_of_two_providers_are_two_identities(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    database.link_identity(&ada.id, &identity("google", "42"), at(0)).await.unwrap();
    let linked = database.link_identity(&grace.id, &identity("github", "42"), at(0)).await.unwrap();
    assert_eq!(linked, Linked::Done);
    assert_eq!(database.user_by_identity(&identity("google", "42")).await.unwrap(), Some(ada));
    assert_eq!(database.user_by_identity(&identity("github", "42")).await.unwrap(), Some(grace));
}

pub(crate) async fn the_last_way_in_stays(database: Arc<dyn Database>) {
    let by_provider = NewUser {
        password_hash: None,
        identity: Some(identity("google", "42")),
        ..new_user("ada@example.com")
    };
    let ada = created(&database, by_provider).await;
    assert_eq!(database.unlink_identity(&ada.id, "google").await.unwrap(), Unlinked::LastWayIn);
    // A second subject of the same provider would be removed with the first, so it is not another way to log
    // in.
    database.link_identity(&ada.id, &identity("google", "43"), at(1)).await.unwrap();
    assert_eq!(database.unlink_identity(&ada.id, "google").await.unwrap(), Unlinked::LastWayIn);
    assert_eq!(database.identities(&ada.id).await.unwrap().len(), 2);
    // Another provider is one …
    database.link_identity(&ada.id, &identity("github", "1"), at(2)).await.unwrap();
    assert_eq!(database.unlink_identity(&ada.id, "google").await.unwrap(), Unlinked::Done);
    assert_eq!(database.identities(&ada.id).await.unwrap(), [identity("github", "1")]);
    assert_eq!(database.unlink_identity(&ada.id, "github").await.unwrap(), Unlinked::LastWayIn);
    // … and so is a password.
    database.set_password(&ada.id, ada.credentials_version, "$new").await.unwrap().unwrap();
    assert_eq!(database.unlink_identity(&ada.id, "github").await.unwrap(), Unlinked::Done);
    assert_eq!(database.identities(&ada.id).await.unwrap(), []);
    // Once unlinked, anyone can link it.
    let grace = account(&database, "grace@example.com").await;
    let linked = database.link_identity(&grace.id, &identity("google", "42"), at(3)).await.unwrap();
    assert_eq!(linked, Linked::Done);
}

pub(crate) async fn of_two_last_identities_unlinked_at_once_one_stays(database: Arc<dyn Database>) {
    for round in 0..20 {
        let by_provider = NewUser {
            password_hash: None,
            identity: Some(identity("google", &format!("{round}"))),
            ..new_user(&format!("person-{round}@example.com"))
        };
        let person = created(&database, by_provider).await;
        database.link_identity(&person.id, &identity("github", &format!("{round}")), at(0)).await.unwrap();
        let mut answers = all_at_once(["google", "github"].map(|provider| {
            let (database, id) = (Arc::clone(&database), person.id.clone());
            async move { database.unlink_identity(&id, provider).await.unwrap() }
        }))
        .await;
        answers.sort_by_key(|answer| *answer != Unlinked::Done);
        assert_eq!(answers, [Unlinked::Done, Unlinked::LastWayIn]);
        assert_eq!(database.identities(&person.id).await.unwrap().len(), 1);
    }
}

pub(crate) async fn unlinking_what_is_not_linked_says_so(database: Arc<dyn Database>) {
    let (ada, grace) = (account(&database, "a@example.com").await, account(&database, "g@example.com").await);
    database.link_identity(&grace.id, &identity("google", "42"), at(0)).await.unwrap();
    assert_eq!(database.unlink_identity(&ada.id, "google").await.unwrap(), Unlinked::NotLinked);
    assert_eq!(database.identities(&grace.id).await.unwrap().len(), 1);
}
