//! Accounts with an end, such as those of a public demonstration.

use std::sync::Arc;

use accounts::ports::{Attempt, AttemptKey, Limit, Limits, NewUser, User};
use database::Database;
use time::Duration;

use crate::database::backends::{account, all_at_once, at, created, new_user};

const ONE: Limit = Limit { count: 1, period: Duration::MINUTE };
const MANY: Limit = Limit { count: 100, period: Duration::MINUTE };

async fn ending(database: &Arc<dyn Database>, address: &str, seconds: i64) -> User {
    created(database, NewUser { expires_at: Some(at(seconds)), ..new_user(address) }).await
}

async fn expired(database: &Arc<dyn Database>, seconds: i64, limit: u32) -> Vec<User> {
    database.expired_users(at(seconds), limit).await.unwrap()
}

pub(crate) async fn an_account_is_listed_once_its_end_has_come(database: Arc<dyn Database>) {
    account(&database, "ada@example.com").await;
    let second = ending(&database, "second@example.com", 20).await;
    let first = ending(&database, "first@example.com", 10).await;
    assert_eq!(first.expires_at, Some(at(10)));
    assert_eq!(database.user(&first.id).await.unwrap().as_ref(), Some(&first), "the end is read back");
    assert_eq!(expired(&database, 9, 10).await, []);
    assert_eq!(expired(&database, 10, 10).await, std::slice::from_ref(&first));
    assert_eq!(expired(&database, 20, 10).await, [first.clone(), second.clone()]);
    assert_eq!(expired(&database, 20, 1).await, std::slice::from_ref(&first));
    assert_eq!(expired(&database, 20, 0).await, []);
    assert!(database.delete_user(&first.id).await.unwrap());
    assert_eq!(expired(&database, 20, 10).await, [second]);
}

pub(crate) async fn a_change_does_not_move_the_end(database: Arc<dyn Database>) {
    let ada = ending(&database, "ada@example.com", 10).await;
    database.set_password(&ada.id, 1, "$second").await.unwrap();
    database.set_display_name(&ada.id, &crate::database::backends::name("Ada")).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().expires_at, Some(at(10)));
}

pub(crate) async fn failed_logins_of_one_account_can_be_forgotten(database: Arc<dyn Database>) {
    let key = |account: &str, address: &str| AttemptKey {
        account: account.to_owned(),
        address: address.to_owned(),
    };
    let (ada, elsewhere, grace) =
        (key("ada", "192.0.2.1"), key("ada", "192.0.2.2"), key("grace", "192.0.2.1"));
    let limits = Limits { per_account: ONE, per_address: MANY, slow_down: None };
    let attempt = async |key: &AttemptKey| database.reserve_attempt(key, &limits, at(0)).await.unwrap();
    for key in [&ada, &elsewhere, &grace] {
        assert!(matches!(attempt(key).await, Attempt::Reserved(_)));
    }
    database.delete_attempts_of("ada").await.unwrap();
    database.delete_attempts_of("nobody").await.unwrap();
    for key in [&ada, &elsewhere] {
        assert!(matches!(attempt(key).await, Attempt::Reserved(_)));
    }
    assert!(matches!(attempt(&grace).await, Attempt::Limited(_)), "another account's stay");
}

/// As several instances do it.
pub(crate) async fn of_ten_who_delete_an_expired_account_one_says_that_it_did_it(
    database: Arc<dyn Database>,
) {
    let ada = ending(&database, "ada@example.com", 10).await;
    let answers = all_at_once((0..10).map(|_| {
        let (database, id) = (Arc::clone(&database), ada.id.clone());
        async move { database.delete_user(&id).await.unwrap() }
    }))
    .await;
    assert_eq!(answers.into_iter().filter(|deleted| *deleted).count(), 1);
    assert_eq!(expired(&database, 10, 10).await, []);
}
