//! Codes and tokens of the demo provider.

use std::sync::Arc;

use database::Database;
use oauth::demo_provider::DemoGrant;

use crate::database::backends::{all_at_once, at};

fn grant(payload: &str) -> DemoGrant {
    DemoGrant { payload: payload.to_owned(), expires_at: at(60) }
}

pub(crate) async fn of_fifty_parallel_takes_one_gets_it(database: Arc<dyn Database>) {
    for round in 0..5 {
        let key = [round; 32];
        database.put_grant(&key, &grant("{}")).await.unwrap();
        let answers = all_at_once((0..50).map(|_| {
            let database = Arc::clone(&database);
            async move { database.take_grant(&key, at(0)).await.unwrap() }
        }))
        .await;
        assert_eq!(answers.into_iter().flatten().collect::<Vec<_>>(), [grant("{}")]);
    }
}

pub(crate) async fn a_grant_can_be_read_until_it_is_taken(database: Arc<dyn Database>) {
    let (key, other) = ([1; 32], [2; 32]);
    database.put_grant(&key, &grant("one")).await.unwrap();
    database.put_grant(&other, &grant("two")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(database.grant(&key, at(0)).await.unwrap(), Some(grant("one")));
    }
    assert_eq!(database.take_grant(&key, at(0)).await.unwrap(), Some(grant("one")));
    assert_eq!(database.grant(&key, at(0)).await.unwrap(), None);
    assert_eq!(database.take_grant(&key, at(0)).await.unwrap(), None);
    assert_eq!(database.grant(&other, at(0)).await.unwrap(), Some(grant("two")));
}

pub(crate) async fn an_expired_grant_is_neither_read_nor_taken(database: Arc<dyn Database>) {
    let key = [1; 32];
    database.put_grant(&key, &grant("{}")).await.unwrap();
    assert_eq!(database.grant(&key, at(60)).await.unwrap(), None);
    assert_eq!(database.take_grant(&key, at(60)).await.unwrap(), None);
    assert_eq!(database.take_grant(&key, at(59)).await.unwrap(), Some(grant("{}")));
}

pub(crate) async fn deleting_expired_grants_leaves_the_valid_ones(database: Arc<dyn Database>) {
    database.put_grant(&[1; 32], &grant("{}")).await.unwrap();
    database.put_grant(&[2; 32], &DemoGrant { expires_at: at(61), ..grant("{}") }).await.unwrap();
    assert_eq!(database.delete_expired_grants(at(60)).await.unwrap(), 1);
    assert_eq!(database.grant(&[1; 32], at(0)).await.unwrap(), None);
    assert!(database.grant(&[2; 32], at(0)).await.unwrap().is_some());
}

pub(crate) async fn a_key_is_never_given_out_twice(database: Arc<dyn Database>) {
    database.put_grant(&[1; 32], &grant("one")).await.unwrap();
    database.put_grant(&[1; 32], &grant("two")).await.unwrap_err();
    assert_eq!(database.grant(&[1; 32], at(0)).await.unwrap(), Some(grant("one")));
}
