//! One account per address, one account per identity, whatever happens concurrently.

use std::sync::Arc;

use accounts::ports::{NewUser, UserCreated};
use database::Database;

use crate::database::backends::{account, all_at_once, created, email, identity, new_user};

/// The same address in other cases and Unicode forms (full-width letters; é as one and as two characters).
const ONE_ADDRESS: [&str; 6] = [
    "jose\u{301}@example.com",
    "jos\u{e9}@example.com",
    "JOS\u{c9}@EXAMPLE.COM",
    "Jose\u{301}@Example.Com",
    "\u{ff4a}\u{ff4f}\u{ff53}\u{e9}@example.com",
    "\u{ff2a}OSE\u{301}@example.com",
];

pub(crate) async fn of_fifty_parallel_registrations_of_one_address_one_succeeds(database: Arc<dyn Database>) {
    let answers = all_at_once((0..50).map(|n| {
        let (database, new) = (Arc::clone(&database), new_user(ONE_ADDRESS[n % ONE_ADDRESS.len()]));
        async move { database.create_user(new).await.unwrap() }
    }))
    .await;
    let taken = answers.iter().filter(|answer| **answer == UserCreated::EmailTaken).count();
    let made: Vec<_> = answers
        .into_iter()
        .filter_map(|answer| if let UserCreated::Done(user) = answer { Some(user) } else { None })
        .collect();
    assert_eq!((made.len(), taken), (1, 49));
    for address in ONE_ADDRESS {
        let found = database.user_by_email(&email(address)).await.unwrap();
        assert_eq!(found.as_ref(), Some(&made[0]), "{address}");
    }
}

pub(crate) async fn of_fifty_parallel_registrations_of_one_identity_one_succeeds(
    database: Arc<dyn Database>,
) {
    let answers = all_at_once((0..50).map(|n| {
        let database = Arc::clone(&database);
        let new = NewUser {
            identity: Some(identity("google", "42")),
            ..new_user(&format!("person-{n}@example.com"))
        };
        async move { database.create_user(new).await.unwrap() }
    }))
    .await;
    let taken = answers.iter().filter(|answer| **answer == UserCreated::IdentityTaken).count();
    assert_eq!(taken, 49);
    let mut accounts = 0;
    for n in 0..50 {
        let found = database.user_by_email(&email(&format!("person-{n}@example.com"))).await.unwrap();
        accounts += usize::from(found.is_some());
    }
    assert_eq!(accounts, 1, "rejected attempts created no account");
}

pub(crate) async fn a_taken_identity_makes_no_account(database: Arc<dyn Database>) {
    let first = NewUser { identity: Some(identity("google", "42")), ..new_user("ada@example.com") };
    let second = NewUser { identity: Some(identity("google", "42")), ..new_user("grace@example.com") };
    let ada = created(&database, first).await;
    assert_eq!(database.create_user(second.clone()).await.unwrap(), UserCreated::IdentityTaken);
    assert_eq!(database.user(&second.id).await.unwrap(), None);
    assert_eq!(database.user_by_email(&second.email).await.unwrap(), None);
    assert_eq!(database.user_by_identity(&identity("google", "42")).await.unwrap(), Some(ada));
}

/// Two tabs come back from one provider: the second must find the account of the first instead of an error
/// about the address.
pub(crate) async fn a_taken_identity_is_said_before_a_taken_address(database: Arc<dyn Database>) {
    let first = NewUser { identity: Some(identity("google", "42")), ..new_user("ada@example.com") };
    let second = NewUser { identity: Some(identity("google", "42")), ..new_user("ada@example.com") };
    created(&database, first).await;
    assert_eq!(database.create_user(second).await.unwrap(), UserCreated::IdentityTaken);
}

pub(crate) async fn a_taken_address_leaves_the_identity_free(database: Arc<dyn Database>) {
    account(&database, "ada@example.com").await;
    let second = NewUser { identity: Some(identity("google", "42")), ..new_user("ADA@example.com") };
    assert_eq!(database.create_user(second).await.unwrap(), UserCreated::EmailTaken);
    assert_eq!(database.user_by_identity(&identity("google", "42")).await.unwrap(), None);
    let third = NewUser { identity: Some(identity("google", "42")), ..new_user("grace@example.com") };
    created(&database, third).await;
}

pub(crate) async fn an_international_domain_in_both_spellings_is_one_address(database: Arc<dyn Database>) {
    let (unicode, ascii) = ("kim@bücher.example", "kim@xn--bcher-kva.example");
    let kim = account(&database, unicode).await;
    for spelling in [unicode, ascii, "KIM@BÜCHER.EXAMPLE", "kim@bu\u{308}cher.example"] {
        assert_eq!(
            database.create_user(new_user(spelling)).await.unwrap(),
            UserCreated::EmailTaken,
            "{spelling}"
        );
        assert_eq!(
            database.user_by_email(&email(spelling)).await.unwrap().as_ref(),
            Some(&kim),
            "{spelling}"
        );
    }
}
