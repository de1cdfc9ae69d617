//! Accounts are read back as they were created.

use std::sync::Arc;

use accounts::ports::NewUser;
use database::Database;
use domain::preferences::Preferences;
use time::Duration;

use crate::database::backends::{NOON, account, at, created, email, identity, name, new_id, new_user};

pub(crate) async fn an_account_is_found_by_id_address_and_identity(database: Arc<dyn Database>) {
    let new = NewUser {
        email_verified: true,
        password_hash: None,
        preferences: Some(Preferences { updated_at: Some(at(-5)), ..Preferences::default() }),
        identity: Some(identity("google", "42")),
        // More precise than what is stored.
        created_at: NOON + Duration::nanoseconds(1_234_567),
        ..new_user("Ada@Example.com")
    };
    account(&database, "somebody-else@example.com").await;
    let made = created(&database, new.clone()).await;
    assert_eq!(made.id, new.id);
    assert_eq!(made.email.as_str(), "Ada@Example.com");
    assert!(made.email_verified);
    assert_eq!(made.display_name, new.display_name);
    assert_eq!(made.password_hash, None);
    assert_eq!(made.preferences, new.preferences);
    assert_eq!(made.created_at, NOON + Duration::milliseconds(1));
    assert_eq!(database.user(&new.id).await.unwrap().as_ref(), Some(&made));
    assert_eq!(database.user_by_email(&email("aDA@eXAMPLE.COM")).await.unwrap().as_ref(), Some(&made));
    let found = database.user_by_identity(&identity("google", "42")).await.unwrap();
    assert_eq!(found.as_ref(), Some(&made));
    assert_eq!(database.identities(&new.id).await.unwrap(), [identity("google", "42")]);
}

pub(crate) async fn an_account_that_does_not_exist_is_not_found(database: Arc<dyn Database>) {
    let nobody = new_id();
    account(&database, "ada@example.com").await;
    assert_eq!(database.user(&nobody).await.unwrap(), None);
    assert_eq!(database.user_by_email(&email("nobody@example.com")).await.unwrap(), None);
    assert_eq!(database.user_by_identity(&identity("google", "42")).await.unwrap(), None);
    assert_eq!(database.set_password(&nobody, 1, "$x").await.unwrap(), None);
    database.rehash_password(&nobody, "$first", "$x").await.unwrap();
    database.set_display_name(&nobody, &name("Nobody")).await.unwrap();
    database.set_preferences(&nobody, &Preferences::default()).await.unwrap();
    assert_eq!(database.user(&nobody).await.unwrap(), None);
}

pub(crate) async fn a_changed_name_is_read_back(database: Arc<dyn Database>) {
    let (ada, other) =
        (account(&database, "ada@example.com").await, account(&database, "b@example.com").await);
    database.set_display_name(&ada.id, &name("Countess Ada")).await.unwrap();
    let read = database.user(&ada.id).await.unwrap().unwrap();
    assert_eq!(read.display_name, name("Countess Ada"));
    assert_eq!(database.user(&other.id).await.unwrap(), Some(other));
}

pub(crate) async fn the_database_answers(database: Arc<dyn Database>) {
    database.ping().await.unwrap();
    assert!(!database.kind().is_empty());
}

pub(crate) async fn what_was_seen_never_moves_back(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let other = account(&database, "b@example.com").await;
    let seen = async || database.user(&ada.id).await.unwrap().unwrap().sign_ins_seen_at;
    assert_eq!(seen().await, None);
    for (until, expected) in [(20, 20), (10, 20), (20, 20), (30, 30)] {
        database.set_sign_ins_seen(&ada.id, at(until)).await.unwrap();
        assert_eq!(seen().await, Some(at(expected)), "{until}");
    }
    database.set_display_name(&ada.id, &name("Countess Ada")).await.unwrap();
    assert_eq!(seen().await, Some(at(30)), "another change leaves it");
    database.set_sign_ins_seen(&new_id(), at(0)).await.unwrap();
    assert_eq!(database.user(&other.id).await.unwrap(), Some(other));
}
